import type { Reporter } from '../../actions/lib/ports/reporter.ts';
import { renderDiagnosticsText } from '../../actions/lib/report/diagnostics-text.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { plainText } from './plain-text.ts';

/** Where lines go and where answers come from: the terminal, or arrays in tests. */
export type TerminalStreams = {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Standard output is a terminal that shows colours and NO_COLOR is not set. */
  coloured?: boolean;
  /** Standard output is a terminal. */
  interactive?: boolean;
  /** Asks the person at the terminal; absent when nobody is there. */
  ask?: (question: string) => Promise<string>;
  /** Asked for by what takes long: aborted when the person stops the program. */
  interruption?(): AbortSignal;
};

/** Prints a report: as text to a terminal, as Markdown to files and other programs. */
export function printReport({ out, interactive = false }: TerminalStreams, markdown: string): void {
  out(interactive ? plainText(markdown).trimEnd() : markdown);
}

/** Reports to a person's terminal: progress and findings on standard error, so that results can be piped. */
export function createTerminalReporter({ err }: Pick<TerminalStreams, 'err'>): Reporter {
  return {
    info: (message) => err(inertLine(message)),
    warning: (message) => err(inertLine(`warning: ${message}`)),
    diagnostic: (diagnostic) => err(renderDiagnosticsText([diagnostic], { sources: new Map(), coloured: false })),
    summary: () => undefined,
    secret: () => undefined,
  };
}
