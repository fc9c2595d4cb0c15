import type { Diagnostic, Severity } from '../deployment/diagnostic.ts';
import { inertLine } from './inert-line.ts';
import { count } from './markdown.ts';

/**
 * GitHub shows at most this many annotations of a kind per step and drops the rest without a word
 * (docs.github.com/en/actions/reference/limits).
 */
export const annotationsPerKind = 10;

const kinds: readonly Severity[] = ['error', 'warning'];

/**
 * Findings as workflow commands: one annotation each, errors first, at most ten of a kind; the others as plain lines that
 * are no commands. The job summary has all of them (`renderDiagnosticsMarkdown`).
 */
export function renderDiagnosticsGitHub(diagnostics: readonly Diagnostic[]): string[] {
  return kinds.flatMap((severity) => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
    const rest = found.slice(annotationsPerKind);
    return [
      ...found.slice(0, annotationsPerKind).map(annotation),
      ...(rest.length === 0 ? [] : [`${count(rest.length, `more ${severity}`)} without an annotation:`]),
      ...rest.map(plainLine),
    ];
  });
}

function annotation({ severity, file, line, column, code, message, hint }: Diagnostic): string {
  const properties = Object.entries({ title: code, file: inertLine(file), line, col: column }).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${severity} ${properties.join(',')}::${escapeData(inertLines(hint === undefined ? message : `${message} ${hint}`))}`;
}

function plainLine({ severity, file, line, column, code, message, hint }: Diagnostic): string {
  return inertLine([`${file}:${line}:${column}: ${severity} ${code}: ${message}`, hint ?? ''].join(' ').trimEnd());
}

/** A message of several lines, none of which is a command. */
const inertLines = (text: string): string => text.split('\n').map(inertLine).join('\n');

/** What a runner undoes in the text of a command (escapeData of @actions/core). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** What a runner undoes in a property of a command (escapeProperty of @actions/core). */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
