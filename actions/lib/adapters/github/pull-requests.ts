import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

/** A path that a pull request touched; the old name of a renamed file counts as removed. */
export type TouchedFile = { path: string; isRemoved: boolean };

/** GitHub lists 3,000 files of a pull request at most (docs.github.com/en/rest/pulls/pulls). */
const mostFiles = 3000;

/**
 * What a pull request touched, as GitHub lists it: against the commit that its branch and its base have in common.
 * @throws Failure `PullRequestTooLarge` when GitHub does not list it all
 */
export async function pullRequestFiles(github: GitHubConnection, number: number): Promise<TouchedFile[]> {
  const { octokit, owner, repo } = github;
  const files = await askGitHub('list the files of the pull request', () =>
    octokit.paginate(octokit.rest.pulls.listFiles, { owner, repo, pull_number: number, per_page: 100 }),
  );
  if (files.length >= mostFiles) {
    throw new Failure({
      code: 'PullRequestTooLarge',
      source: 'user',
      message: `#${number} touches ${mostFiles} files or more, of which GitHub lists no more, so nobody can tell what else it does.`,
      hint: 'Make a pull request that touches only the deployment.',
    });
  }
  return files.flatMap(({ filename, previous_filename: former, status }) => [
    { path: filename, isRemoved: status === 'removed' },
    ...(former === undefined || status !== 'renamed' ? [] : [{ path: former, isRemoved: true }]),
  ]);
}

/** A pull request as it is now. */
type PullRequest = {
  number: number;
  head: string;
  base: string;
  isOpen: boolean;
  isDraft: boolean;
  /** From another repository. */
  isFork: boolean;
  labels: string[];
  author: string;
};

/** @throws Failure `GitHub404` when there is no such pull request */
export async function readPullRequest(
  { octokit, owner, repo }: GitHubConnection,
  number: number,
): Promise<PullRequest> {
  const { data } = await askGitHub(`read pull request #${number}`, () =>
    octokit.rest.pulls.get({ owner, repo, pull_number: number }),
  );
  return {
    number,
    head: data.head.sha,
    base: data.base.ref,
    isOpen: data.state === 'open',
    isDraft: data.draft ?? false,
    isFork: data.head.repo?.full_name !== `${owner}/${repo}`,
    labels: data.labels.map(({ name }) => name),
    author: data.user.login,
  };
}
