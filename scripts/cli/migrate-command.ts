import { basename } from 'node:path';
import type { Diagnostic } from '../../actions/lib/deployment/diagnostic.ts';
import type { KnownFacts } from '../../actions/lib/deployment/migration/facts.ts';
import { type Migration, migrateDeclaration } from '../../actions/lib/deployment/migration/migrate-declaration.ts';
import { renderMigrationReport } from '../../actions/lib/deployment/migration/migration-report.ts';
import type { Surroundings } from '../../actions/lib/deployment/migration/references.ts';
import { readDeployment } from '../../actions/lib/deployment/read-deployment.ts';
import { readDeployments } from '../../actions/lib/deployment/read-deployments.ts';
import { isDeploymentName } from '../../actions/lib/deployment/scaffold/scaffold-deployment.ts';
import { renderDiagnosticsText } from '../../actions/lib/report/diagnostics-text.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { count } from '../../actions/lib/report/markdown.ts';
import { imageFindings } from '../../actions/lib/verbs/image-findings.ts';
import { isFolder, openCheckout, rootOption } from './checkout.ts';
import { readUpstreamText } from './read-upstream-file.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import type { TerminalStreams } from './terminal-reporter.ts';
import { writeNewFile } from './write-new-file.ts';

/** Options that say what an old file does not. */
const factOptions = {
  account_id: ['account-id', 'ID', 'AWS account; by default that of the file’s ARNs.'],
  region: ['region', 'REGION', 'AWS region; by default that of the file’s ARNs.'],
  name: ['name', 'NAME', 'Name of the deployment; by default the file’s cost_tag_value.'],
  cost_tag_key: ['cost-tag-key', 'KEY', 'Key of the cost allocation tag.'],
  admin_user_name: ['admin-user', 'NAME', 'User name of the administrator.'],
  admin_email_address: ['admin-email', 'ADDRESS', 'E-mail address of the administrator.'],
  az_suffix: ['az', 'LETTER', 'Letter of the availability zone of nodes and home volumes.'],
  deployment_url: ['url', 'URL', 'Address of the hub.'],
} as const satisfies Record<keyof KnownFacts, readonly [option: string, value: string, help: string]>;

const facts = (Object.keys(factOptions) as (keyof KnownFacts)[]).map((fact) => {
  const [option, value, help] = factOptions[fact];
  return { fact, option, value, help };
});

export const migrateCommand: Command = {
  options: {
    out: { type: 'string', value: 'FILE', help: 'New file to write; by default the result is printed.' },
    ...Object.fromEntries(facts.map(({ option, value, help }) => [option, { type: 'string', value, help }] as const)),
    ...rootOption,
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const [file = ''] = args.positionals;
    const text = await readUpstreamText(file);
    const known = knownFacts(args);
    const first = migrateDeclaration(text, known);
    const answers = streams.ask && first.missing.length > 0 ? await askFor(first.missing, streams.ask) : {};
    const all = { ...known, ...answers };
    const { name } = migrateDeclaration(text, all);
    const migration = migrateDeclaration(text, all, await surroundingsOf(name, args));
    if (migration.missing.length > 0) {
      const options = migration.missing.map((fact) => `--${factOptions[fact][0]}`).join(', ');
      const asRead = `Read as upstream's of ${migration.version}, the file does not say everything that a deployment needs.`;
      throw misused(asRead, `Give ${options}.`);
    }
    const diagnostics = await check(migration, args);
    const out = args.text('out');
    if (out === undefined) streams.out(migration.text.trimEnd());
    else await writeNewFile(out, migration.text, out, 'Name another file with --out.');
    return tell(migration, out, diagnostics, streams);
  },
};

/** Asks the person at the terminal for what the file does not say. */
async function askFor(
  missing: readonly (keyof KnownFacts)[],
  ask: (question: string) => Promise<string>,
): Promise<KnownFacts> {
  const answers: KnownFacts = {};
  for (const fact of missing) {
    const [, , help] = factOptions[fact];
    const answer = (await ask(`The file does not say it. ${help.replace(/[;.].*/, '')}: `)).trim();
    if (answer !== '') answers[fact] = answer;
  }
  if (answers.name !== undefined) checkName(answers.name);
  return answers;
}

function knownFacts(args: CommandArguments): KnownFacts {
  const name = args.text('name');
  if (name !== undefined) checkName(name);
  return Object.fromEntries(facts.map(({ fact, option }) => [fact, args.text(option)]).filter(([, text]) => text));
}

/** The name becomes a path. @throws Failure `Usage` */
function checkName(name: string): void {
  if (!isDeploymentName(name)) throw misused(`${JSON.stringify(name)} cannot be the name of a deployment.`);
}

/** Images and hook scripts that the deployment could name; outside of a checkout they are not known. */
async function surroundingsOf(name: string, args: CommandArguments): Promise<Surroundings> {
  if (name === '' || (args.text('root') === undefined && !(await isFolder('deployments')))) return {};
  const { images, hooks } = await (await openCheckout(args)).deploymentFolder(name, '');
  return { ...(images && { images }), ...(hooks && { hooks }) };
}

/** What the checks say about the new file; in a checkout also beside its images, hook scripts and other deployments. */
async function check({ name, text }: Migration, args: CommandArguments): Promise<Diagnostic[]> {
  const file = `deployments/${name}/opensarlab.yaml`;
  if (args.text('root') === undefined && !(await isFolder('deployments'))) {
    return readDeployment({ name, file, text }).diagnostics;
  }
  const checkout = await openCheckout(args);
  const others = (await checkout.deploymentFolders()).filter((folder) => folder.name !== name);
  const own = await checkout.deploymentFolder(name, text);
  const { results, diagnostics } = readDeployments([...others, own]);
  const images = await imageFindings(
    checkout.files,
    [own],
    results.filter((result) => result.name === name),
  );
  return [...diagnostics.filter((diagnostic) => diagnostic.file === file), ...images];
}

function tell(
  { version, name, text, notes, kept }: Migration,
  out: string | undefined,
  diagnostics: Diagnostic[],
  { err, coloured = false }: TerminalStreams,
): 0 | 1 {
  const file = out ?? `deployments/${name}/opensarlab.yaml`;
  err(inertLine(`Upstream's file of ${version} became the deployment ${name}.`));
  err('');
  for (const line of renderMigrationReport({ notes, kept })) err(inertLine(line));
  if (diagnostics.length > 0) {
    const sources = new Map(diagnostics.map((diagnostic) => [diagnostic.file, text]));
    err(`${renderDiagnosticsText(diagnostics, { sources, coloured })}\n`);
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) err(`The new file has ${count(errors, 'error')}, shown above: correct them before it is used.`);
  if (out === undefined) err(inertLine(`Save it as ${file}.`));
  else if (basename(file) !== 'opensarlab.yaml') err(inertLine(`It belongs to deployments/${name}/opensarlab.yaml.`));
  return errors === 0 ? 0 : 1;
}
