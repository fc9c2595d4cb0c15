import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { Failure } from '../failure.ts';
import { MirrorDiverged } from '../mirror/divergence.ts';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import { difference, UnapprovedChange } from '../plan/approval.ts';
import { whileLocked } from '../records/lock.ts';
import { findApproval } from './find-approval.ts';
import { findDeployment } from './find-deployment.ts';
import type { JobIdentity } from './job-identity.ts';
import { mirror } from './mirror.ts';
import { adoptDivergence } from './mirror-adoption.ts';
import { refuseSuperseded } from './superseded.ts';
import type { Surroundings } from './surroundings.ts';

/** Longest run, 25 minutes; the job's own limit is 30. */
const longestRunMilliseconds = 25 * 60_000;

export type MirrorJob = JobIdentity & {
  name: string;
  cache: string | undefined;
  /** `fail`, `adopt` or `discard` */
  divergence: string;
  /** Aborted when the job is cancelled: the lock is given back. */
  signal?: AbortSignal;
};

/**
 * The mirror by itself, as a workflow runs it where somebody committed in CodeCommit. It writes what is approved and nothing
 * else, as a deployment does. With `adopt` somebody's change becomes a pull request; the job still fails, because nothing was
 * mirrored.
 * @throws Failure `InputInvalid`; MirrorDiverged; `DivergenceProposed` with the pull request; UnapprovedChange
 */
export async function mirrorInJob(
  surroundings: Surroundings,
  github: GitHubConnection,
  job: MirrorJob,
): Promise<MirrorRecord[]> {
  const { divergence, name, cache, run, attempt, commit, repositoryId, signal } = job;
  if (!['fail', 'adopt', 'discard'].includes(divergence)) throw invalidInput(divergence);
  const { clock, pollMilliseconds, reporter, workspace } = surroundings;
  const { defaultBranch } = await currentRepository(github);
  const place = { commit, defaultBranch, folder: workspace.root };
  await refuseSuperseded(github, place, name, 'mirrored');
  const deployment = await findDeployment(surroundings, name);
  const connection = await surroundings.connect(deployment, 'deploy');
  const { records } = connection.aws;
  const question = {
    ...{ deployment: name, accountId: deployment.aws.account_id, repositoryId },
    ...place,
  };
  const deadline = new Date(clock.now().getTime() + longestRunMilliseconds);
  const patience = { clock, pollMilliseconds, deadline, ...(signal && { signal }) };
  const holder = { run, attempt, verb: 'deploy' as const };
  try {
    return await whileLocked({ records, deployment: name, holder, patience, reporter }, () =>
      mirror(surroundings, deployment, connection, false, {
        ...{ cache, discard: divergence === 'discard' },
        approve: async (rows) => {
          const further = difference(rows, (await findApproval(question, { github, records })).approval);
          if (further.length > 0) throw new UnapprovedChange(name, further);
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof MirrorDiverged) || divergence !== 'adopt') throw error;
    const proposed = await adoptDivergence(surroundings, deployment, connection, github, cache);
    if (proposed === undefined) throw error;
    throw new Failure({
      code: 'DivergenceProposed',
      source: 'user',
      message: `${error.message} ${proposed.url} proposes to adopt it.`,
      hint: 'Merge it; the mirror after that goes on. Or close it and run the workflow mirror with discard.',
      cause: error,
    });
  }
}

function invalidInput(value: string): Failure {
  return new Failure({
    code: 'InputInvalid',
    source: 'user',
    message: `The input \`divergence\` is ${JSON.stringify(value)}; it must be fail, adopt or discard.`,
  });
}
