/**
 * Our own Markdown (actions/lib/report) as text that reads well in a terminal: aligned tables, no markup, no diagrams.
 * It knows what the reports write and is no parser for Markdown of others.
 */
export function plainText(markdown: string): string {
  const lines: string[] = [];
  let rows: string[][] = [];
  let fence: string | undefined;
  for (const line of [...markdown.split('\n'), '']) {
    if (fence === undefined && line.startsWith('|')) {
      rows.push(cellsOf(line));
      continue;
    }
    lines.push(...aligned(rows));
    rows = [];
    const marker = /^`{3,}/.exec(line)?.[0];
    if (marker !== undefined) fence = fence === undefined ? line.slice(marker.length) : undefined;
    else if (fence === undefined) lines.push(withoutMarkup(line));
    else if (fence !== 'mermaid') lines.push(line);
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/** Bars that belong to a cell are escaped, also in code (see `cellCode`). */
function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => withoutMarkup(cell.replaceAll('\\|', '|').replaceAll('<br>', ' ').trim()));
}

/** A table's lines; its second row only separates, and columns without any text are left out. */
function aligned([header, , ...body]: readonly string[][]): string[] {
  if (header === undefined) return [];
  const rows = header.some((cell) => cell !== '') ? [header, ...body] : body;
  const widths = header.map((_, index) => Math.max(0, ...rows.map((row) => lengthOf(row[index]))));
  const shown = [...widths.keys()].filter((index) => widths[index] !== 0);
  return rows.map((row) =>
    shown
      .map((index) => `${row[index] ?? ''}${' '.repeat((widths[index] ?? 0) - lengthOf(row[index]))}`)
      .join('  ')
      .trimEnd(),
  );
}

function lengthOf(text = ''): number {
  return [...text].length;
}

/** One line without marks; what stands in code is left as it is. */
function withoutMarkup(line: string): string {
  const tagless = line
    .replace(/<\/?(?:details|summary|sub)>/g, '')
    .replace(/^#+ /, '')
    .replace(/^> \[!.*\]$/, '');
  return spansOf(tagless)
    .map(({ text, isCode }) => (isCode ? unpadded(text) : withoutEmphasis(text)))
    .join('');
}

/** Text and code of a line: a run of back-ticks opens code that the next run of the same length closes. */
function spansOf(line: string): { text: string; isCode: boolean }[] {
  const parts = line.split(/(`+)/); // text and runs in turn
  const closers = new Map<number, number>();
  const next = new Map<string, number>();
  for (let index = parts.length - 2; index > 0; index -= 2) {
    const run = parts[index] ?? '';
    const closer = next.get(run);
    if (closer !== undefined) closers.set(index, closer);
    next.set(run, index);
  }
  const spans: { text: string; isCode: boolean }[] = [];
  for (let index = 0; index < parts.length; index++) {
    const closer = closers.get(index);
    if (closer === undefined) spans.push({ text: parts[index] ?? '', isCode: false });
    else spans.push({ text: parts.slice(index + 1, closer).join(''), isCode: true });
    index = closer ?? index;
  }
  return spans;
}

/** Code that begins or ends with a back-tick has a space at both ends, which is not part of it. */
function unpadded(text: string): string {
  const inner = text.slice(1, -1);
  const isPadded = text.length > 2 && text.startsWith(' ') && text.endsWith(' ');
  return isPadded && (inner.startsWith('`') || inner.endsWith('`')) ? inner : text;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&dollar;': '$',
  '&#8203;': '', // what keeps GitHub from making links
};

function withoutEmphasis(part: string): string {
  return part
    .replace(/(?<!\\)\*\*/g, '')
    .replace(/(?<!\\)\[([^[\]]*)\]\(([^\s()]+)\)/g, '$1 ($2)')
    .replace(/\\([^\p{L}\p{N}\s])/gu, '$1')
    .replace(/&(?:amp|lt|gt|dollar|#8203);/g, (entity) => entities[entity] ?? entity);
}
