import * as core from '@actions/core';
import type { Diagnostic, Severity } from '../../deployment/diagnostic.ts';
import type { FailurePlace } from '../../failure.ts';
import type { Reporter } from '../../ports/reporter.ts';
import { annotationsPerKind } from '../../report/diagnostics-github.ts';
import { renderDiagnosticsMarkdown } from '../../report/diagnostics-markdown.ts';
import { inertLine } from '../../report/inert-line.ts';

/** A step's summary may have 1 MiB; a larger one is refused whole. */
const summaryLimit = 1024 * 1024 - 1024;

/** Reports to GitHub Actions. `@actions/core` escapes what goes into workflow commands. */
export type ActionsReporter = Reporter & {
  /** Why the job failed: an annotation, at the place that it is about when there is one. */
  error(message: string, title: string, place?: FailurePlace): void;
  /** Writes annotations and the job summary. Call once, at the end. */
  close(): Promise<void>;
};

export function createActionsReporter(): ActionsReporter {
  const diagnostics: Diagnostic[] = [];
  const summaries: string[] = [];
  return {
    info: (message) => core.info(inert(message)),
    warning: (message) => core.warning(inert(message)),
    error: (message, title, place) =>
      core.error(inert(message), { title, ...(place && { file: inertLine(place.file), startLine: place.line }) }),
    diagnostic: (diagnostic) => void diagnostics.push(diagnostic),
    summary: (markdown) => void summaries.push(markdown),
    secret: (value) => core.setSecret(value),
    async close() {
      annotate(diagnostics);
      const list = renderDiagnosticsMarkdown(diagnostics);
      const whole = [list, ...summaries].filter(Boolean).join('\n\n');
      if (whole !== '') await core.summary.addRaw(cutSummary(whole), true).write();
    },
  };
}

/** A message on one line in which nothing is a command or hides. */
const inert = (message: string): string => inertLine(message.replace(/\p{Cc}+/gu, ' '));

function annotate(diagnostics: readonly Diagnostic[]): void {
  const show = (severity: Severity, write: typeof core.error): void => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
    for (const { code: id, message, hint, file, line, column } of found.slice(0, annotationsPerKind)) {
      const properties = { title: id, file: inertLine(file), startLine: line, startColumn: column };
      write(inert(hint === undefined ? message : `${message} ${hint}`), properties);
    }
    if (found.length > annotationsPerKind) {
      core.info(`${found.length - annotationsPerKind} more of severity ${severity} are in the job summary.`);
    }
  };
  show('error', core.error);
  show('warning', core.warning);
}

function cutSummary(markdown: string): string {
  const bytes = Buffer.from(markdown);
  if (bytes.length <= summaryLimit) return markdown;
  let end = summaryLimit;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--; // not inside of a character (RFC 3629, 3)
  return `${bytes.toString('utf8', 0, end)}\n\n_Cut here: GitHub takes 1 MiB._\n`;
}
