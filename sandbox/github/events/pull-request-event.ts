import { readRef } from '../git/refs.ts';
import type { PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from '../present/account.ts';
import { presentPullRequest } from '../present/pull-request.ts';
import { presentRepository } from '../present/repository.ts';
import type { Actor } from './actor.ts';

export type PullRequestAction =
  | 'opened'
  | 'synchronize'
  | 'reopened'
  | 'closed'
  | 'edited'
  | 'labeled'
  | 'unlabeled'
  | 'assigned'
  | 'unassigned'
  | 'ready_for_review'
  | 'converted_to_draft';

/**
 * Emits `pull_request_target`, and `pull_request` unless the pull request has a merge conflict; `closed` comes in any
 * case (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request).
 * @param extra fields of this activity: `label`, `changes`, `before` and `after`
 */
export async function emitPullRequestEvent(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
  action: PullRequestAction,
  actor: Actor,
  extra: Record<string, unknown> = {},
): Promise<void> {
  const { pullRequest } = issue;
  const event = {
    action,
    payload: {
      action,
      number: issue.number,
      pull_request: await presentPullRequest(state, repository, issue),
      ...extra,
      repository: presentRepository(state, repository),
      sender: simpleUser(state, actor.account),
    },
    repository: repository.fullName,
    headRef: pullRequest.headRef,
    baseRef: pullRequest.baseRef,
    actor: { login: actor.account.login, id: actor.account.id },
    causedByJobToken: actor.causedByJobToken,
  };
  const target = await defaultBranchPlace(repository);
  if (action === 'closed' || pullRequest.mergeable) {
    state.events.emit({ name: 'pull_request', ...event, ...(await eventPlace(repository, issue)) });
  }
  if (target !== undefined) state.events.emit({ name: 'pull_request_target', ...event, ...target });
}

/**
 * `pull_request_target` runs the default branch's newest commit, whatever the pull request's base is
 * (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request_target).
 */
async function defaultBranchPlace(repository: Repository): Promise<{ ref: string; sha: string } | undefined> {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = await readRef(repository.gitFolder, ref);
  return sha === undefined ? undefined : { ref, sha };
}

/**
 * `GITHUB_REF` is the merge ref; for a merged pull request the branch it was merged into
 * (docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables).
 */
async function eventPlace(repository: Repository, issue: PullRequestIssue): Promise<{ ref: string; sha: string }> {
  const { pullRequest } = issue;
  if (pullRequest.merged !== undefined) {
    return { ref: `refs/heads/${pullRequest.baseRef}`, sha: pullRequest.mergeCommitSha ?? pullRequest.headSha };
  }
  const ref = `refs/pull/${issue.number}/merge`;
  return { ref, sha: (await readRef(repository.gitFolder, ref)) ?? pullRequest.headSha };
}
