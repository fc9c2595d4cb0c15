import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { Failure, toFailure } from '../../actions/lib/failure.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

/** 0: done and fine. 1: done, with findings, failed or unknown. 2: called wrongly. */
export type ExitCode = 0 | 1 | 2;

export type CommandArguments = {
  /** What is not an option, in order. */
  positionals: string[];
  text(option: string): string | undefined;
  /** All values of an option that may be given several times. */
  texts(option: string): string[];
  flag(option: string): boolean;
};

/** What a command does; its module is loaded only when it runs. */
export type Command = {
  options: ParseArgsOptionsConfig;
  /** How many positional arguments it takes. */
  positionals: { min: number; max: number };
  run(args: CommandArguments, streams: TerminalStreams): Promise<ExitCode>;
};

/** A command as `opensarlab help` lists it. */
export type CommandEntry = {
  /** Behind `opensarlab`, e.g. `validate [NAME…] [--root DIR]`. */
  usage: string;
  summary: string;
  load(): Promise<Command>;
};

const helpWords: readonly string[] = ['help', '--help', '-h'];

/** A command found that it was called wrongly; ends with 2 and the command's usage. */
export function misused(message: string, hint?: string): Failure {
  return new Failure({ code: 'Usage', source: 'user', message, ...(hint === undefined ? {} : { hint }) });
}

/** Runs `opensarlab <command> …` and says how it ended. Every failure is one sentence and its hint. */
export async function runCommand(
  commands: Readonly<Record<string, CommandEntry>>,
  argv: readonly string[],
  streams: TerminalStreams,
): Promise<ExitCode> {
  const [name = 'help', ...rest] = argv;
  if (helpWords.includes(name)) {
    streams.out(overview(commands));
    return 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    streams.err(`error: There is no command ${JSON.stringify(name)}.`);
    streams.err(overview(commands));
    return 2;
  }
  if (rest.some((argument) => argument === '--help' || argument === '-h')) {
    streams.out(`Usage: opensarlab ${entry.usage}\n\n${entry.summary}`);
    return 0;
  }
  return await runEntry(entry, rest, streams);
}

async function runEntry(entry: CommandEntry, argv: string[], streams: TerminalStreams): Promise<ExitCode> {
  try {
    const command = await entry.load();
    return await command.run(readArguments(command, argv), streams);
  } catch (error) {
    const { code, message, hint, source, stack } = toFailure(error);
    streams.err(`error: ${message}`);
    if (hint !== undefined) streams.err(`       ${hint}`);
    if (code === 'Usage') streams.err(`Usage: opensarlab ${entry.usage}`);
    if (source === 'product' && process.env.DEBUG !== undefined && stack !== undefined) streams.err(stack);
    return code === 'Usage' ? 2 : 1;
  }
}

function readArguments(command: Command, argv: string[]): CommandArguments {
  const { values, positionals } = parse(command, argv);
  const { min, max } = command.positionals;
  if (positionals.length < min) throw misused('An argument is missing.');
  if (positionals.length > max) throw misused(`The argument ${JSON.stringify(positionals[max])} is one too many.`);
  const found = new Map<string, unknown>(Object.entries(values));
  return {
    positionals,
    text(option) {
      const value = found.get(option);
      return typeof value === 'string' ? value : undefined;
    },
    texts(option) {
      const value = found.get(option);
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (option) => found.get(option) === true,
  };
}

function parse({ options }: Command, args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw misused(toFailure(error).message);
  }
}

function overview(commands: Readonly<Record<string, CommandEntry>>): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  opensarlab ${usage}\n      ${summary}`);
  return ['Declare, deploy and destroy OpenSARlab.', '', ...lines].join('\n');
}
