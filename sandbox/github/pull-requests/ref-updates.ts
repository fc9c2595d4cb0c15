import type { Actor } from '../events/actor.ts';
import { emitPullRequestEvent } from '../events/pull-request-event.ts';
import { pushEvent, type RefUpdate } from '../events/push-event.ts';
import { isAncestor } from '../git/commits.ts';
import { NO_COMMIT } from '../git/refs.ts';
import { gitText } from '../git/run-git.ts';
import { recordIssueEvent } from '../issues/issue-events.ts';
import { isPullRequest, type PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { refreshPullRequest } from './merge-ref.ts';

/** "Events will not be created for tags when more than three tags are pushed at once" (…/webhook-events-and-payloads#push). */
const MAXIMUM_TAGS = 3;

/**
 * What follows from changed branches and tags: push events, and open pull requests that are synchronized, merged or
 * closed by them. The refs themselves are changed already; the caller holds the repository's queue.
 */
export async function processRefUpdates(
  state: GitHubState,
  repository: Repository,
  updates: readonly RefUpdate[],
  actor: Actor,
): Promise<void> {
  if (updates.length > 0) repository.pushedAt = state.now();
  const tags = updates.filter((update) => update.ref.startsWith('refs/tags/'));
  for (const update of updates) {
    if (tags.length > MAXIMUM_TAGS && tags.includes(update)) continue;
    state.events.emit(await pushEvent(state, repository, update, actor));
  }
  for (const update of updates) {
    if (!update.ref.startsWith('refs/heads/')) continue;
    await followInPullRequests(state, repository, update, actor);
  }
  state.wakeQueues(repository);
}

async function followInPullRequests(
  state: GitHubState,
  repository: Repository,
  update: RefUpdate,
  actor: Actor,
): Promise<void> {
  const follow = async (target: Repository): Promise<void> => {
    for (const issue of target.issues.values()) {
      if (!isPullRequest(issue) || issue.state !== 'open') continue;
      const branch = update.ref.slice('refs/heads/'.length);
      const isHead = issue.pullRequest.headRepository === repository && issue.pullRequest.headRef === branch;
      const isBase = target === repository && issue.pullRequest.baseRef === branch;
      if (isHead || isBase) await followBranch(state, target, issue, { ...update, isHead }, actor);
    }
  };
  await follow(repository);
  const parent = repository.parent;
  if (parent !== undefined) await parent.exclusive(() => follow(parent));
}

async function followBranch(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
  update: RefUpdate & { isHead: boolean },
  actor: Actor,
): Promise<void> {
  // "Deleting a branch closes its open pull requests" (docs.github.com, deleting and restoring branches in a pull request).
  if (update.after === NO_COMMIT) {
    if (update.isHead) recordIssueEvent(state, issue, actor, { event: 'head_ref_deleted' });
    return closePullRequest(state, repository, issue, actor);
  }
  if (!update.isHead && (await isAncestor(repository.gitFolder, issue.pullRequest.headSha, update.after))) {
    const mergeCommit = await firstDescendant(repository, issue.pullRequest.headSha, update.after);
    return markMerged(state, repository, issue, { ...update, mergeCommit }, actor);
  }
  // A pull request opened between the push and this point has the new head already.
  const known = issue.pullRequest.headSha === update.after;
  await refreshPullRequest(repository, issue);
  if (!update.isHead || known) return;
  issue.updatedAt = state.now();
  issue.pullRequest.lastPushedBy = actor.account;
  const { before, after } = update;
  if (before !== NO_COMMIT && !(await isAncestor(repository.gitFolder, before, after))) {
    recordIssueEvent(state, issue, actor, { event: 'head_ref_force_pushed', commitId: after });
  }
  await emitPullRequestEvent(state, repository, issue, 'synchronize', actor, { before, after });
}

/** The first commit that has `commit` as an ancestor on the way to `tip`, or the commit itself after a fast forward. */
async function firstDescendant(repository: Repository, commit: string, tip: string): Promise<string> {
  const args = ['rev-list', '--ancestry-path', '--reverse', '--topo-order', `${commit}..${tip}`];
  const [first] = (await gitText(repository.gitFolder, args)).split('\n').filter(Boolean);
  return first ?? commit;
}

/** Closes without merging. */
export async function closePullRequest(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
  actor: Actor,
): Promise<void> {
  setClosed(state, issue, actor);
  state.wakeQueues(repository);
  await emitPullRequestEvent(state, repository, issue, 'closed', actor);
}

/** Records that the head came into the base branch, which moved from `before` to `after` by it. */
export async function markMerged(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
  merge: { before: string; mergeCommit: string; commits?: readonly string[] },
  actor: Actor,
): Promise<void> {
  issue.pullRequest.baseSha = merge.before;
  issue.pullRequest.mergeCommitSha = merge.mergeCommit;
  issue.pullRequest.mergedCommits = [...(merge.commits ?? [merge.mergeCommit])];
  issue.pullRequest.merged = { at: state.now(), by: actor.account };
  recordIssueEvent(state, issue, actor, { event: 'merged', commitId: merge.mergeCommit });
  setClosed(state, issue, actor);
  await emitPullRequestEvent(state, repository, issue, 'closed', actor);
}

function setClosed(state: GitHubState, issue: PullRequestIssue, actor: Actor): void {
  issue.state = 'closed';
  issue.closedAt = state.now();
  issue.updatedAt = issue.closedAt;
  issue.closedBy = actor.account;
  recordIssueEvent(state, issue, actor, { event: 'closed' });
}
