import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { findMergedPullRequest } from '../adapters/github/merged-pull-requests.ts';
import { readPullRequest } from '../adapters/github/pull-request.ts';
import { planPrefix } from '../records/record-keys.ts';
import { newestBefore } from '../records/sealed-plans.ts';
import type { StoredSeal } from './find-seal.ts';

/** Whether a sealed plan is somebody's approval, and why. */
export type SealStanding = { kind: 'approved' | 'not approved' | 'for a run by hand' | 'unknown'; why: string };

/** How long a plan of the tip counts for a run by hand. */
export const tipPlanMilliseconds = 24 * 3600_000;

/**
 * Whether merging has approved a sealed plan, by the same rule as deploy and destroy: the newest seal of the merged head that
 * was written before the merge. A teardown needs more than that, which destroy looks at.
 * @param github undefined: GitHub cannot be asked
 */
export async function sealStanding(
  { seal: { origin, deployment, kind }, key, writtenAt, records }: StoredSeal,
  github: GitHubConnection | undefined,
  now: Date,
): Promise<SealStanding> {
  const { pullRequest, head } = origin;
  if (pullRequest === undefined) {
    const isOld = now.getTime() - writtenAt.getTime() >= tipPlanMilliseconds;
    if (isOld) return { kind: 'not approved', why: 'it is a plan of the tip that is older than 24 hours' };
    return { kind: 'for a run by hand', why: 'it is a plan of the tip, and counts where reviewers guard deploy' };
  }
  if (github === undefined) return { kind: 'unknown', why: 'GitHub was not asked: it needs a token in GITHUB_TOKEN' };
  const { id, defaultBranch } = await currentRepository(github);
  if (id !== origin.repositoryId) return { kind: 'not approved', why: 'it was made for another repository' };
  const merged = await findMergedPullRequest(github, pullRequest, defaultBranch);
  const number = `#${pullRequest}`;
  if (merged === undefined) {
    const { isOpen } = await readPullRequest(github, pullRequest);
    return {
      kind: 'not approved',
      why: `${number} is ${isOpen ? 'open' : `closed, and not merged into ${defaultBranch}`}`,
    };
  }
  if (merged.head !== head) {
    return { kind: 'not approved', why: `${number} was merged at another commit, ${merged.head.slice(0, 12)}` };
  }
  if (writtenAt >= merged.mergedAt) return { kind: 'not approved', why: `${number} was merged before it was written` };
  const entries = await records.list(planPrefix({ deployment, pullRequest, head }));
  if (newestBefore(entries, merged.mergedAt)?.key !== key)
    return { kind: 'not approved', why: `${number} was merged after a newer plan of the same commit, which counts` };
  const more = kind === 'teardown' ? '; destroy looks at the label and the rest' : '';
  return { kind: 'approved', why: `${number} was merged ${merged.mergedAt.toISOString()}${more}` };
}
