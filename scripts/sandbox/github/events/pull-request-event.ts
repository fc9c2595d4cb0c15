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
  | 'unassigned';

/**
 * Emits a `pull_request` event. There is none while the pull request has a merge conflict, except for `closed`
 * (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request).
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
  if (action !== 'closed' && !pullRequest.mergeable) return;
  const place = await eventPlace(repository, issue);
  state.events.emit({
    name: 'pull_request',
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
    ...place,
    headRef: pullRequest.headRef,
    baseRef: pullRequest.baseRef,
    actor: { login: actor.account.login, id: actor.account.id },
    causedByJobToken: actor.causedByJobToken,
  });
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
