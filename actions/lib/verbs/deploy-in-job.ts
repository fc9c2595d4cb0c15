import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { Outcome } from '../engine/outcome.ts';
import { Failure } from '../failure.ts';
import type { GitHubConnection } from '../github/connection.ts';
import { currentRepository } from '../github/default-branch.ts';
import { requiredReviewersOf } from '../github/environment.ts';
import { approvedBy } from '../plan/approval.ts';
import type { DeploySeal } from '../plan/seal.ts';
import { readSeal } from '../plan/seal-text.ts';
import type { Records } from '../ports/records.ts';
import { planPrefix } from '../records/record-keys.ts';
import { deploy, type Permission } from './deploy.ts';
import { type ApprovalQuestion, findApproval } from './find-approval.ts';
import { findDeployment } from './find-deployment.ts';
import type { JobIdentity } from './job-identity.ts';
import { supersededAt } from './select.ts';
import type { Surroundings } from './surroundings.ts';

/** How long a plan of the tip counts for a run by hand. */
const tipPlanMilliseconds = 24 * 3600_000;

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
    const seal = await tipSeal(job, question, connection.aws.records, clock.now());
    await requireReviewers(github);
    const approval = approvedBy(found.baseline.approved, [{ ...found.approval, withdrawn: [] }, seal]);
    return { approval, lookedUp: { ...found.lookedUp, ...seal.lookedUp } };
  };
  const value = await deploy(surroundings, deployment, connection, { ...job, permission });
  return { outcome: value.outcome, value };
}

/** The plan of this very commit with the digest that a person gave, not older than a day. */
async function tipSeal(
  { name, commit, reviewed = '' }: DeployJob,
  { accountId, repositoryId }: ApprovalQuestion,
  records: Records,
  now: Date,
): Promise<DeploySeal> {
  const entries = await records.list(planPrefix({ deployment: name, tip: commit }));
  const entry = entries.find(({ key }) => key.endsWith(`-${reviewed}`));
  const isFresh = entry !== undefined && now.getTime() - entry.writtenAt.getTime() < tipPlanMilliseconds;
  const content = isFresh ? await records.read(entry.key) : undefined;
  if (content === undefined) {
    throw new Failure({
      code: 'PlanNotFound',
      source: 'user',
      message: `There is no plan ${reviewed.slice(0, 12)} of ${name} at ${commit.slice(0, 7)} from the last 24 hours.`,
      hint: 'Plan the tip again, and run this with the digest that it shows.',
    });
  }
  return readSeal(content.body, {
    ...{ kind: 'deploy', digest: reviewed, deployment: name, accountId, repositoryId },
    ...{ pullRequest: 'tip', head: commit },
  });
}

/** Without reviewers on the environment a digest typed by one person would be one person's approval of their own. */
async function requireReviewers(github: GitHubConnection): Promise<void> {
  if (await requiredReviewersOf(github, 'deploy')) return;
  throw new Failure({
    code: 'NoReviewers',
    source: 'user',
    message: 'A plan of the tip counts only where the environment deploy has required reviewers, and it has none.',
    hint: 'Open a pull request that touches the deployment, and merge its plan; or give the environment reviewers.',
  });
}

function superseded({ name, commit }: DeployJob, tip: string): Failure {
  return new Failure({
    code: 'Superseded',
    source: 'user',
    message: `${name} was not deployed from ${commit.slice(0, 7)}: the tip ${tip.slice(0, 7)} decides it otherwise by now.`,
    hint: 'The run of the tip does the work; there is nothing to do here.',
  });
}
