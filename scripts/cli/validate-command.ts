import { appendFile } from 'node:fs/promises';
import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import { diagnosticCodes } from '../../actions/lib/deployment/diagnostic-codes.ts';
import { readDeployments } from '../../actions/lib/deployment/read-deployments.ts';
import { renderDiagnosticsGitHub } from '../../actions/lib/report/diagnostics-github.ts';
import { renderDiagnosticsJson } from '../../actions/lib/report/diagnostics-json.ts';
import { renderDiagnosticsMarkdown } from '../../actions/lib/report/diagnostics-markdown.ts';
import { renderDiagnosticsSarif } from '../../actions/lib/report/diagnostics-sarif.ts';
import { renderDiagnosticsText, summarizeDiagnostics } from '../../actions/lib/report/diagnostics-text.ts';
import type { Workspace } from '../../actions/lib/workspace/workspace.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

const formats = ['text', 'json', 'github', 'sarif'] as const;
type Format = (typeof formats)[number];

/** What was looked at and what was found. */
type Findings = {
  declarations: number;
  diagnostics: readonly Diagnostic[];
  /** Texts of the files by path. */
  sources: ReadonlyMap<string, string>;
};

export const validateCommand: Command = {
  options: { ...rootOption, format: { type: 'string' } },
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(args, streams) {
    const format = formatOf(args.text('format') ?? 'text');
    const findings = await findAll(await openCheckout(args), args.positionals);
    await show(findings, format, streams);
    return findings.diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function formatOf(text: string): Format {
  const format = formats.find((known) => known === text);
  if (format === undefined) throw misused(`There is no format ${JSON.stringify(text)}.`, `Use ${formats.join(', ')}.`);
  return format;
}

/** @param names only these deployments; empty: all, drafts included. All are read, because they are compared. */
async function findAll(workspace: Workspace, names: readonly string[]): Promise<Findings> {
  const folders = await workspace.deploymentFolders();
  const unknown = names.find((name) => !folders.some((folder) => folder.name === name));
  if (unknown !== undefined) {
    const known = folders.map(({ name }) => name).join(', ');
    throw misused(`There is no folder ${JSON.stringify(`deployments/${unknown}`)}.`, `The folders are: ${known}.`);
  }
  const { diagnostics } = readDeployments(folders);
  const chosen = folders.filter(({ name }) => names.length === 0 || names.includes(name));
  const files = new Set(chosen.map(({ file }) => file));
  return {
    declarations: chosen.length,
    diagnostics: diagnostics.filter(({ file }) => files.has(file)),
    sources: new Map(chosen.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text] as const]))),
  };
}

async function show({ declarations, diagnostics, sources }: Findings, format: Format, streams: TerminalStreams) {
  const { out, err, coloured = false } = streams;
  const summary = summarizeDiagnostics(declarations, diagnostics);
  switch (format) {
    case 'text':
      if (diagnostics.length > 0) out(`${renderDiagnosticsText(diagnostics, { sources, coloured })}\n`);
      return out(summary);
    case 'json':
      return out(renderDiagnosticsJson(declarations, diagnostics));
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
