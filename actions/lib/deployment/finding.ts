import type { Diagnostic } from './diagnostic.ts';
import { type DiagnosticCode, diagnosticCodes, severityOf } from './diagnostic-codes.ts';
import type { Part, PositionFinder } from './position.ts';
import { printable } from './quote-value.ts';

/** A finding without its place: where it is in the value, not yet where in the text. */
export type Finding = {
  code: DiagnosticCode;
  /** JSON pointer. */
  path: string;
  /** Which part the finding points at; default: the value. */
  part?: Part;
  /** Place in the text, where the path does not lead to it. */
  offset?: number;
  message: string;
  /** What to do about it; default: what the code's entry says. */
  hint?: string;
};

/** Most findings of one file that are reported. */
export const mostFindings = 500;

/** The findings, of more than the limit errors before warnings. */
export function mostSevere(findings: Finding[], limit: number): Finding[] {
  if (findings.length <= limit) return findings;
  const isError = ({ code }: Finding): boolean => severityOf(code) === 'error';
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))].slice(0, limit);
}

/** Gives findings their place in the file. */
export function placeFindings(findings: readonly Finding[], file: string, positions: PositionFinder): Diagnostic[] {
  return findings.map((finding) => {
    const { code, message, path, part = 'value', offset, hint = diagnosticCodes[code].remedy } = finding;
    const { line, column } = offset === undefined ? positions.find(path, part) : positions.at(offset);
    const place = { path: printable(path), file, line, column };
    return { code, severity: severityOf(code), ...place, message, hint };
  });
}

/** Diagnostics in the order of the text, errors before warnings of the same place. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const rank = (diagnostic: Diagnostic): string => `${diagnostic.severity}/${diagnostic.code}`;
  return [...diagnostics].sort(
    (a, b) =>
      (a.file < b.file ? -1 : Number(a.file > b.file)) ||
      a.line - b.line ||
      a.column - b.column ||
      (rank(a) < rank(b) ? -1 : Number(rank(a) > rank(b))),
  );
}
