import { ToolError } from './run-tool.ts';

/** What a command takes: `value` options may be repeated, `flag` options have no value or `=true`/`=false`. */
export type OptionTable = Readonly<Record<string, 'value' | 'flag'>>;

export type CommandLine = {
  /** By canonical name; every value that was given, in order. */
  values: ReadonlyMap<string, string[]>;
  flags: ReadonlySet<string>;
  positional: string[];
};

/**
 * Reads the arguments of one command: `--name value`, `--name=value`, `-n value`, and `--` before the rest.
 * @param options canonical names with their dashes, e.g. `--tag`
 * @param shorthands e.g. `{ '-t': '--tag' }`
 * @throws ToolError for an option that is not in the table or lacks its value
 */
export function parseCommandLine(
  args: readonly string[],
  options: OptionTable,
  shorthands: Readonly<Record<string, string>> = {},
): CommandLine {
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  const positional: string[] = [];
  const queue = [...args];
  for (let argument = queue.shift(); argument !== undefined; argument = queue.shift()) {
    if (argument === '--') {
      positional.push(...queue.splice(0));
    } else if (!argument.startsWith('-') || argument === '-') {
      positional.push(argument);
    } else {
      const [given = '', inline] = splitOnce(argument);
      const name = shorthands[given] ?? given;
      const kind = options[name];
      if (kind === undefined) throw new ToolError(`unknown flag: ${given}`, 125);
      if (kind === 'flag') setFlag(flags, name, inline);
      else values.set(name, [...(values.get(name) ?? []), requireValue(given, inline ?? queue.shift())]);
    }
  }
  return { values, flags, positional };
}

function splitOnce(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=');
  return equals === -1 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

function setFlag(flags: Set<string>, name: string, inline: string | undefined): void {
  if (inline === 'false') flags.delete(name);
  else flags.add(name);
}

function requireValue(name: string, value: string | undefined): string {
  if (value === undefined) throw new ToolError(`flag needs an argument: ${name}`, 125);
  return value;
}

/** The last value of an option, as most programs read a repeated one. */
export const lastValue = (line: CommandLine, name: string): string | undefined => line.values.get(name)?.at(-1);
