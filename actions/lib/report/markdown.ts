/**
 * Text from outside (names, messages, file contents) as Markdown that shows exactly that text: no markup, no mention,
 * no reference, no HTML, one line.
 */
export function text(value: string): string {
  return value
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? character)
    .replace(/[\\`*_{}[\]()#!|~]/g, '\\$&')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)\./, '$1\\.')
    .replace(/@/g, '@\u200b')
    .trim();
}

/** Text from outside as inline code; back-ticks inside are kept by a longer fence. */
export function code(value: string): string {
  const line = value.replace(/\p{Cc}+/gu, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/** Inline code inside a table cell: GitHub ends a cell at an unescaped bar even within code. */
export function cellCode(value: string): string {
  return code(value).replaceAll('|', '\\|');
}

/** @param rows cells that are Markdown already */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A part that people can open; nothing when there is no content. */
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
