import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import type { Reporter } from '../../actions/lib/ports/reporter.ts';

/** Where lines go: standard output and error in a terminal, arrays in tests. */
export type TerminalStreams = { out: (line: string) => void; err: (line: string) => void };

/** Control characters would move the cursor, change colours or hide text; none of ours come through here. */
const visible = (value: string): string => value.replace(/[^\P{Cc}\t]/gu, '\uFFFD');

/** Reports to a person's terminal: progress and findings on standard error, so that results can be piped. */
export function createTerminalReporter({ err }: TerminalStreams): Reporter {
  return {
    info: (message) => err(visible(message)),
    warning: (message) => err(`warning: ${visible(message)}`),
    diagnostic: (diagnostic) => err(formatDiagnostic(diagnostic)),
    summary: () => undefined,
    secret: () => undefined,
  };
}

/** One finding as `file:line:column: severity CODE message` with its hint below, as compilers do. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, code, message, hint } = diagnostic;
  const head = `${visible(file)}:${line}:${column}: ${severity} ${code} ${visible(message)}`;
  return hint === undefined ? head : `${head}\n    ${visible(hint)}`;
}
