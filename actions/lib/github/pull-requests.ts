import { askGitHub, type GitHubConnection } from './connection.ts';

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

/**
 * Opens the pull request that deletes a deployment's folder, or finds the one that is open already.
 * The commit is made through the API on top of the default branch's head, so that no checkout is needed.
 */
export async function openTeardownPullRequest(
  github: GitHubConnection,
  proposal: TeardownProposal,
): Promise<{ number: number; url: string; created: boolean }> {
  const { octokit, owner, repo } = github;
  const branch = `teardown/${proposal.deployment}`;
  const open = await askGitHub('look for an open teardown pull request', () =>
    octokit.rest.pulls.list({ owner, repo, state: 'open', head: `${owner}:${branch}` }),
  );
  const existing = open.data.find((pull) => pull.head.ref === branch);
  if (existing) return { number: existing.number, url: existing.html_url, created: false };

  const { data: repository } = await askGitHub('read the repository', () => octokit.rest.repos.get({ owner, repo }));
  const base = repository.default_branch;
  const commit = await commitDeletion(github, base, proposal);
  await pointBranch(github, branch, commit);
  const { data: pull } = await askGitHub('open the teardown pull request', () =>
    octokit.rest.pulls.create({ owner, repo, title: proposal.title, body: proposal.body, head: branch, base }),
  );
  return { number: pull.number, url: pull.html_url, created: true };
}

async function commitDeletion(github: GitHubConnection, base: string, proposal: TeardownProposal): Promise<string> {
  const { octokit, owner, repo } = github;
  return await askGitHub('commit the deletion of the folder', async () => {
    const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${base}` });
    const { data: parent } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: ref.object.sha });
    const { data: tree } = await octokit.rest.git.createTree({
      owner,
      repo,
      base_tree: parent.tree.sha,
      tree: proposal.paths.map((path) => ({ path, mode: '100644' as const, type: 'blob' as const, sha: null })),
    });
    const { data: commit } = await octokit.rest.git.createCommit({
      owner,
      repo,
      message: proposal.title,
      tree: tree.sha,
      parents: [ref.object.sha],
    });
    return commit.sha;
  });
}

/** Creates the branch, or moves a left-over one of an earlier, closed proposal. */
async function pointBranch(github: GitHubConnection, branch: string, commit: string): Promise<void> {
  const { octokit, owner, repo } = github;
  await askGitHub('create the branch of the teardown', async () => {
    try {
      await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit });
    } catch (error) {
      // 422 "Reference already exists" is the only refusal that moving the branch can mend.
      if (!(error instanceof Error && 'status' in error && error.status === 422)) throw error;
      await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha: commit, force: true });
    }
  });
}
