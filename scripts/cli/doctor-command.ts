import { resolve } from 'node:path';
import { connectAccountRepairs } from '../../actions/lib/adapters/aws/account-repairs.ts';
import { clientSettings } from '../../actions/lib/adapters/aws/client-settings.ts';
import { shellCredentials } from '../../actions/lib/adapters/aws/shell-credentials.ts';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { isDraft } from '../../actions/lib/deployment/read-deployment.ts';
import { toFailure } from '../../actions/lib/failure.ts';
import type { Fix, Readiness } from '../../actions/lib/plan/readiness.ts';
import type { AccountRepairs } from '../../actions/lib/ports/aws-ports.ts';
import { renderReadiness } from '../../actions/lib/report/doctor-report.ts';
import { renderGitHubDoctor } from '../../actions/lib/report/github-review.ts';
import { inertLine } from '../../actions/lib/report/inert-line.ts';
import { doctor } from '../../actions/lib/verbs/doctor.ts';
import { doctorGitHub } from '../../actions/lib/verbs/doctor-github.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import type { Surroundings } from '../../actions/lib/verbs/surroundings.ts';
import { rootOption } from './checkout.ts';
import { githubTarget, repositoryOptions, settingsOf, setupOf } from './github-target.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import { shellSurroundings } from './shell-surroundings.ts';
import { printReport, type TerminalStreams } from './terminal-reporter.ts';

/** Of the repository on GitHub, or of the accounts of deployments; what is changed is changed after a question. */
export const doctorCommand: Command = {
  options: {
    ...rootOption,
    ...repositoryOptions,
    json: { type: 'boolean', help: 'Print what was found as JSON, as --format json does.' },
    fix: {
      type: 'boolean',
      help: 'Of an account: do what can be done through AWS, after a question: ask for larger quotas, activate the cost allocation tag.',
    },
    yes: { type: 'boolean', help: 'With --fix: without the question.' },
    format: { type: 'string', value: 'text|json', help: 'How to print what was found; by default as text.' },
  },
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(args, streams) {
    if (args.flag('yes') && !args.flag('fix')) throw misused('--yes goes with --fix.');
    const [subject, ...more] = args.positionals;
    if (subject !== 'github') return await examineAccounts(args, streams);
    if (more.length > 0) throw misused('doctor github takes no further names.');
    if (args.flag('fix')) {
      throw misused('doctor github changes nothing.', 'Use npx opensarlab bootstrap --configure-github.');
    }
    return await examineGitHub(args, streams);
  },
};

/** Exit code 0: every account is ready, with warnings at most. 1: a blocker, or something that could not be asked. */
async function examineAccounts(args: CommandArguments, streams: TerminalStreams): Promise<0 | 1> {
  const json = formatOf(args) === 'json';
  if (args.flag('fix') && !args.flag('yes') && streams.ask === undefined) {
    throw misused('--fix asks before it changes anything, and nobody is at the terminal.', 'Give --yes.');
  }
  const surroundings = await shellSurroundings(args, streams);
  const names = await namesIn(args, surroundings);
  const found: (Readiness & { fixed?: string[] })[] = [];
  let invalid = 0;
  for (const name of names) {
    const deployment = await validDeployment(surroundings, name, names.length, streams);
    if (deployment === undefined) {
      invalid += 1;
      continue;
    }
    const readiness = await doctor(surroundings, deployment);
    if (!json) printReport(streams, renderReadiness(readiness));
    found.push(
      args.flag('fix') ? { ...readiness, fixed: await mend(deployment, readiness, args, streams) } : readiness,
    );
  }
  if (json) streams.out(JSON.stringify(found, null, 2));
  return invalid === 0 && found.every(({ verdict }) => verdict === 'ready') ? 0 : 1;
}

/** Of several, one that is not valid stops no other. */
async function validDeployment(
  surroundings: Pick<Surroundings, 'workspace'>,
  name: string,
  many: number,
  { err }: TerminalStreams,
): Promise<Deployment | undefined> {
  try {
    return await findDeployment(surroundings, name);
  } catch (error) {
    const { code, message } = toFailure(error);
    if (many === 1 || code !== 'DeploymentInvalid') throw error;
    err(inertLine(`error: ${message}`));
    return undefined;
  }
}

async function namesIn(args: CommandArguments, { workspace }: Pick<Surroundings, 'workspace'>): Promise<string[]> {
  const given = args.positionals.map((name) => /^(?:\.\/)?deployments\/([^/]+)\/?$/.exec(name)?.[1] ?? name);
  if (given.length > 0) return given;
  const folders = await workspace.deploymentFolders();
  const names = folders.map(({ name }) => name).filter((name) => !isDraft(name));
  if (names.length > 0) return names;
  throw misused('There is no deployment yet.', 'doctor github looks at the repository on GitHub.');
}

/** @returns what was done, a line each */
async function mend(
  { aws: { region } }: Deployment,
  { checks }: Readiness,
  args: CommandArguments,
  streams: TerminalStreams,
): Promise<string[]> {
  const fixes = checks.flatMap(({ fix }) => fix ?? []);
  const repairs = connectAccountRepairs(clientSettings(region, shellCredentials()), { count: 0 });
  const done: string[] = [];
  for (const fix of fixes) {
    const answer = args.flag('yes') ? 'yes' : await streams.ask?.(`Shall I ${fix.title}? Type yes: `);
    if (answer?.trim().toLowerCase() !== 'yes') continue;
    for (const line of await apply(fix, repairs)) {
      streams.err(inertLine(line));
      done.push(line);
    }
  }
  if (fixes.length === 0) streams.err('Nothing of this can be mended through AWS.');
  return done;
}

async function apply(fix: Fix, repairs: AccountRepairs): Promise<string[]> {
  if (fix.kind === 'activate cost tag') {
    await repairs.activateCostTag(fix.key);
    return [`The tag ${fix.key} is active; bills show it from now on.`];
  }
  const lines: string[] = [];
  for (const quota of fix.quotas) {
    const answer = await repairs.requestQuota(quota);
    const what = `${quota.service}/${quota.code}`;
    lines.push(
      answer === 'asked'
        ? `AWS was asked to raise ${what} to ${quota.value}; it answers within hours to days.`
        : `AWS has an open request for ${what} already.`,
    );
  }
  return lines;
}

async function examineGitHub(args: CommandArguments, streams: TerminalStreams): Promise<0 | 1> {
  const json = formatOf(args) === 'json';
  const setup = setupOf(args);
  const target = await githubTarget(args, resolve(args.text('root') ?? '.'));
  const settings = settingsOf(target);
  if (settings === undefined) {
    throw misused(
      'doctor github needs an administrator’s token in GITHUB_TOKEN.',
      'For example: GITHUB_TOKEN=$(gh auth token) npx opensarlab doctor github. It changes nothing.',
    );
  }
  const result = await doctorGitHub(`${target.owner}/${target.name}`, setup, settings);
  if (json) streams.out(JSON.stringify(result, null, 2));
  else printReport(streams, renderGitHubDoctor(result.repository, result));
  return result.ready ? 0 : 1;
}

function formatOf(args: CommandArguments): 'text' | 'json' {
  if (args.flag('json')) return 'json';
  const format = args.text('format') ?? 'text';
  if (format === 'text' || format === 'json') return format;
  throw misused('--format takes text or json.');
}
