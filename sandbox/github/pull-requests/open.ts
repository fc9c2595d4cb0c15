import { actorOf } from '../events/actor.ts';
import { emitPullRequestEvent } from '../events/pull-request-event.ts';
import { isAncestor, mergeBase } from '../git/commits.ts';
import { readRef } from '../git/refs.ts';
import { runGit } from '../git/run-git.ts';
import { newIssue } from '../issues/issue-fields.ts';
import { isPullRequest, type PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import { ApiError, validationFailed } from '../rest/api-error.ts';
import { refreshPullRequest } from './merge-ref.ts';

export type NewPullRequest = {
  title?: string;
  /** `branch`, or `owner:branch` for a fork. */
  head: string;
  base: string;
  body?: string;
  draft?: boolean;
  maintainer_can_modify?: boolean;
};

/**
 * Opens a pull request (docs.github.com/en/rest/pulls/pulls#create-a-pull-request) and emits `opened`.
 * @throws ApiError 422 for branches that do not exist, have nothing to merge, or have an open pull request already;
 *   403 for a job's token while the repository does not let Actions create pull requests
 */
export async function openPullRequest(
  state: GitHubState,
  repository: Repository,
  grant: Grant,
  input: NewPullRequest,
): Promise<PullRequestIssue> {
  if (grant.kind === 'job' && !repository.actionsMayCreatePullRequests) {
    throw new ApiError(403, 'GitHub Actions is not permitted to create or approve pull requests.');
  }
  const { title, body } = input;
  const issue = newIssue(state, repository, { title, body, author: grant.account, resource: 'PullRequest' });
  const { headRepository, headRef } = headOf(state, repository, input.head);
  const baseSha = await readRef(repository.gitFolder, `refs/heads/${input.base}`);
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const headSha = await readRef(headRepository.gitFolder, `refs/heads/${headRef}`);
  if (headSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  await requireSomethingToMerge(repository, input, { headRepository, headRef, headSha, baseSha });
  const opened: PullRequestIssue = {
    ...issue,
    pullRequest: {
      baseRef: input.base,
      headRef,
      headRepository,
      baseSha,
      headSha,
      draft: input.draft === true,
      maintainerCanModify: headRepository !== repository && input.maintainer_can_modify !== false,
      mergeable: false,
      mergeRefOutdated: false,
      mergeCommitSha: undefined,
      merged: undefined,
      mergedCommits: [],
      reviews: [],
      lastPushedBy: grant.account,
    },
  };
  await refreshPullRequest(repository, opened);
  repository.issues.set(opened.number, opened);
  await emitPullRequestEvent(state, repository, opened, 'opened', actorOf(grant));
  return opened;
}

function headOf(
  state: GitHubState,
  repository: Repository,
  head: string,
): { headRepository: Repository; headRef: string } {
  const colon = head.indexOf(':');
  const owner = colon === -1 ? repository.owner.login : head.slice(0, colon);
  const headRef = head.slice(colon + 1);
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return { headRepository: repository, headRef };
  const fork = [...state.repositories.values()].find(
    (each) => each.parent === repository && each.owner.login.toLowerCase() === owner.toLowerCase(),
  );
  if (fork === undefined) throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  return { headRepository: fork, headRef };
}

async function requireSomethingToMerge(
  repository: Repository,
  { base }: NewPullRequest,
  head: { headRepository: Repository; headRef: string; headSha: string; baseSha: string },
): Promise<void> {
  const refuse = (message: string): ApiError => validationFailed({ resource: 'PullRequest', code: 'custom', message });
  const label = `${head.headRepository.owner.login}:${head.headRef}`;
  const twin = [...repository.issues.values()].find(
    (issue) =>
      isPullRequest(issue) &&
      issue.state === 'open' &&
      issue.pullRequest.baseRef === base &&
      issue.pullRequest.headRepository === head.headRepository &&
      issue.pullRequest.headRef === head.headRef,
  );
  if (twin !== undefined) throw refuse(`A pull request already exists for ${label}.`);
  const { gitFolder } = repository;
  if (head.headRepository !== repository) {
    await runGit(gitFolder, ['fetch', '--quiet', head.headRepository.gitFolder, `refs/heads/${head.headRef}`]);
  }
  if (await isAncestor(gitFolder, head.headSha, head.baseSha)) {
    throw refuse(`No commits between ${base} and ${head.headRef}`);
  }
  if ((await mergeBase(gitFolder, head.headSha, head.baseSha)) === undefined) {
    throw refuse(`The ${head.headRef} branch has no history in common with ${base}`);
  }
}
