import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { toFailure } from '../../actions/lib/failure.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

/** 0: done and fine. 1: done, with findings, failed or unknown. 2: called wrongly. */
export type ExitCode = 0 | 1 | 2;

export type CommandArguments = {
  /** What is not an option, in order. */
  positionals: string[];
  text(option: string): string | undefined;
  flag(option: string): boolean;
};

export type Command = {
  /** Behind `opensarlab`, e.g. `validate [NAME…] [--root DIR]`. */
  usage: string;
  summary: string;
  options: ParseArgsOptionsConfig;
  /** How many positional arguments it takes. */
  positionals: { min: number; max: number };
  run(args: CommandArguments, streams: TerminalStreams): Promise<ExitCode>;
};

/** Runs `opensarlab <command> …` and says how it ended. Every failure is one sentence and its hint. */
export async function runCommand(
  commands: Readonly<Record<string, Command>>,
  argv: readonly string[],
  streams: TerminalStreams,
): Promise<ExitCode> {
  const [name = 'help', ...rest] = argv;
  if (['help', '--help', '-h'].includes(name)) {
    streams.out(overview(commands));
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return misuse(`There is no command ${JSON.stringify(name)}.`, overview(commands), streams);
  let args: CommandArguments;
  try {
    args = readArguments(command, rest);
  } catch (error) {
    return misuse(toFailure(error).message, `Usage: opensarlab ${command.usage}`, streams);
  }
  try {
    return await command.run(args, streams);
  } catch (error) {
    const { message, hint, source, stack } = toFailure(error);
    streams.err(`error: ${message}`);
    if (hint !== undefined) streams.err(`       ${hint}`);
    if (source === 'product' && process.env.DEBUG !== undefined && stack !== undefined) streams.err(stack);
    return 1;
  }
}

function readArguments(command: Command, argv: string[]): CommandArguments {
  const { values, positionals } = parseArgs({
    args: argv,
    options: command.options,
    allowPositionals: true,
    strict: true,
  });
  const { min, max } = command.positionals;
  if (positionals.length < min) throw new Error('An argument is missing.');
  if (positionals.length > max) throw new Error(`The argument ${JSON.stringify(positionals[max])} is one too many.`);
  const found = new Map<string, unknown>(Object.entries(values));
  return {
    positionals,
    text(option) {
      const value = found.get(option);
      return typeof value === 'string' ? value : undefined;
    },
    flag: (option) => found.get(option) === true,
  };
}

function misuse(problem: string, usage: string, { err }: TerminalStreams): ExitCode {
  err(`error: ${problem}`);
  err(usage);
  return 2;
}

function overview(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  opensarlab ${usage}\n      ${summary}`);
  return ['Declare, deploy and destroy OpenSARlab.', '', ...lines].join('\n');
}
