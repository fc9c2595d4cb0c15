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
    const marker = /^(`{3,})(.*)$/.exec(line);
    if (marker !== null) fence = fence === undefined ? marker[2] : undefined;
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
  return tagless.replace(/(`+)(.+?)\1(?!`)|[^`]+/g, (part, _fence: string | undefined, inCode: string | undefined) =>
    inCode === undefined ? withoutEmphasis(part) : inCode.replace(/^ (`.*`|`.*|.*`) $/, '$1'),
  );
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

function withoutEmphasis(part: string): string {
  return part
    .replace(/(?<!\\)\*\*/g, '')
    .replace(/(?<!\\)\[([^\]]*)(?<!\\)\]\((\S+)\)/g, '$1 ($2)')
    .replace(/\\([^\p{L}\p{N}\s])/gu, '$1')
    .replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
    .replaceAll('\u200b', '');
}
