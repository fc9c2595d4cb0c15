import type { Diagnostic } from '../deployment/diagnostic.ts';
import { cellCode, count, paragraphs, table, text } from './markdown.ts';

/** All findings as a table for a job summary or a comment; empty without findings. */
export function renderDiagnosticsMarkdown(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return '';
  return paragraphs(
    `## ${count(diagnostics.length, 'finding')}`,
    table(
      ['', 'Where', 'What', 'What to do'],
      diagnostics.map(({ severity, file, line, column, code, message, hint }) => [
        severity === 'error' ? '❌' : '⚠️',
        cellCode(`${file}:${line}:${column}`),
        `${text(message)} <sub>${code}</sub>`,
        text(hint ?? ''),
      ]),
    ),
  );
}
