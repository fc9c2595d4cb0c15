import { nearMiss } from '../../actions/lib/deployment/near-miss.ts';
import { toFailure } from '../../actions/lib/failure.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { type CommandArguments, type CommandOption, isUsageFailure, readArguments } from './command-arguments.ts';
import { renderCommandHelp, renderOverview } from './command-help.ts';
import { productVersion } from './product-version.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

export { type CommandArguments, type CommandOption, isUsageFailure, misused } from './command-arguments.ts';

/** 0: done and fine. 1: done, with findings, failed or unknown. 2: called wrongly. */
export type ExitCode = 0 | 1 | 2;

/** What a command does; its module is loaded only when it runs or is explained. */
export type Command = {
  options: Readonly<Record<string, CommandOption>>;
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

type Commands = Readonly<Record<string, CommandEntry>>;

const helpWords: readonly string[] = ['--help', '-h'];
const versionWords: readonly string[] = ['version', '--version', '-V'];

/** Runs `opensarlab <command> …` and says how it ended. Every failure is one sentence and its hint. */
export async function runCommand(
  commands: Commands,
  argv: readonly string[],
  streams: TerminalStreams,
): Promise<ExitCode> {
  const [first = 'help', ...rest] = argv;
  if (versionWords.includes(first)) {
    streams.out(await productVersion());
    return 0;
  }
  const isHelp = first === 'help' || helpWords.includes(first);
  const name = isHelp ? rest[0] : first;
  if (name === undefined) {
    streams.out(renderOverview(commands));
    return 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) return unknownCommand(commands, name, streams);
  return await runEntry(entry, isHelp ? ['--help'] : rest, streams);
}

function unknownCommand(commands: Commands, name: string, { err }: TerminalStreams): ExitCode {
  const names = Object.keys(commands);
  const meant = nearMiss(name, names);
  err(inertLine(`error: There is no command ${JSON.stringify(name)}.`));
  err(meant === undefined ? `       The commands are: ${names.join(', ')}.` : `       Did you mean ${meant}?`);
  err('Usage: opensarlab COMMAND …; `opensarlab help` explains the commands.');
  return 2;
}

async function runEntry(entry: CommandEntry, argv: string[], streams: TerminalStreams): Promise<ExitCode> {
  try {
    const command = await entry.load();
    if (asksForHelp(argv)) {
      streams.out(renderCommandHelp(entry, command.options));
      return 0;
    }
    return await command.run(readArguments(command, argv), streams);
  } catch (error) {
    const failure = toFailure(error);
    const { message, hint, source, stack } = failure;
    tell(`error: ${message}`, streams);
    if (hint !== undefined) tell(`       ${hint}`, streams);
    if (isUsageFailure(failure)) streams.err(`Usage: opensarlab ${entry.usage}`);
    if (source === 'product' && process.env.DEBUG !== undefined && stack !== undefined) streams.err(stack);
    return isUsageFailure(failure) ? 2 : 1;
  }
}

/** What a failure says may hold texts from outside; its lines stay lines. */
function tell(text: string, { err }: TerminalStreams): void {
  for (const line of text.split('\n')) err(inertLine(line));
}

/** Behind `--` everything is an argument. */
function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((argument) => helpWords.includes(argument));
}
