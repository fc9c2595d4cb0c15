import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import { readDeployment } from '../../actions/lib/deployment/read-deployment.ts';
import type { KnownFacts } from '../../actions/lib/deployment-migration/facts.ts';
import { type Migration, migrateDeclaration } from '../../actions/lib/deployment-migration/migrate-declaration.ts';
import { renderMigrationReport } from '../../actions/lib/deployment-migration/migration-report.ts';
import { Failure } from '../../actions/lib/failure.ts';
import { renderDiagnosticsText } from '../../actions/lib/report/diagnostics-text.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { isFolder, openCheckout, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

/** Options that say what an old file does not. */
const factOptions = {
  account_id: 'account-id',
  region: 'region',
  name: 'name',
  cost_tag_key: 'cost-tag-key',
  admin_user_name: 'admin-user',
  admin_email_address: 'admin-email',
  az_suffix: 'az',
  deployment_url: 'url',
} as const satisfies Record<keyof KnownFacts, string>;

const facts = Object.entries(factOptions) as [keyof KnownFacts, string][];

export const migrateCommand: Command = {
  options: {
    ...rootOption,
    out: { type: 'string' },
    ...Object.fromEntries(facts.map(([, option]) => [option, { type: 'string' }])),
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const [file = ''] = args.positionals;
    const known = Object.fromEntries(
      facts.map(([fact, option]) => [fact, args.text(option)]).filter(([, text]) => text),
    );
    const migration = migrateDeclaration(await readInput(file), known);
    if (migration.missing.length > 0) {
      const options = migration.missing.map((fact) => `--${factOptions[fact]}`).join(', ');
      throw misused('The file does not say everything that a deployment needs.', `Give ${options}.`);
    }
    const out = args.text('out');
    if (out === undefined) streams.out(migration.text.trimEnd());
    else await writeNew(out, migration.text);
    return tell(migration, out, await check(migration, args), streams);
  },
};

async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw misused(`${JSON.stringify(file)} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new Failure({
      code: 'FileExists',
      source: 'user',
      message: `${file} exists already and was left as it is.`,
      hint: 'Name another file with --out.',
    });
  }
}

/** What the checks say about the new file; in a checkout also whether its images and hook scripts are there. */
async function check({ name, text }: Migration, args: CommandArguments): Promise<Diagnostic[]> {
  const source = { name, file: `deployments/${name}/opensarlab.yaml`, text };
  const checkout =
    args.text('root') !== undefined || (await isFolder('deployments')) ? await openCheckout(args) : undefined;
  const folder = checkout === undefined ? source : { ...(await checkout.deploymentFolder(name, text)), text };
  return readDeployment(folder).diagnostics;
}

function tell(
  { version, name, text, notes }: Migration,
  out: string | undefined,
  diagnostics: Diagnostic[],
  { err, coloured = false }: TerminalStreams,
): 0 | 1 {
  const file = out ?? `deployments/${name}/opensarlab.yaml`;
  err(inertLine(`Upstream's file of ${version} became the deployment ${name}.`));
  err('');
  for (const line of renderMigrationReport(notes)) err(inertLine(line));
  if (diagnostics.length > 0) {
    const sources = new Map(diagnostics.map((diagnostic) => [diagnostic.file, text]));
    err(`${renderDiagnosticsText(diagnostics, { sources, coloured })}\n`);
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (out === undefined) err(inertLine(`Save it as ${file}.`));
  else if (basename(file) !== 'opensarlab.yaml') err(inertLine(`It belongs to deployments/${name}/opensarlab.yaml.`));
  return errors === 0 ? 0 : 1;
}
