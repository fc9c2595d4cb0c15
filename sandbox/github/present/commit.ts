import type { Commit, Signature } from '../git/commits.ts';
import type { FileChange } from '../git/diff.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { apiDate } from './date.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl, repositoryWebUrl } from './repository.ts';

/** Commits in the sandbox carry no signatures. */
const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };

/** The account whose e-mail address a commit carries, if any. */
export function accountOf(state: GitHubState, email: string): Account | undefined {
  return [...state.accounts.values()].find((account) => account.email === email);
}

/** `commit` of GitHub's description, without `stats` and `files`. */
export function presentCommit(state: GitHubState, repository: Repository, commit: Commit): Record<string, unknown> {
  const url = `${repositoryUrl(state, repository)}/commits/${commit.sha}`;
  const git = `${repositoryUrl(state, repository)}/git`;
  const user = (email: string): unknown => {
    const account = accountOf(state, email);
    return account === undefined ? null : simpleUser(state, account);
  };
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url,
    html_url: commitWebUrl(state, repository, commit.sha),
    comments_url: `${url}/comments`,
    commit: {
      url: `${git}/commits/${commit.sha}`,
      author: gitUser(commit.author),
      committer: gitUser(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
      comment_count: 0,
      verification: UNSIGNED,
    },
    author: user(commit.author.email),
    committer: user(commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repositoryUrl(state, repository)}/commits/${sha}`,
      html_url: commitWebUrl(state, repository, sha),
    })),
  };
}

/** `git-commit` of GitHub's description (the Git database API). */
export function presentGitCommit(state: GitHubState, repository: Repository, commit: Commit): Record<string, unknown> {
  const git = `${repositoryUrl(state, repository)}/git`;
  return {
    sha: commit.sha,
    node_id: nodeId('C', commit.sha),
    url: `${git}/commits/${commit.sha}`,
    html_url: commitWebUrl(state, repository, commit.sha),
    author: gitUser(commit.author),
    committer: gitUser(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${git}/commits/${sha}`,
      html_url: commitWebUrl(state, repository, sha),
    })),
    verification: UNSIGNED,
  };
}

/** `diff-entry` of GitHub's description; `sha` is the commit the links point to. */
export function presentFile(
  state: GitHubState,
  repository: Repository,
  commitSha: string,
  file: FileChange,
): Record<string, unknown> {
  const path = encodePath(file.path);
  const web = repositoryWebUrl(state, repository);
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${web}/blob/${commitSha}/${path}`,
    raw_url: `${web}/raw/${commitSha}/${path}`,
    contents_url: `${repositoryUrl(state, repository)}/contents/${path}?ref=${commitSha}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  };
}

/** A file's path in a URL: every segment encoded, slashes kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The page of a commit. */
export function commitWebUrl(state: GitHubState, repository: Repository, sha: string): string {
  return `${repositoryWebUrl(state, repository)}/commit/${sha}`;
}

function gitUser(signature: Signature): Record<string, unknown> {
  return { name: signature.name, email: signature.email, date: apiDate(signature.date) };
}
