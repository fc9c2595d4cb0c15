import { askGitHub, createOnce, type GitHubConnection } from './connection.ts';

/** A file of a proposal; without content it is deleted. Paths are from the repository's root. */
export type FileChange = { path: string; content: string | null };

/** A pull request of this product: one commit on a branch of its own. */
export type Proposal = { branch: string; title: string; body: string; changes: readonly FileChange[] };

/**
 * Opens the pull request, or finds the one from the same branch that is open already and leaves it as it is.
 * The commit is made through the API on top of the default branch's head, so that no checkout is needed.
 */
export async function openProposal(
  github: GitHubConnection,
  proposal: Proposal,
): Promise<{ number: number; url: string; created: boolean }> {
  const { octokit, owner, repo } = github;
  const { branch: head, title, body } = proposal;
  const existing = await openPullRequest(github, head);
  if (existing) return { number: existing.number, url: existing.html_url, created: false };

  const { data: repository } = await askGitHub('read the repository', () => octokit.rest.repos.get({ owner, repo }));
  const base = repository.default_branch;
  await pointBranch(github, head, await commitChanges(github, base, proposal));
  const pull = await askGitHub('open the pull request', () =>
    createOnce(github, {
      find: () => openPullRequest(github, head),
      create: async () => (await octokit.rest.pulls.create({ owner, repo, title, body, head, base })).data,
    }),
  );
  return { number: pull.number, url: pull.html_url, created: true };
}

/** The open pull request from a branch of this repository. */
export async function openPullRequest(
  { octokit, owner, repo }: GitHubConnection,
  branch: string,
): Promise<{ number: number; html_url: string } | undefined> {
  const { data } = await askGitHub('look for an open pull request', () =>
    octokit.rest.pulls.list({ owner, repo, state: 'open', head: `${owner}:${branch}` }),
  );
  return data.find((pull) => pull.head.ref === branch);
}

async function commitChanges(github: GitHubConnection, base: string, { title, changes }: Proposal): Promise<string> {
  const { octokit, owner, repo } = github;
  const file = { mode: '100644', type: 'blob' } as const;
  return await askGitHub('commit the change', async () => {
    const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${base}` });
    const { data: parent } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: ref.object.sha });
    const { data: tree } = await octokit.rest.git.createTree({
      owner,
      repo,
      base_tree: parent.tree.sha,
      tree: changes.map(({ path, content }) =>
        content === null ? { path, ...file, sha: null } : { path, ...file, content },
      ),
    });
    const { data: commit } = await octokit.rest.git.createCommit({
      owner,
      repo,
      message: title,
      tree: tree.sha,
      parents: [ref.object.sha],
    });
    return commit.sha;
  });
}

/** Creates the branch, or moves a left-over one of an earlier, closed proposal. */
async function pointBranch(github: GitHubConnection, branch: string, commit: string): Promise<void> {
  const { octokit, owner, repo } = github;
  await askGitHub('create the branch of the pull request', async () => {
    try {
      await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit });
    } catch (error) {
      // 422 "Reference already exists" is the only refusal that moving the branch can mend.
      if (!(error instanceof Error && 'status' in error && error.status === 422)) throw error;
      await octokit.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha: commit, force: true });
    }
  });
}
