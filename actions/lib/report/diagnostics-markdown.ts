import type { Diagnostic } from '../deployment/diagnostic.ts';
import { errorsFirst } from './diagnostics-text.ts';
import { cellCode, count, paragraphs, table, text } from './markdown.ts';

/** Most bytes of the table; GitHub refuses a step's summary of more than 1 MiB as a whole, and others write there too. */
const mostBytes = 900 * 1024;

/**
 * All findings as a table for a job summary or a comment; empty without findings. Of more than GitHub takes the most
 * severe, and how many are left out.
 */
export function renderDiagnosticsMarkdown(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  const all = diagnostics.map(rowOf);
  const rows = sizeOf(all) <= mostBytes ? all : fitting(errorsFirst(diagnostics).map(rowOf));
  const left = diagnostics.length - rows.length;
  return paragraphs(
    `## ${count(diagnostics.length, 'finding')}`,
    table(['', 'Where', 'What', 'What to do'], rows),
    left === 0 ? '' : `${count(left, 'more finding')} left out: GitHub takes no longer list.`,
  );
}

type Row = readonly [mark: string, where: string, what: string, remedy: string];

function rowOf({ severity, file, line, column, code, message, hint }: Diagnostic): Row {
  return [
    severity === 'error' ? '❌' : '⚠️',
    cellCode(`${file}:${line}:${column}`),
    `${text(message)} <sub>${code}</sub>`,
    text(hint ?? ''),
  ];
}

/** Bytes of the rows, with what a table puts around cells. */
function sizeOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + Buffer.byteLength(row.join('')) + 4 * row.length, 0);
}

function fitting(rows: readonly Row[]): Row[] {
  let room = mostBytes;
  return rows.slice(
    0,
    rows.findIndex((row) => {
      room -= sizeOf([row]);
      return room < 0;
    }),
  );
}
