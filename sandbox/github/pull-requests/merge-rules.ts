import { isAncestor } from '../git/commits.ts';
import { readRef } from '../git/refs.ts';
import { bypasses } from '../model/bypass.ts';
import type { PullRequestIssue, Review } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { requiredChecks } from '../model/required-checks.ts';
import { type PullRequestRule, rulesOfRef, rulesOfType } from '../model/ruleset.ts';
import type { Grant } from '../model/token.ts';
import type { MergeMethod } from './merge-methods.ts';

const NOT_ALLOWED: Readonly<Record<MergeMethod, string>> = {
  merge: 'Merge commits are not allowed on this repository.',
  squash: 'Squash merges are not allowed on this repository.',
  rebase: 'Rebase merges are not allowed on this repository.',
};

/**
 * What the rulesets of the base branch have against merging a pull request now
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets).
 * @param merge.method undefined: whatever the method
 * @param merge.grant who merges; undefined: nobody in particular, so nobody passes a rule by
 * @param merge.queued the merge queue asks, for which the rule `merge_queue` itself is no obstacle
 * @returns GitHub's sentences; empty when it may be merged
 */
export async function mergeObstacles(
  repository: Repository,
  issue: PullRequestIssue,
  merge: { method?: MergeMethod; grant?: Grant | undefined; queued?: boolean },
): Promise<string[]> {
  const ref = `refs/heads/${issue.pullRequest.baseRef}`;
  const { grant } = merge;
  const binding = rulesOfRef(repository, ref).filter(
    ({ ruleset }) => grant === undefined || !bypasses(repository, ruleset, grant, 'pull_request'),
  );
  const problems: string[] = [];
  for (const { rule } of binding) {
    if (rule.type === 'pull_request') problems.push(...reviewProblems(issue, rule, merge.method));
    if (rule.type === 'required_status_checks') {
      problems.push(...requiredChecks(repository, ref, issue.pullRequest.headSha).problems);
      if (rule.parameters.strict_required_status_checks_policy && (await isBehind(repository, issue))) {
        problems.push('This branch is out-of-date with the base branch.');
      }
    }
    if (rule.type === 'merge_queue' && merge.queued !== true) {
      problems.push('Changes must be made through the merge queue');
    }
    if (rule.type === 'required_linear_history' && merge.method === 'merge') {
      problems.push('This branch must not contain merge commits.');
    }
    if (rule.type === 'update') problems.push('Cannot update this protected ref.');
  }
  return [...new Set(problems)];
}

/** Whether the base branch has commits that the head lacks. */
async function isBehind(repository: Repository, issue: PullRequestIssue): Promise<boolean> {
  const base = await readRef(repository.gitFolder, `refs/heads/${issue.pullRequest.baseRef}`);
  return base !== undefined && !(await isAncestor(repository.gitFolder, base, issue.pullRequest.headSha));
}

/** The parameters of the queue of a branch; undefined when it has none. */
export function mergeQueueRule(repository: Repository, ref: string): Readonly<Record<string, unknown>> | undefined {
  return rulesOfType(repository, ref, 'merge_queue')[0]?.rule.parameters;
}

function reviewProblems(issue: PullRequestIssue, { parameters }: PullRequestRule, method?: MergeMethod): string[] {
  const problems: string[] = [];
  if (method !== undefined && !(parameters.allowed_merge_methods ?? [method]).includes(method)) {
    problems.push(NOT_ALLOWED[method]);
  }
  const { headSha, lastPushedBy } = issue.pullRequest;
  const standing = standingReviews(issue.pullRequest.reviews);
  const needed = parameters.required_approving_review_count;
  const approvals = standing.filter(
    ({ state, commitId }) =>
      state === 'APPROVED' && !(parameters.dismiss_stale_reviews_on_push && commitId !== headSha),
  );
  if (approvals.length < needed) {
    const reviews = needed === 1 ? 'approving review is' : 'approving reviews are';
    problems.push(`At least ${needed} ${reviews} required by reviewers with write access.`);
  }
  if (needed > 0 && standing.some(({ state }) => state === 'CHANGES_REQUESTED')) problems.push('Changes requested.');
  const byOthers = approvals.filter(({ author }) => author.id !== lastPushedBy.id);
  if (parameters.require_last_push_approval && byOthers.length === 0) {
    problems.push('New changes require approval from someone other than the last pusher.');
  }
  if (parameters.require_code_owner_review || parameters.required_review_thread_resolution) {
    throw new Error("The sandbox's GitHub has no code owners and no review threads.");
  }
  return problems;
}

/**
 * The last word of each reviewer that counts: of people with write access, and of workflows, whose approvals the setting
 * "Allow GitHub Actions to create and approve pull requests" is about. Comments change nothing.
 */
function standingReviews(reviews: readonly Review[]): Review[] {
  const counting = reviews.filter(
    ({ author, state }) => state !== 'COMMENTED' && (author.type === 'Bot' || author.permission !== 'read'),
  );
  return [...new Map(counting.map((review) => [review.author.id, review])).values()];
}
