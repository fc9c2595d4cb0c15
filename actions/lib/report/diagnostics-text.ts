import { styleText } from 'node:util';
import type { Diagnostic, Severity } from '../deployment/diagnostic.ts';
import { withoutCredentials } from '../deployment/quote-value.ts';
import { inertLine } from './inert-line.ts';
import { count } from './markdown.ts';

/** Characters of a source line that are shown; longer lines are cut around the finding. */
const excerptWidth = 100;

/** Characters that a terminal shows two columns wide. */
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/gu;

export type TextOptions = {
  /** Texts of the files by path; a finding in a file without text has no excerpt. */
  sources: ReadonlyMap<string, string>;
  /** With colours, for a terminal that shows them. */
  coloured: boolean;
};

type Style = 'bold' | 'red' | 'yellow' | 'cyan' | 'dim';
type Paint = (style: Style | Style[], text: string) => string;

const colours: Record<Severity, Style> = { error: 'red', warning: 'yellow' };

/**
 * Findings for people, as compilers show them: `file:line:column: severity CODE: message`, the line with a caret below
 * the place, and what to do.
 */
export function renderDiagnosticsText(diagnostics: readonly Diagnostic[], { sources, coloured }: TextOptions): string {
  const paint: Paint = (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
  const lines = new Map<string, string[]>();
  const lineOf = ({ file, line }: Diagnostic): string | undefined => {
    const source = sources.get(file);
    if (source === undefined) return undefined;
    const known = lines.get(file) ?? source.split('\n');
    lines.set(file, known);
    const text = known[line - 1];
    return text === undefined ? undefined : withoutCredentials(text);
  };
  return diagnostics.map((diagnostic) => renderOne(diagnostic, lineOf(diagnostic), paint)).join('\n\n');
}

/** `12 declarations: 1 error, 2 warnings.` */
export function summarizeDiagnostics(declarations: number, diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return `${count(declarations, 'declaration')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`;
}

function renderOne(diagnostic: Diagnostic, sourceLine: string | undefined, paint: Paint): string {
  const { file, line, column, severity, code, message, hint } = diagnostic;
  const place = paint('bold', inertLine(`${file}:${line}:${column}:`));
  const kind = paint(['bold', colours[severity]], `${severity} ${code}:`);
  const margin = ' '.repeat(String(line).length + 1);
  return [
    `${place} ${kind} ${inertLine(message)}`,
    ...(sourceLine === undefined ? [] : excerpt(diagnostic, sourceLine, margin, paint)),
    ...(hint === undefined ? [] : [`${margin}${paint('cyan', ' =')} ${inertLine(hint)}`]),
  ].join('\n');
}

function excerpt({ line, column, severity }: Diagnostic, source: string, margin: string, paint: Paint): string[] {
  const start = Math.max(0, Math.min(column - 1 - excerptWidth / 2, source.trimEnd().length - excerptWidth));
  const shown = source.trimEnd().slice(start, start + excerptWidth);
  const before = source.slice(start, column - 1);
  const cutBefore = start > 0 ? '…' : '';
  const cutAfter = start + excerptWidth < source.trimEnd().length ? '…' : '';
  const padding = ' '.repeat(cutBefore.length + displayWidth(inertLine(before)));
  const length = Math.min(
    tokenLength(source.slice(column - 1, column - 1 + excerptWidth)),
    shown.length - before.length,
  );
  const underline = `^${'~'.repeat(Math.max(0, length - 1))}`;
  return [
    `${paint('dim', ` ${line} |`)} ${cutBefore}${inertLine(shown)}${cutAfter}`,
    `${paint('dim', `${margin} |`)} ${padding}${paint(colours[severity], underline)}`,
  ];
}

function displayWidth(text: string): number {
  return [...text].length + (text.match(wide)?.length ?? 0);
}

/** How much of the line the finding is about: a quoted or plain scalar from its first character on. */
function tokenLength(rest: string): number {
  const token = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:,[\]{}#"']+(?:[:, ][^\s:,[\]{}#"']+)*)/.exec(rest);
  return token === null ? 1 : displayWidth(token[0]);
}

/** Errors before warnings, otherwise in the order that they have: what comes first is kept where there is room for some. */
export function errorsFirst<T extends { severity: Severity }>(found: readonly T[]): T[] {
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity !== 'error'),
  ];
}
