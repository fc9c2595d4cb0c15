import { appendFile } from 'node:fs/promises';
import { machineClock } from '../../actions/lib/clock-of-machine.ts';
import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import { diagnosticCodes } from '../../actions/lib/deployment/diagnostic-codes.ts';
import { renderDiagnosticsGitHub } from '../../actions/lib/report/diagnostics-github.ts';
import { renderDiagnosticsJson } from '../../actions/lib/report/diagnostics-json.ts';
import { renderDiagnosticsMarkdown } from '../../actions/lib/report/diagnostics-markdown.ts';
import { renderDiagnosticsSarif } from '../../actions/lib/report/diagnostics-sarif.ts';
import { renderDiagnosticsText, summarizeDiagnostics } from '../../actions/lib/report/diagnostics-text.ts';
import { checkDeclarations, type DeclarationsCheck } from '../../actions/lib/verbs/check-declarations.ts';
import type { Workspace } from '../../actions/lib/workspace/workspace.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

const formats = ['text', 'json', 'github', 'sarif'] as const;
type Format = (typeof formats)[number];

export const validateCommand: Command = {
  options: { ...rootOption, format: { type: 'string' }, base: { type: 'string' } },
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(args, streams) {
    const format = formatOf(args.text('format') ?? 'text');
    const check = await checkAll(await openCheckout(args), args.positionals, args.text('base'));
    await show(check, format, streams);
    return check.diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function formatOf(text: string): Format {
  const format = formats.find((known) => known === text);
  if (format === undefined) throw misused(`There is no format ${JSON.stringify(text)}.`, `Use ${formats.join(', ')}.`);
  return format;
}

/** @param base commit that changes are compared with; undefined: they are not */
async function checkAll(
  workspace: Workspace,
  names: readonly string[],
  base: string | undefined,
): Promise<DeclarationsCheck> {
  const bases = base === undefined ? new Map<string, string>() : await basesAt(workspace, base);
  const check = await checkDeclarations({ workspace, clock: machineClock }, { names, bases });
  const [unknown] = check.unknown;
  if (unknown === undefined) return check;
  throw misused(
    `There is no folder ${JSON.stringify(`deployments/${unknown}`)}.`,
    `The folders are: ${check.known.join(', ')}.`,
  );
}

/** What needs Git is loaded only when Git is needed. */
async function basesAt(workspace: Workspace, base: string): Promise<ReadonlyMap<string, string>> {
  const { baseDeclarations } = await import('../../actions/lib/git/base-declarations.ts');
  return await baseDeclarations(workspace.root, base);
}

async function show(check: DeclarationsCheck, format: Format, streams: TerminalStreams) {
  const { out, err, coloured = false } = streams;
  const { names, diagnostics, sources } = check;
  const summary = summarizeDiagnostics(names.length, diagnostics);
  switch (format) {
    case 'text':
      if (diagnostics.length > 0) out(`${renderDiagnosticsText(diagnostics, { sources, coloured })}\n`);
      return out(summary);
    case 'json':
      return out(renderDiagnosticsJson(names.length, diagnostics));
    case 'sarif':
      err(summary);
      return out(renderDiagnosticsSarif(diagnostics, diagnosticCodes));
    case 'github':
      for (const line of renderDiagnosticsGitHub(diagnostics)) out(line);
      out(summary);
      return await summarizeJob(diagnostics);
  }
}

/** The full list, for the page of the workflow run. */
async function summarizeJob(diagnostics: readonly Diagnostic[]): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY ?? '';
  if (file !== '' && diagnostics.length > 0) await appendFile(file, renderDiagnosticsMarkdown(diagnostics));
}
