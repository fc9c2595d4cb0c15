import { askGitHub, type GitHubConnection } from './connection.ts';
import { openProposal } from './proposal.ts';

/** Paths a pull request touched, old names of renamed files included. */
export async function pullRequestPaths(github: GitHubConnection, number: number): Promise<string[]> {
  const { octokit, owner, repo } = github;
  const files = await askGitHub('list the files of the pull request', () =>
    octokit.paginate(octokit.rest.pulls.listFiles, { owner, repo, pull_number: number, per_page: 100 }),
  );
  return files.flatMap((file) => (file.previous_filename ? [file.filename, file.previous_filename] : [file.filename]));
}

/** Numbers of the merged pull requests that brought a commit, newest first; usually one. */
export async function mergedPullRequestsOf(github: GitHubConnection, commit: string): Promise<number[]> {
  const { octokit, owner, repo } = github;
  const pulls = await askGitHub('look up the pull request of the commit', () =>
    octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
      owner,
      repo,
      commit_sha: commit,
      per_page: 100,
    }),
  );
  return pulls
    .filter((pull) => pull.merged_at !== null)
    .map((pull) => pull.number)
    .sort((a, b) => b - a);
}

/** What the teardown pull request consists of. */
export type TeardownProposal = { deployment: string; title: string; body: string; paths: string[] };

/** Opens the pull request that deletes a deployment's folder, or finds the one that is open already. */
export async function openTeardownPullRequest(
  github: GitHubConnection,
  { deployment, title, body, paths }: TeardownProposal,
): Promise<{ number: number; url: string; created: boolean }> {
  const changes = paths.map((path) => ({ path, content: null }));
  return await openProposal(github, { branch: `teardown/${deployment}`, title, body, changes });
}
