import { askGitHub, type GitHubConnection } from './connection.ts';
import { findProposal, type OpenedProposal, openFrom } from './proposal.ts';
import { type DefaultBranch, defaultBranchTip } from './repository-trees.ts';

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
 * Opens the pull request, or finds our own open one that makes this very change. A branch that is there already is not moved:
 * somebody may have gone on working on it.
 */
export async function openAdoption(github: GitHubConnection, adoption: Adoption): Promise<OpenedProposal> {
  const main = await defaultBranchTip(github);
  const existing = await findProposal(github, main, adoption.files);
  return existing ?? (await openFrom(github, main, adoption, await commitFiles(github, main, adoption)));
}

async function commitFiles(github: GitHubConnection, { sha: tip }: DefaultBranch, adoption: Adoption): Promise<string> {
  const { octokit, owner, repo } = github;
  const { message, author, files } = adoption;
  const tree: { path: string; mode: '100644' | '100755' | '120000'; type: 'blob'; sha: string | null }[] = [];
  // One after the other: GitHub asks to make requests that create content serially.
  for (const file of files) {
    if (file.content === null) tree.push({ path: file.path, mode: '100644', type: 'blob', sha: null });
    else tree.push({ path: file.path, mode: file.mode, type: 'blob', sha: await createBlob(github, file.content) });
  }
  return await askGitHub('commit the change', async () => {
    const { data: parent } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: tip });
    const { data: created } = await octokit.rest.git.createTree({ owner, repo, base_tree: parent.tree.sha, tree });
    const parents = [tip];
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
