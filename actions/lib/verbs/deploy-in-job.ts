import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { readBaseline } from '../deploy/deploy-memory.ts';
import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { Outcome } from '../engine/outcome.ts';
import { deploy, type Permission } from './deploy.ts';
import { refuseFailedBefore } from './failed-before.ts';
import { type ApprovalQuestion, findApproval } from './find-approval.ts';
import { findDeployment } from './find-deployment.ts';
import type { JobIdentity } from './job-identity.ts';
import { refuseMove } from './refuse-move.ts';
import { refuseSuperseded } from './superseded.ts';
import type { Surroundings } from './surroundings.ts';
import { tipPermission } from './tip-permission.ts';

export type DeployJob = JobIdentity & {
  name: string;
  cache: string | undefined;
  /** Digest of a plan of the tip, which reviewers of the environment have seen. */
  reviewed: string | undefined;
  /** Whether nobody asked for it: it runs by the clock. */
  nightly: boolean;
  /** Aborted when the job is cancelled: nothing new is started then, and the lock is given back. */
  signal?: AbortSignal;
};

/**
 * Deploys as a workflow does: what the seals of the merged pull requests contain. Looks at the tip once more, because a
 * reviewer may have let the job wait for weeks.
 * @throws Failure `Superseded`, `PlaceChanged`, `FailedBefore`, UnapprovedChange …; nothing was changed then
 */
export async function deployInJob(
  surroundings: Surroundings,
  github: GitHubConnection,
  job: DeployJob,
): Promise<{ outcome: Outcome; value: DeployRecord }> {
  const { workspace, reporter, clock } = surroundings;
  const { defaultBranch } = await currentRepository(github);
  const place = { folder: workspace.root, commit: job.commit, defaultBranch };
  await refuseSuperseded(github, place, job.name, 'deployed');
  const deployment = await findDeployment(surroundings, job.name);
  const connection = await surroundings.connect(deployment, 'deploy');
  const { commit: since, region } = await readBaseline(connection.aws.records, job.name);
  await refuseMove(workspace.root, deployment, { since, until: job.commit, region });
  if (job.nightly) await refuseFailedBefore({ ...place, name: job.name }, connection.aws.records);
  const question: ApprovalQuestion = {
    ...{ deployment: job.name, accountId: deployment.aws.account_id, repositoryId: job.repositoryId },
    ...place,
  };
  const permission = async (): Promise<Permission> => {
    const found = await findApproval(question, { github, records: connection.aws.records });
    for (const { pullRequest, key } of found.sealed) reporter.info(`#${pullRequest} approved ${key}`);
    for (const number of found.unsealed) reporter.info(`#${number} was merged without a plan of ${job.name}.`);
    if (job.reviewed === undefined) return found;
    const given = { digest: job.reviewed, now: clock.now() };
    return await tipPermission(question, found, given, { github, records: connection.aws.records });
  };
  const value = await deploy(surroundings, deployment, connection, { ...job, permission });
  return { outcome: value.outcome, value };
}
