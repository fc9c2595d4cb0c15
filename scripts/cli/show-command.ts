import { connectGitHub, type GitHubConnection } from '../../actions/lib/adapters/github/connection.ts';
import { readDeployments } from '../../actions/lib/deployment/read-deployments.ts';
import { Failure, toFailure } from '../../actions/lib/failure.ts';
import { inertJson } from '../../actions/lib/report/inert-line.ts';
import { renderSeal } from '../../actions/lib/report/seal-report.ts';
import { findSeal, type SealStanding, sealStanding } from '../../actions/lib/verbs/find-seal.ts';
import { jsonOption, rootOption } from './checkout.ts';
import { githubTarget, targetOptions } from './github-target.ts';
import { type Command, type CommandArguments, isUsageFailure, misused } from './run-command.ts';
import { shellSurroundings } from './shell-surroundings.ts';
import { printReport } from './terminal-reporter.ts';

/** Fewer digits of a digest would name more than one plan sooner or later. */
const fewestDigits = 6;

export const showCommand: Command = {
  options: {
    ...rootOption,
    ...jsonOption,
    ...targetOptions,
    deployment: {
      type: 'string',
      value: 'NAME',
      help: 'Look only at plans of this deployment, which may be gone; by default at all in the accounts of those declared here.',
    },
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const digest = (args.positionals[0] ?? '').toLowerCase();
    if (!/^[0-9a-f]{1,64}$/.test(digest) || digest.length < fewestDigits) {
      throw misused(`A digest has 64 hex digits; give at least the first ${fewestDigits}.`);
    }
    const surroundings = await shellSurroundings(args, streams);
    const only = deploymentOption(args);
    const { results } = readDeployments(await surroundings.workspace.deploymentFolders());
    const deployments = results.flatMap(({ deployment, deployable }) =>
      deployment !== undefined && deployable ? [deployment] : [],
    );
    const stored = await findSeal(surroundings, { digest, deployments, only });
    const github = await connection(args, surroundings.workspace.root);
    const standing = await standingOf(() => sealStanding(stored, github, surroundings.clock.now()));
    const { seal, key, writtenAt } = stored;
    const shown = { seal, digest: stored.digest, key, writtenAt, standing };
    if (args.flag('json')) streams.out(inertJson(shown));
    // A runner of GitHub Actions takes `##[` for a command wherever it stands.
    else printReport(streams, renderSeal(shown).replaceAll('##[', '##('));
    return 0;
  },
};

function deploymentOption(args: CommandArguments): string | undefined {
  const name = args.text('deployment');
  if (name === undefined || /^[a-z][a-z0-9-]{0,62}$/.test(name)) return name;
  throw misused('--deployment takes the name of a deployment.');
}

/** Without token or repository the plan is shown all the same; only whether it is approved stays open. */
async function connection(args: CommandArguments, root: string): Promise<GitHubConnection | undefined> {
  try {
    const { owner, name, apiUrl, token } = await githubTarget(args, root);
    return token === undefined ? undefined : connectGitHub(token, `${owner}/${name}`, apiUrl);
  } catch (error) {
    const isUnnamed = error instanceof Failure && isUsageFailure(error) && args.text('owner') === undefined;
    if (!isUnnamed) throw error;
    return undefined;
  }
}

async function standingOf(ask: () => Promise<SealStanding>): Promise<SealStanding> {
  try {
    return await ask();
  } catch (error) {
    return { kind: 'unknown', why: `it could not be looked up: ${toFailure(error).message}` };
  }
}
