import { shownInvisible } from './inert-line.ts';

/**
 * What GitHub would make a link of, without any mark-up around it: addresses, mail, people, teams, issues, commits. An empty
 * character within stops it (docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting,
 * "Autolinked references and URLs"; github.github.com/gfm, 6.9). It is written as an entity, so that the source shows it.
 */
const gap = '&#8203;';

const links: readonly { found: RegExp; inert: string }[] = [
  { found: /#(?=[0-9])/g, inert: `#${gap}` }, // before the others, whose gap has a number too
  { found: /@/g, inert: `@${gap}` },
  { found: /:\/\//g, inert: `:${gap}//` },
  { found: /(www)\./gi, inert: `$1${gap}.` },
  { found: /(mailto|xmpp):/gi, inert: `$1${gap}:` },
  { found: /\b(GH-)(?=[0-9])/gi, inert: `$1${gap}` },
];

/** Runs of letters and digits; those of seven to forty hex digits GitHub takes for a commit when there is such a one. */
const runs = /[0-9A-Za-z]+/g;

/** Fewer digits than a commit's shortest name (docs.github.com, "Autolinked references and URLs": SHA). */
const pieceOfCommit = 6;

function withoutCommit(run: string): string {
  if (run.length < 7 || run.length > 40 || !/^[0-9a-f]+$/i.test(run)) return run;
  const pieces: string[] = [];
  for (let at = 0; at < run.length; at += pieceOfCommit) pieces.push(run.slice(at, at + pieceOfCommit));
  return pieces.join(gap);
}

/**
 * Text from outside (names, messages, file contents) as Markdown that shows exactly that text: no markup, no mention,
 * no reference, no link, no HTML, no formula, one line. Characters that hide or reverse text are shown by their number.
 */
export function text(value: string): string {
  const escaped = oneLine(value)
    .replace(/[&<>$]/g, (character) => entities[character] ?? character)
    .replace(/[\\`*_{}[\]()#!|~]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)\./, '$1\\.');
  return unlinked(escaped).trim();
}

/** Text from outside as HTML that shows exactly that text, where Markdown is not read, as in a `<summary>`. */
export function htmlText(value: string): string {
  const escaped = oneLine(value).replace(/[&<>$]/g, (character) => entities[character] ?? character);
  return unlinked(escaped).trim();
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&dollar;' };

/** One line, with what cannot be seen made visible. */
function oneLine(value: string): string {
  return shownInvisible(value.replace(/[\t\n\v\f\r]+/g, ' '));
}

function unlinked(escaped: string): string {
  let inert = escaped;
  for (const { found, inert: instead } of links) inert = inert.replace(found, instead);
  return inert.replace(runs, withoutCommit);
}

/**
 * Text from outside as inline code; back-ticks inside are kept by a longer fence. GitHub makes no links inside of code.
 */
export function code(value: string): string {
  const line = oneLine(value);
  const fence = '`'.repeat(longestRun(line) + 1);
  const padding = line.startsWith('`') || line.endsWith('`') || line.trim() === '' ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** Length of the longest run of back-ticks. */
export function longestRun(value: string): number {
  let longest = 0;
  for (const [run] of value.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** Inline code inside a table cell: GitHub ends a cell at an unescaped bar even within code. */
export function cellCode(value: string): string {
  // A backslash before a bar would escape that of the bar (github.github.com/gfm, 4.10).
  if (value.includes('\\|')) return `<code>${text(value)}</code>`;
  return code(value).replaceAll('|', '\\|');
}

/** @param rows cells that are Markdown already */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Above so many rows their source is no longer laid out for people. */
const laidOutRows = 300;

/** The same for rows that all have to be seen: hundreds of them are written with nothing but what GitHub needs. */
export function wholeTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length <= laidOutRows) return table(header, rows);
  const line = (cells: readonly string[]): string => `|${cells.join('|')}|`;
  return [line(header), line(header.map(() => '-')), ...rows.map(line)].join('\n');
}

/** A part that people can open; nothing when there is no content. @param summary HTML on one line, see {@link htmlText} */
export function details(summary: string, content: string): string {
  return content === '' ? '' : `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** Joins paragraphs that are not empty. */
export function paragraphs(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** `1 file`, `2 files` */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** USD with cents below ten dollars: `$0.40`, `$73`. */
export function usd(amount: number): string {
  return amount > 0 && amount < 10 ? `$${amount.toFixed(2)}` : `$${Math.round(amount)}`;
}

/** A duration for people: `42 s`, `12 min 5 s`, `1 h 3 min`. @param milliseconds ≥ 0 */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
