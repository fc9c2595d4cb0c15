import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { Outcome } from '../engine/outcome.ts';
import { Failure } from '../failure.ts';
import type { GitHubConnection } from '../github/connection.ts';
import { currentRepository } from '../github/default-branch.ts';
import { supersededCode } from '../report/job-record.ts';
import { deploy, type Permission } from './deploy.ts';
import { type ApprovalQuestion, findApproval } from './find-approval.ts';
import { findDeployment } from './find-deployment.ts';
import type { JobIdentity } from './job-identity.ts';
import { supersededAt } from './select.ts';
import type { Surroundings } from './surroundings.ts';
import { tipPermission } from './tip-permission.ts';

export type DeployJob = JobIdentity & {
  name: string;
  cache: string | undefined;
  /** Digest of a plan of the tip, which reviewers of the environment have seen. */
  reviewed: string | undefined;
  /** Aborted when the job is cancelled: nothing new is started then, and the lock is given back. */
  signal?: AbortSignal;
};

/**
 * Deploys as a workflow does: what the seals of the merged pull requests contain. Looks at the tip once more, because a
 * reviewer may have let the job wait for weeks.
 * @throws Failure `Superseded`, UnapprovedChange …; nothing was changed then
 */
export async function deployInJob(
  surroundings: Surroundings,
  github: GitHubConnection,
  job: DeployJob,
): Promise<{ outcome: Outcome; value: DeployRecord }> {
  const { workspace, reporter, clock } = surroundings;
  const { defaultBranch } = await currentRepository(github);
  const place = { folder: workspace.root, commit: job.commit, defaultBranch };
  const { tip, names } = await supersededAt(github, place, [job.name]);
  if (names.length > 0) throw superseded(job, tip);
  const deployment = await findDeployment(surroundings, job.name);
  const connection = await surroundings.connect(deployment, 'deploy');
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

function superseded({ name, commit }: DeployJob, tip: string): Failure {
  return new Failure({
    code: supersededCode,
    source: 'user',
    message: `${name} was not deployed from ${commit.slice(0, 7)}: the tip ${tip.slice(0, 7)} decides it otherwise by now.`,
    hint: 'The run of the tip does the work; there is nothing to do here.',
  });
}
