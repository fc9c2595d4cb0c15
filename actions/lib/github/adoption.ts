import { askGitHub, createOnce, type GitHubConnection } from './connection.ts';
import { openPullRequest } from './proposal.ts';

/** A file to write, with any bytes and Git's mode, or to delete. Paths are from the repository's root. */
export type AdoptedFile =
  | { path: string; mode: '100644' | '100755' | '120000'; content: Buffer }
  | { path: string; content: null };

/** A pull request that brings somebody's change, made elsewhere, into this repository under their name. */
export type Adoption = {
  /** Named after the change itself, so that the same change is proposed once. */
  branch: string;
  title: string;
  body: string;
  message: string;
  author: { name: string; email: string; date: string };
  files: readonly AdoptedFile[];
};

/**
 * Opens the pull request, or finds the one that is open for this very change. A branch that is there already is not
 * moved: somebody may have gone on working on it.
 */
export async function openAdoption(
  github: GitHubConnection,
  adoption: Adoption,
): Promise<{ number: number; url: string; created: boolean }> {
  const { octokit, owner, repo } = github;
  const { branch: head, title, body } = adoption;
  const existing = await openPullRequest(github, head);
  if (existing !== undefined) return { number: existing.number, url: existing.html_url, created: false };
  const { data: repository } = await askGitHub('read the repository', () => octokit.rest.repos.get({ owner, repo }));
  const base = repository.default_branch;
  await createBranch(github, head, await commitFiles(github, base, adoption));
  const pull = await askGitHub('open the pull request', () =>
    createOnce(github, {
      find: () => openPullRequest(github, head),
      create: async () => (await octokit.rest.pulls.create({ owner, repo, title, body, head, base })).data,
    }),
  );
  return { number: pull.number, url: pull.html_url, created: true };
}

async function commitFiles(github: GitHubConnection, base: string, adoption: Adoption): Promise<string> {
  const { octokit, owner, repo } = github;
  const { message, author, files } = adoption;
  const tree: { path: string; mode: '100644' | '100755' | '120000'; type: 'blob'; sha: string | null }[] = [];
  // One after the other: GitHub asks to make requests that create content serially.
  for (const file of files) {
    if (file.content === null) tree.push({ path: file.path, mode: '100644', type: 'blob', sha: null });
    else tree.push({ path: file.path, mode: file.mode, type: 'blob', sha: await createBlob(github, file.content) });
  }
  return await askGitHub('commit the change', async () => {
    const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${base}` });
    const { data: parent } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: ref.object.sha });
    const { data: created } = await octokit.rest.git.createTree({ owner, repo, base_tree: parent.tree.sha, tree });
    const parents = [ref.object.sha];
    const { data: commit } = await octokit.rest.git.createCommit({
      ...{ owner, repo, message, author, parents },
      tree: created.sha,
    });
    return commit.sha;
  });
}

async function createBlob({ octokit, owner, repo }: GitHubConnection, content: Buffer): Promise<string> {
  const { data } = await askGitHub('store a file of the change', () =>
    octokit.rest.git.createBlob({ owner, repo, content: content.toString('base64'), encoding: 'base64' }),
  );
  return data.sha;
}

async function createBranch({ octokit, owner, repo }: GitHubConnection, branch: string, sha: string): Promise<void> {
  await askGitHub('create the branch of the pull request', async () => {
    try {
      await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha });
    } catch (error) {
      // 422 "Reference already exists": left by an earlier, closed pull request for the same change.
      if (!(error instanceof Error && 'status' in error && error.status === 422)) throw error;
    }
  });
}
