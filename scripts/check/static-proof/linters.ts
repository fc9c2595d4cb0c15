import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../setup/install.mjs';
import { checkHandlerPermissions } from './handler-permissions.ts';
import { kubernetesObjects, pinnedKubernetes } from './kubernetes-objects.ts';
import { policiesOf } from './policy-statements.ts';
import { type RenderedTemplate, renderedTemplates } from './rendered-templates.ts';
import { dockerfiles, shellScripts, workflowFiles } from './repository-files.ts';
import { runProgram } from './run-program.ts';
import { installActionlint } from './tool-installation.ts';
import { checkTypeAvailability } from './type-availability.ts';
import { wildcardFindings } from './wildcard-rules.ts';

/** What a check looked at, and what it found; `skipped` says why it did not look, `notes` what it could not look at. */
export type CheckResult = { checked: number; problems: string[]; notes?: string[]; skipped?: string };

/** One part of the proof. @param programs folder of the Python tools */
export type StaticCheck = { name: string; run(programs: string): Promise<CheckResult> };

/** Rendered files, for the linters and for a person who looks into a finding. */
const workFolder = join(root, '.opensarlab', 'static-proof');

/** Every part of the proof, in the order they are told. */
export const staticChecks: readonly StaticCheck[] = [
  { name: 'cfn-lint: templates, each for its region', run: lintTemplates },
  { name: 'parliament: IAM policies', run: lintPolicies },
  { name: 'wildcards in IAM policies have reasons', run: async () => checkWildcards() },
  { name: "permissions of CloudFormation's handlers, against its role", run: async (from) => checkHandlers(from) },
  { name: 'types of resources, in every region', run: async (programs) => checkTypeAvailability(programs) },
  { name: 'kubernetes-validate: objects, against the published API', run: validateObjects },
  { name: 'hadolint: Dockerfiles', run: lintDockerfiles },
  { name: 'shellcheck: shell scripts', run: lintShell },
  { name: 'zizmor: security of workflows and actions', run: auditWorkflows },
  { name: 'actionlint: workflows', run: lintWorkflows },
];

async function lintTemplates(programs: string): Promise<CheckResult> {
  const templates = renderedTemplates();
  const byRegion = Map.groupBy(templates, ({ region }) => region);
  const runs = [...byRegion].map(async ([region, inRegion]) => {
    const paths = await Promise.all(inRegion.map((template) => writeTemplateFile(template)));
    return await runProgram(join(programs, 'cfn-lint'), [
      '--format',
      'parseable',
      '--regions',
      region,
      '--template',
      ...paths,
    ]);
  });
  return { checked: templates.length, problems: linesOf(await Promise.all(runs)) };
}

async function writeTemplateFile({ region, name, text }: RenderedTemplate): Promise<string> {
  const folder = join(workFolder, 'templates', region);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.yaml`);
  await writeFile(path, text);
  return path;
}

async function lintPolicies(programs: string): Promise<CheckResult> {
  const folder = join(workFolder, 'policies');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const policies = renderedTemplates().flatMap(policiesOf);
  // It reads policies of identities; those of roles' trust and of buckets and keys have principals, which it does not know.
  const ofIdentities = policies.filter(({ purpose }) => purpose === 'identity');
  for (const { template, resource, place, document } of ofIdentities) {
    const name = [template.region, template.name, resource.id, place.replace(/\W/g, '')].join('-');
    await writeFile(join(folder, `${name}.json`), JSON.stringify(document));
  }
  const config = ['--config', join(root, '.ci', 'tools', 'parliament.yaml'), '--minimum_severity', 'MEDIUM'];
  const what = ['--directory', folder, '--include_policy_extension', 'json'];
  // The warning that pkg_resources is old concerns its authors.
  const quiet = { PYTHONWARNINGS: 'ignore' };
  const run = await runProgram(join(programs, 'parliament'), [...config, ...what], quiet);
  return { checked: ofIdentities.length, problems: linesOf([run]) };
}

function checkWildcards(): CheckResult {
  const policies = renderedTemplates().flatMap(policiesOf);
  return { checked: policies.length, problems: wildcardFindings(policies) };
}

function checkHandlers(programs: string): CheckResult {
  const { checked, problems, untold } = checkHandlerPermissions(programs);
  return {
    checked,
    problems,
    notes: untold.map((type) => `${type} does not say what its handlers ask for: not checked`),
  };
}

async function validateObjects(programs: string): Promise<CheckResult> {
  const folder = join(workFolder, 'kubernetes');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const objects = await kubernetesObjects();
  const files = objects.map(({ origin, object }, index) => {
    const place = `${origin} ${String(object.kind)}`.replace(/[^A-Za-z0-9]+/g, '-');
    return { path: join(folder, `${index}-${place}.json`), text: JSON.stringify(object) };
  });
  await Promise.all(files.map(({ path, text }) => writeFile(path, text)));
  // It says something of every object, and only warns when it has no schema for one.
  const how = ['--kubernetes-version', pinnedKubernetes(), '--strict'];
  const run = await runProgram(join(programs, 'kubernetes-validate'), [...how, ...files.map(({ path }) => path)]);
  const lines = linesOf([run]);
  const problems = lines.filter((line) => !line.startsWith('INFO '));
  const passed = lines.length - problems.length;
  const untold = objects.length - passed - problems.length;
  return {
    checked: objects.length,
    problems: untold === 0 ? problems : [...problems, `nothing was said of ${untold} objects`],
  };
}

async function lintDockerfiles(programs: string): Promise<CheckResult> {
  const files = await dockerfiles();
  const run = await runProgram(join(programs, 'hadolint'), ['--no-color', '--failure-threshold', 'warning', ...files]);
  return { checked: files.length, problems: run.status === 0 ? [] : linesOf([run]) };
}

async function lintShell(programs: string): Promise<CheckResult> {
  const files = await shellScripts();
  const run = await runProgram(join(programs, 'shellcheck'), ['--color=never', '--format=gcc', ...files]);
  return { checked: files.length, problems: linesOf([run]) };
}

async function auditWorkflows(programs: string): Promise<CheckResult> {
  const files = await workflowFiles();
  // The auditor's view has every finding there is (docs.zizmor.sh/usage, "Using personas").
  const what = ['--persona=auditor', '--min-severity=medium'];
  const how = ['--offline', '--no-progress', '--quiet', '--format=plain', '--color=never'];
  const run = await runProgram(join(programs, 'zizmor'), [...what, ...how, ...files]);
  return { checked: files.length, problems: run.status === 0 ? [] : linesOf([run]) };
}

/** Keys that GitHub takes and this version of actionlint does not know yet, in its words; each with its source. */
const newerKeys = [
  // docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, `concurrency`: `queue: max`.
  'unexpected key "queue" for "concurrency" section',
];

async function lintWorkflows(programs: string): Promise<CheckResult> {
  const program = await installActionlint();
  const files = (await workflowFiles()).filter((path) => path.startsWith('.github/workflows/'));
  if (program === undefined) return { checked: 0, problems: [], skipped: 'needs Go, which this machine lacks' };
  const run = await runProgram(program, [
    '-oneline',
    '-no-color',
    '-shellcheck',
    join(programs, 'shellcheck'),
    ...newerKeys.flatMap((key) => ['-ignore', key]),
    ...files,
  ]);
  return { checked: files.length, problems: linesOf([run]), notes: newerKeys.map((key) => `not counted: ${key}`) };
}

/** What was printed; a run that failed in silence is a problem too. */
function linesOf(runs: readonly { status: number; output: string }[]): string[] {
  return runs.flatMap(({ status, output }) => {
    const lines = output.split('\n').filter((line) => line.trim() !== '');
    return lines.length === 0 && status !== 0 ? [`ended with ${status} and said nothing`] : lines;
  });
}
