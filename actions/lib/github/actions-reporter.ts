import * as core from '@actions/core';
import type { Diagnostic, Severity } from '../deployment/diagnostic.ts';
import type { Reporter } from '../ports/reporter.ts';
import { annotationsPerKind } from '../report/diagnostics-github.ts';
import { renderDiagnosticsMarkdown } from '../report/diagnostics-markdown.ts';
import { inertLine } from '../report/inert-line.ts';

/** A step's summary may have 1 MiB; a larger one is refused whole. */
const summaryLimit = 1024 * 1024 - 1024;

/** Reports to GitHub Actions. `@actions/core` escapes what goes into workflow commands. */
export type ActionsReporter = Reporter & {
  /** Why the job failed: an annotation without a place. */
  error(message: string, title: string): void;
  /** Writes annotations and the job summary. Call once, at the end. */
  close(): Promise<void>;
};

export function createActionsReporter(): ActionsReporter {
  const diagnostics: Diagnostic[] = [];
  const summaries: string[] = [];
  return {
    info: (message) => core.info(inertLine(message.replace(/\p{Cc}+/gu, ' '))),
    warning: (message) => core.warning(message),
    error: (message, title) => core.error(message, { title }),
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

function annotate(diagnostics: readonly Diagnostic[]): void {
  const show = (severity: Severity, write: typeof core.error): void => {
    const found = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
    for (const { code: id, message, hint, file, line, column } of found.slice(0, annotationsPerKind)) {
      const properties = { title: id, file, startLine: line, startColumn: column };
      write(hint === undefined ? message : `${message} ${hint}`, properties);
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
  return `${bytes
    .subarray(0, summaryLimit)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}\n\n_Cut here: GitHub takes 1 MiB._\n`;
}
