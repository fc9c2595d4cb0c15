import { appendFile } from 'node:fs/promises';
import type { Workspace } from '../../actions/lib/adapters/workspace/workspace.ts';
import { machineClock } from '../../actions/lib/clock-of-machine.ts';
import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import { diagnosticCodes } from '../../actions/lib/deployment/diagnostic-codes.ts';
import { sortDiagnostics } from '../../actions/lib/deployment/finding.ts';
import { Failure } from '../../actions/lib/failure.ts';
import { renderDiagnosticsGitHub } from '../../actions/lib/report/diagnostics-github.ts';
import { renderDiagnosticsJson } from '../../actions/lib/report/diagnostics-json.ts';
import { renderDiagnosticsMarkdown } from '../../actions/lib/report/diagnostics-markdown.ts';
import { renderDiagnosticsSarif } from '../../actions/lib/report/diagnostics-sarif.ts';
import { renderDiagnosticsText, summarizeDiagnostics } from '../../actions/lib/report/diagnostics-text.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { count } from '../../actions/lib/report/markdown.ts';
import type { AccountsCheck } from '../../actions/lib/verbs/check-accounts.ts';
import { checkDeclarations, type DeclarationsCheck } from '../../actions/lib/verbs/check-declarations.ts';
import { openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

const formats = ['text', 'json', 'github', 'sarif'] as const;
type Format = (typeof formats)[number];

export const validateCommand: Command = {
  options: {
    live: {
      type: 'boolean',
      help: 'Also ask the AWS accounts, with the credentials of the shell, whether all that a plan looks for is there.',
    },
    base: { type: 'string', value: 'COMMIT', help: 'Also find what must not change since this commit.' },
    format: { type: 'string', value: formats.join('|'), help: 'How findings are printed; by default text.' },
    ...rootOption,
  },
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(given, streams) {
    const args = { ...given, positionals: given.positionals.map(nameOf) };
    const format = formatOf(args.text('format') ?? 'text');
    const check = await checkAll(await openCheckout(args), args.positionals, args.text('base'));
    const accounts = args.flag('live') ? await askAccounts(args, streams) : undefined;
    const diagnostics = sortDiagnostics([...check.diagnostics, ...(accounts?.diagnostics ?? [])]);
    const summary = [
      summarizeDiagnostics(check.names.length, diagnostics),
      ...(accounts === undefined ? [] : [summarizeAccounts(accounts)]),
    ];
    await show({ ...check, diagnostics, summary }, format, streams);
    return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function formatOf(text: string): Format {
  const format = formats.find((known) => known === text);
  if (format === undefined) throw misused(`There is no format ${JSON.stringify(text)}.`, `Use ${formats.join(', ')}.`);
  return format;
}

/** A deployment may also be named by its folder or file, as shells complete it and hooks of Git pass it. */
function nameOf(argument: string): string {
  return /^(?:\.\/)?deployments\/([^/]+)(?:\/(?:opensarlab\.yaml)?)?$/.exec(argument)?.[1] ?? argument;
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
  const { baseDeclarations } = await import('../../actions/lib/adapters/git/deployment-trees.ts');
  try {
    return await baseDeclarations(workspace.root, base);
  } catch (error) {
    // Without such a commit, or outside of a Git repository.
    const isMisuse = error instanceof Failure && ['GitFailed', 'RepositoryUnreachable'].includes(error.code);
    if (!isMisuse) throw error;
    throw misused(
      `Nothing can be compared with ${JSON.stringify(base)}: ${error.message}`,
      'Give a commit, tag or branch of this repository, such as origin/main.',
    );
  }
}

/** What needs the libraries of AWS is loaded only when accounts are asked. */
async function askAccounts(args: CommandArguments, streams: TerminalStreams): Promise<AccountsCheck> {
  const [{ checkAccounts }, { shellSurroundings }] = await Promise.all([
    import('../../actions/lib/verbs/check-accounts.ts'),
    import('./shell-surroundings.ts'),
  ]);
  return await checkAccounts(await shellSurroundings(args, streams), args.positionals);
}

/** `Accounts asked for 2 deployments: 14 checks found nothing amiss.` */
function summarizeAccounts({ asked, invalid, fine }: AccountsCheck): string {
  if (asked.length + invalid.length === 0) return 'No account was asked: there is no deployment, and drafts have none.';
  const left = invalid.length === 0 ? '' : ` Not asked before their errors are corrected: ${invalid.join(', ')}.`;
  return `Accounts asked for ${count(asked.length, 'deployment')}: ${count(fine, 'check')} found nothing amiss.${left}`;
}

type Shown = Pick<DeclarationsCheck, 'names' | 'diagnostics' | 'sources'> & { summary: readonly string[] };

async function show({ names, diagnostics, sources, summary }: Shown, format: Format, streams: TerminalStreams) {
  const { out, err, coloured = false } = streams;
  switch (format) {
    case 'text':
      if (diagnostics.length > 0) out(`${renderDiagnosticsText(diagnostics, { sources, coloured })}\n`);
      for (const line of summary) out(inertLine(line));
      return;
    case 'json':
      return out(renderDiagnosticsJson(names.length, diagnostics));
    case 'sarif':
      for (const line of summary) err(inertLine(line));
      return out(renderDiagnosticsSarif(diagnostics, diagnosticCodes));
    case 'github':
      for (const line of renderDiagnosticsGitHub(diagnostics)) out(line);
      for (const line of summary) out(inertLine(line));
      return await summarizeJob(diagnostics);
  }
}

/** The full list, for the page of the workflow run. */
async function summarizeJob(diagnostics: readonly Diagnostic[]): Promise<void> {
  const file = process.env.GITHUB_STEP_SUMMARY ?? '';
  if (file !== '' && diagnostics.length > 0) await appendFile(file, renderDiagnosticsMarkdown(diagnostics));
}
