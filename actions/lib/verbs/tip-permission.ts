import type { GitHubConnection } from '../adapters/github/connection.ts';
import { requiredReviewersOf } from '../adapters/github/environment-protection.ts';
import { Failure } from '../failure.ts';
import { approvedBy } from '../plan/approval.ts';
import type { DeploySeal } from '../plan/seal.ts';
import { readSeal } from '../plan/seal-text.ts';
import type { Records } from '../ports/records.ts';
import { planPrefix } from '../records/record-keys.ts';
import type { Permission } from './deploy.ts';
import type { ApprovalQuestion, FoundApproval } from './find-approval.ts';
import { tipPlanMilliseconds } from './find-seal.ts';

/**
 * What a run by hand may do: what merged pull requests approved, and the plan of exactly this commit whose digest a person
 * gave, where reviewers of the environment have agreed to the run.
 * @param given.digest 64 hex digits
 * @throws Failure `PlanNotFound` for a plan of another commit or deployment, and for one older than a day; `NoReviewers`
 */
export async function tipPermission(
  question: ApprovalQuestion,
  found: FoundApproval,
  given: { digest: string; now: Date },
  { github, records }: { github: GitHubConnection; records: Records },
): Promise<Permission> {
  const seal = await tipSeal(question, given, records);
  await requireReviewers(github);
  const approval = approvedBy(found.baseline.approved, [{ ...found.approval, withdrawn: [] }, seal]);
  return { approval, lookedUp: { ...found.lookedUp, ...seal.lookedUp } };
}

async function tipSeal(
  { deployment, commit, accountId, repositoryId }: ApprovalQuestion,
  { digest, now }: { digest: string; now: Date },
  records: Records,
): Promise<DeploySeal> {
  const entries = await records.list(planPrefix({ deployment, tip: commit }));
  const entry = entries.find(({ key }) => key.endsWith(`-${digest}`));
  const isFresh = entry !== undefined && now.getTime() - entry.writtenAt.getTime() < tipPlanMilliseconds;
  const content = isFresh ? await records.read(entry.key) : undefined;
  if (content === undefined) {
    throw new Failure({
      code: 'PlanNotFound',
      source: 'user',
      message: `There is no plan ${digest.slice(0, 12)} of ${deployment} at ${commit.slice(0, 7)} from the last 24 hours.`,
      hint: `Run \`npx opensarlab plan --tip ${deployment}\`, or the workflow plan with that deployment, then this with the digest that it shows.`,
    });
  }
  return readSeal(content.body, {
    ...{ kind: 'deploy', digest, deployment, accountId, repositoryId },
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
