import { firstParents, hasCommit, isAncestor } from '../adapters/git/first-parents.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import {
  findMergedPullRequest,
  inOrder,
  type MergedPullRequest,
  pullRequestsOfCommits,
} from '../adapters/github/merged-pull-requests.ts';
import { type Baseline, readBaseline } from '../deploy/deploy-memory.ts';
import { Failure } from '../failure.ts';
import { type Approval, approvedBy } from '../plan/approval.ts';
import type { DeploySeal } from '../plan/seal.ts';
import type { RecordEntry, Records } from '../ports/records.ts';
import { planPrefix } from '../records/record-keys.ts';
import { newestBefore, storedSeal } from '../records/sealed-plans.ts';

/** What may be done to a deployment at a commit, and where that was decided. */
export type FoundApproval = {
  baseline: Baseline;
  approval: Approval;
  /** Values that were looked up for plans, the newest seal's last. */
  lookedUp: Record<string, string>;
  /** Merged pull requests whose seal counts, in the order of their merging. */
  sealed: { pullRequest: number; key: string }[];
  /** Merged pull requests without a seal of this deployment: whatever they change is unreviewed. */
  unsealed: number[];
};

/** Where to look. */
export type ApprovalQuestion = {
  deployment: string;
  accountId: string;
  /** GitHub's id of this repository: a seal of another one counts for nothing. */
  repositoryId: number;
  /** What is to be deployed. */
  commit: string;
  defaultBranch: string;
  /** The checkout, with the whole history. */
  folder: string;
};

/** At most this many pull requests are looked through where a deployment has no record yet. */
const mostPullRequests = 1_000;

/**
 * Everything that people have approved for a deployment since it was last deployed or destroyed: the union of the seals of
 * the pull requests merged since. Only what lies in the records bucket counts; comments, checks and labels are not asked.
 * @throws Failure when the bucket, GitHub or the history cannot be read: an approval that cannot be found is not one
 */
export async function findApproval(
  question: ApprovalQuestion,
  { github, records }: { github: GitHubConnection; records: Records },
): Promise<FoundApproval> {
  const baseline = await readBaseline(records, question.deployment);
  const pulls = await mergedSince(baseline, question, { github, records });
  const seals: DeploySeal[] = [];
  const sealed: FoundApproval['sealed'] = [];
  const unsealed: number[] = [];
  for (const pull of pulls) {
    const found = await sealOf(pull, question, records);
    if (found === undefined) {
      unsealed.push(pull.number);
      continue;
    }
    seals.push(found.seal);
    sealed.push({ pullRequest: pull.number, key: found.key });
  }
  const approval = approvedBy(baseline.approved, seals);
  return { baseline, approval, lookedUp: { ...baseline.lookedUp, ...approval.lookedUp }, sealed, unsealed };
}

/**
 * Where the deployed commit is gone from the history (main was forced to another one), the time of its record stands for it:
 * what was merged after that, and is in the history of now.
 */
async function mergedSince(
  { commit: since, at }: Baseline,
  { deployment, commit, defaultBranch, folder }: ApprovalQuestion,
  { github, records }: { github: GitHubConnection; records: Records },
): Promise<MergedPullRequest[]> {
  if (since !== undefined && (await hasCommit(folder, since))) {
    return await pullRequestsOfCommits(github, await firstParents(folder, since, commit), defaultBranch);
  }
  const numbers = sealedPullRequests(deployment, await records.list(`plans/${deployment}/`));
  const merged: MergedPullRequest[] = [];
  for (const number of numbers) {
    const pull = await findMergedPullRequest(github, number, defaultBranch);
    if (pull === undefined || (at !== undefined && pull.mergedAt <= at)) continue;
    if (await isAncestor(folder, pull.mergeCommit, commit)) merged.push(pull);
  }
  return inOrder(merged);
}

function sealedPullRequests(deployment: string, entries: readonly RecordEntry[]): number[] {
  const numbers = new Set(entries.map(({ key }) => Number(key.split('/')[2])).filter(Number.isSafeInteger));
  if (numbers.size <= mostPullRequests) return [...numbers].sort((a, b) => a - b);
  throw new Failure({
    code: 'TooManyPlans',
    source: 'product',
    message: `${deployment} has plans of ${numbers.size} pull requests, and no deployed commit says where to begin.`,
    hint: 'Give the deployment another name: what was approved under this one is too much to look through.',
  });
}

/** What the merge of a pull request approved of a deployment; undefined when nothing was sealed for it before. */
async function sealOf(
  { number, head, mergedAt }: MergedPullRequest,
  { deployment, accountId, repositoryId }: Pick<ApprovalQuestion, 'deployment' | 'accountId' | 'repositoryId'>,
  records: Records,
): Promise<{ seal: DeploySeal; key: string } | undefined> {
  const entries = await records.list(planPrefix({ deployment, pullRequest: number, head }));
  const newest = newestBefore(entries, mergedAt);
  if (newest === undefined) return undefined;
  const { key } = newest;
  const seal = await storedSeal(records, key, { deployment, accountId, repositoryId, pullRequest: number, head });
  return seal.kind === 'deploy' ? { seal, key } : undefined;
}
