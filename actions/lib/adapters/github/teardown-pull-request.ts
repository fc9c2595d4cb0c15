import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection, ownLogin } from './connection.ts';
import { pullRequestFiles, type TouchedFile } from './pull-requests.ts';
import { type DefaultBranch, type RemoteFolder, readCommit, remoteFolder } from './repository-trees.ts';

/** A pull request as it is now. */
export type PullRequestNow = {
  number: number;
  url: string;
  state: 'open' | 'merged' | 'closed';
  author: string;
  /** Name of the branch that it goes into. */
  base: string;
  head: string;
  headBranch: string;
  /** False for forks, and when the fork is gone. */
  sameRepository: boolean;
  labels: string[];
};

type ListedPull = {
  number: number;
  html_url: string;
  state: string;
  merged_at: string | null;
  user: { login: string } | null;
  base: { ref: string };
  head: { sha: string; ref: string; repo: { full_name: string } | null };
  labels: { name: string }[];
};

/** @throws Failure `GitHub404` when there is none of this number */
export async function pullRequestNow(github: GitHubConnection, number: number): Promise<PullRequestNow> {
  const { octokit, owner, repo } = github;
  const { data } = await askGitHub(`read #${number}`, () =>
    octokit.rest.pulls.get({ owner, repo, pull_number: number }),
  );
  return toPull(github, data);
}

function toPull({ owner, repo }: GitHubConnection, pull: ListedPull): PullRequestNow {
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.merged_at !== null ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    author: pull.user?.login ?? '',
    base: pull.base.ref,
    head: pull.head.sha,
    headBranch: pull.head.ref,
    sameRepository: pull.head.repo?.full_name.toLowerCase() === `${owner}/${repo}`.toLowerCase(),
    labels: pull.labels.map(({ name }) => name),
  };
}

/**
 * What an open pull request is as a teardown, by its content alone:
 * - `exact`: it removes one folder whole and nothing else, on the default branch as it is now;
 * - `stale`: it removes nothing but files of one folder, which is another by now; `left` are files that it would leave;
 * - `gone`: it removes nothing but files of a folder that is not there any more;
 * - `other`: anything else.
 */
export type RemovalStanding =
  | { kind: 'exact'; deployment: string; folder: RemoteFolder }
  | { kind: 'stale'; deployment: string; folder: RemoteFolder; left: string[] }
  | { kind: 'gone'; deployment: string }
  | { kind: 'other' };

/** @param files what it touches, as GitHub lists it; nothing else of it is read */
export async function removalStanding(
  github: GitHubConnection,
  pull: Pick<PullRequestNow, 'head'>,
  files: readonly TouchedFile[],
  tip: string,
): Promise<RemovalStanding> {
  const deployment = onlyFolder(files);
  if (deployment === undefined) return { kind: 'other' };
  const folder = await remoteFolder(github, tip, deployment);
  if (folder === undefined) return { kind: 'gone', deployment };
  const start = await commonCommit(github, tip, pull.head);
  const isSame = (await remoteFolder(github, start, deployment))?.tree === folder.tree;
  const removed = new Set(files.map(({ path }) => path));
  const left = folder.files.map(({ path }) => path).filter((path) => !removed.has(path));
  if (isSame && left.length === 0) return { kind: 'exact', deployment, folder };
  // A folder that has changed since conflicts, or stays in part.
  return isSame ? { kind: 'other' } : { kind: 'stale', deployment, folder, left };
}

/** The folder that files are removed of, when nothing else is done; drafts are no deployments. */
function onlyFolder(files: readonly TouchedFile[]): string | undefined {
  const names = new Set(files.map(({ path, isRemoved }) => (isRemoved ? deploymentOf(path) : undefined)));
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

/** The deployment that a path lies in; undefined for drafts and everything else. */
export function deploymentOf(path: string): string | undefined {
  return /^deployments\/([^/_][^/]*)\//.exec(path)?.[1];
}

async function commonCommit({ octokit, owner, repo }: GitHubConnection, tip: string, head: string): Promise<string> {
  const { data } = await askGitHub('compare the pull request with the default branch', () =>
    octokit.rest.repos.compareCommitsWithBasehead({ owner, repo, basehead: `${tip}...${head}`, per_page: 1 }),
  );
  return data.merge_base_commit.sha;
}

/** A pull request of our own that removes nothing but files of one folder. */
export type OwnTeardown = { pull: PullRequestNow; standing: Exclude<RemovalStanding, { kind: 'other' }> };

/**
 * Our own open teardown pull requests: by their author and their content, never by their branch's name. One that does
 * anything else, because somebody pushed to it, is not among them.
 */
export async function ownTeardowns(github: GitHubConnection, main: DefaultBranch): Promise<OwnTeardown[]> {
  const found: OwnTeardown[] = [];
  for (const pull of await openPullRequestsOfOurs(github, main)) {
    const standing = await removalStanding(github, pull, await pullRequestFiles(github, pull.number), main.sha);
    if (standing.kind !== 'other') found.push({ pull, standing });
  }
  return found;
}

/** Open pull requests into the default branch by exactly our own login, from a branch of this repository; oldest first. */
export async function openPullRequestsOfOurs(
  github: GitHubConnection,
  { branch }: DefaultBranch,
): Promise<PullRequestNow[]> {
  const { octokit, owner, repo } = github;
  const open = await askGitHub('list the open pull requests', () =>
    octokit.paginate(octokit.rest.pulls.list, { owner, repo, state: 'open', base: branch, per_page: 100 }),
  );
  return open
    .map((pull) => toPull(github, pull))
    .filter(({ author, sameRepository }) => sameRepository && author === ownLogin(github))
    .sort((a, b) => a.number - b.number);
}

/** The commit that takes a folder away from the default branch as it is now. */
async function commitRemoval(
  github: GitHubConnection,
  { sha: tip }: DefaultBranch,
  { deployment, folder, parents }: { deployment: string; folder: RemoteFolder; parents: string[] },
): Promise<string> {
  const { octokit, owner, repo } = github;
  const base = await readCommit(github, tip);
  return await askGitHub('commit the removal', async () => {
    const { data: tree } = await octokit.rest.git.createTree({
      owner,
      repo,
      base_tree: base.tree,
      tree: folder.files.map(({ path }) => ({ path, mode: '100644', type: 'blob', sha: null })),
    });
    const message = `Tear down ${deployment}`;
    const { data: commit } = await octokit.rest.git.createCommit({ owner, repo, message, tree: tree.sha, parents });
    return commit.sha;
  });
}

/** Opens a pull request that removes a folder, on a branch that nobody has used. */
export async function openTeardown(
  github: GitHubConnection,
  main: DefaultBranch,
  { deployment, folder, body }: { deployment: string; folder: RemoteFolder; body: string },
): Promise<PullRequestNow> {
  const { octokit, owner, repo } = github;
  const commit = await commitRemoval(github, main, { deployment, folder, parents: [main.sha] });
  const head = await newBranch(github, `teardown/${deployment}`, commit);
  const title = `Tear down ${deployment}`;
  try {
    const { data } = await askGitHub('open the teardown pull request', () =>
      octokit.rest.pulls.create({ owner, repo, title, body, head, base: main.branch }),
    );
    return toPull(github, data);
  } catch (error) {
    // Another job of the same moment makes the same commit, so it may have opened it just now.
    const open = await openPullRequestsOfOurs(github, main);
    const same = open.find((pull) => pull.headBranch === head && pull.head === commit);
    if (same !== undefined) return same;
    await deleteBranch(github, head);
    throw error;
  }
}

/** Brings our own teardown pull request up to what the folder is now, by one more commit; nothing is forced. */
export async function renewTeardown(
  github: GitHubConnection,
  main: DefaultBranch,
  { pull, deployment, folder }: { pull: PullRequestNow; deployment: string; folder: RemoteFolder },
): Promise<PullRequestNow> {
  const { octokit, owner, repo } = github;
  const head = await commitRemoval(github, main, { deployment, folder, parents: [pull.head, main.sha] });
  await askGitHub(`renew #${pull.number}`, () =>
    octokit.rest.git.updateRef({ owner, repo, ref: `heads/${pull.headBranch}`, sha: head }),
  );
  return { ...pull, head };
}

/** Closes our own teardown pull request and deletes its branch. */
export async function closeTeardown(github: GitHubConnection, { number, headBranch }: PullRequestNow): Promise<void> {
  const { octokit, owner, repo } = github;
  await askGitHub(`close #${number}`, () =>
    octokit.rest.pulls.update({ owner, repo, pull_number: number, state: 'closed' }),
  );
  await deleteBranch(github, headBranch);
}

export async function addLabel(
  { octokit, owner, repo }: GitHubConnection,
  number: number,
  label: string,
): Promise<void> {
  await askGitHub(`put the label ${label} on #${number}`, () =>
    octokit.rest.issues.addLabels({ owner, repo, issue_number: number, labels: [label] }),
  );
}

/**
 * Makes a branch that does not exist yet, and leaves those alone that do: whoever made them may have pushed anything.
 * @returns its name
 */
export async function newBranch(github: GitHubConnection, name: string, commit: string): Promise<string> {
  const { octokit, owner, repo } = github;
  for (const branch of [name, `${name}-${commit.slice(0, 7)}`, `${name}-${commit}`]) {
    const isMade = await askGitHub(`make the branch ${branch}`, async () => {
      try {
        await octokit.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit });
        return true;
      } catch (error) {
        // 422 "Reference already exists"; it is ours when an answer was lost and the request repeated.
        if (!(error instanceof Error && 'status' in error && error.status === 422)) throw error;
        return (await pointsAt(github, branch)) === commit;
      }
    });
    if (isMade) return branch;
  }
  throw new Failure({
    code: 'BranchTaken',
    source: 'user',
    message: `No branch whose name begins with ${name} can be made.`,
    hint: 'Delete the branches of that name, and the branch `teardown` if there is one; then put the label on again.',
  });
}

/** The commit of a branch; undefined when there is none of exactly this name. */
async function pointsAt({ octokit, owner, repo }: GitHubConnection, branch: string): Promise<string | undefined> {
  const { data } = await octokit.rest.git.listMatchingRefs({ owner, repo, ref: `heads/${branch}` });
  return data.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
}

async function deleteBranch({ octokit, owner, repo }: GitHubConnection, branch: string): Promise<void> {
  await askGitHub(`delete the branch ${branch}`, async () => {
    try {
      await octokit.rest.git.deleteRef({ owner, repo, ref: `heads/${branch}` });
    } catch (error) {
      // 422 "Reference does not exist": somebody deleted it with the pull request.
      if (!(error instanceof Error && 'status' in error && error.status === 422)) throw error;
    }
  });
}
