import { askGitHub, type GitHubConnection } from './connection.ts';

/** A pull request as it is now. */
export type PullRequest = {
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
