import type { CommandOption } from './command-arguments.ts';

/** Longest line of a help text, in characters. */
const lineWidth = 100;

type Described = { usage: string; summary: string };

/** Every command with its summary, for `opensarlab help`. */
export function renderOverview(commands: Readonly<Record<string, Described>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]): [string, string] => [name, summary]);
  return [
    'Declare, deploy and destroy OpenSARlab.',
    '',
    'Usage: opensarlab COMMAND …',
    '',
    ...columns(rows),
    '',
    '`opensarlab COMMAND --help` explains one command and its options. docs/reference/command-line.md has them all.',
  ].join('\n');
}

/** One command with its options, for `opensarlab COMMAND --help`. */
export function renderCommandHelp(
  { usage, summary }: Described,
  options: Readonly<Record<string, CommandOption>>,
): string {
  const rows = Object.entries(options).map(([name, option]): [string, string] => [
    writtenOption(name, option),
    option.help,
  ]);
  return [
    `Usage: opensarlab ${usage}`,
    '',
    ...wrap(summary, lineWidth),
    ...(rows.length === 0 ? [] : ['', 'Options:', ...columns(rows)]),
  ].join('\n');
}

/** `--root DIR`, `--json`, or `--variable NAME=VALUE …` when it may be given several times. */
export function writtenOption(name: string, { type, value = 'VALUE', multiple = false }: CommandOption): string {
  return `--${name}${type === 'boolean' ? '' : ` ${value}`}${multiple ? ' …' : ''}`;
}

/** Two columns, the second one wrapped below itself. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.flatMap(([left, right]) =>
    wrap(right, lineWidth - width).map((line, index) =>
      `${(index === 0 ? `  ${left}` : '').padEnd(width)}${line}`.trimEnd(),
    ),
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
