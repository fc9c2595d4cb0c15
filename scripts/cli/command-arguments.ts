import { parseArgs } from 'node:util';
import { nearMiss } from '../../actions/lib/deployment/near-miss.ts';
import { Failure } from '../../actions/lib/failure.ts';

/** An option of a command, as it is read and as `--help` and the reference describe it. */
export type CommandOption = {
  type: 'string' | 'boolean';
  /** May be given several times. */
  multiple?: boolean;
  /** What stands for the value in the help, e.g. `DIR`; for options of type `string`. */
  value?: string;
  /** What it does, with its default. */
  help: string;
};

export type CommandArguments = {
  /** What is not an option, in order. */
  positionals: string[];
  text(option: string): string | undefined;
  /** All values of an option that may be given several times. */
  texts(option: string): string[];
  flag(option: string): boolean;
};

/** What decides how arguments are read. */
export type ArgumentRules = {
  options: Readonly<Record<string, CommandOption>>;
  positionals: { min: number; max: number };
};

const usageCode = 'Usage';

/** A command found that it was called wrongly; ends with 2 and the command's usage. */
export function misused(message: string, hint?: string): Failure {
  return new Failure({ code: usageCode, source: 'user', message, ...(hint === undefined ? {} : { hint }) });
}

/** Whether a command was called wrongly, see {@link misused}. */
export function isUsageFailure({ code }: Failure): boolean {
  return code === usageCode;
}

/** @throws Failure `Usage` for unknown options, options without their value, and missing or surplus arguments */
export function readArguments({ options, positionals: { min, max } }: ArgumentRules, argv: string[]): CommandArguments {
  const known = Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  );
  // Not `strict`: its sentences advise `-- "--name"`, which helps nobody who mistyped an option.
  const { tokens, positionals } = parseArgs({
    args: argv,
    options: known,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const found = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    checkOption(token, options);
    found.set(token.name, [...(found.get(token.name) ?? []), token.value ?? '']);
  }
  if (positionals.length < min) throw misused('An argument is missing.');
  if (positionals.length > max) throw misused(`The argument ${JSON.stringify(positionals[max])} is one too many.`);
  return {
    positionals,
    text: (option) => found.get(option)?.at(-1),
    texts: (option) => found.get(option) ?? [],
    flag: (option) => found.has(option),
  };
}

type OptionToken = { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined };

function checkOption({ name, rawName, value, inlineValue }: OptionToken, options: ArgumentRules['options']): void {
  const option = Object.hasOwn(options, name) && rawName.startsWith('--') ? options[name] : undefined;
  if (option === undefined) {
    const meant = nearMiss(name, Object.keys(options));
    const all = Object.keys(options).map((known) => `--${known}`);
    throw misused(
      `There is no option ${rawName}.`,
      meant === undefined ? `The options are: ${all.join(', ')}.` : `Did you mean --${meant}?`,
    );
  }
  if (option.type === 'boolean') {
    if (value !== undefined) throw misused(`The option ${rawName} takes no value.`);
    return;
  }
  // `--root --json` forgot the folder.
  const forgotten = value === undefined || (!inlineValue && value.startsWith('--'));
  if (forgotten) throw misused(`The option ${rawName} needs a value: ${rawName} ${option.value ?? 'VALUE'}.`);
}
