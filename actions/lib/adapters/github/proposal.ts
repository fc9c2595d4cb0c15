import { createHash } from 'node:crypto';
import { Failure } from '../../failure.ts';
import { askGitHub, createOnce, type GitHubConnection, ownLogin } from './connection.ts';
import { type DefaultBranch, defaultBranchTip } from './repository-trees.ts';
import { newBranch, openPullRequestsOfOurs } from './teardown-pull-request.ts';

/** A file of a proposal; without content it is deleted. Paths are from the repository's root. */
export type FileChange = { path: string; content: string | null };

/** A pull request of this product: one commit on a branch of its own. */
export type Proposal = {
  branch: string;
  title: string;
  body: string;
  changes: readonly FileChange[];
  /** What makes an open one the same: the very content, or only that it touches the same files. Default `content`. */
  sameBy?: 'content' | 'paths';
};

/** A pull request of ours, and whether it was opened just now. */
export type OpenedProposal = { number: number; url: string; created: boolean };

/**
 * Opens the pull request, or finds our own open one that makes these very changes, whatever its branch is called, and leaves
 * it as it is. A branch of the wanted name that is there already is somebody's, and not touched.
 * The commit is made through the API on top of the default branch's head, so that no checkout is needed.
 * @throws Failure `NothingProposed` when the default branch has all of it
 */
export async function openProposal(github: GitHubConnection, proposal: Proposal): Promise<OpenedProposal> {
  const main = await defaultBranchTip(github);
  const files = proposal.changes.map(({ path, content }) => ({ path, content: bytesOf(content) }));
  const existing = await findProposal(github, main, files, proposal.sameBy);
  if (existing !== undefined) return existing;
  return await openFrom(github, main, proposal, await commitChanges(github, main, proposal));
}

/** What a file is afterwards; null: deleted. */
export type ProposedFile = { path: string; content: Buffer | null };

/**
 * Our own open pull request that makes exactly these changes and no other, as its head is now: by its author and the ids of
 * its files (git-hash-object(1)), so that neither a branch's name nor a push to the bot's branch can pass for it.
 * @param sameBy `paths`: whatever is in those files by now
 */
export async function findProposal(
  github: GitHubConnection,
  main: DefaultBranch,
  files: readonly ProposedFile[],
  sameBy: 'content' | 'paths' = 'content',
): Promise<OpenedProposal | undefined> {
  const { octokit, owner, repo } = github;
  const what = (content: string): string => (sameBy === 'content' || content === 'removed' ? content : 'any');
  const wanted = files
    .map(({ path, content }) => `${path}\0${what(content === null ? 'removed' : blobId(content))}`)
    .sort();
  for (const { number, url } of await openPullRequestsOfOurs(github, main)) {
    const found = await askGitHub(`list the files of #${number}`, () =>
      octokit.paginate(octokit.rest.pulls.listFiles, { owner, repo, pull_number: number, per_page: 100 }),
    );
    const changes = found.map(({ filename, status, sha, previous_filename: former }) => {
      return status === 'renamed'
        ? `${filename}\0from ${former}`
        : `${filename}\0${what(status === 'removed' ? status : (sha ?? ''))}`;
    });
    if (changes.sort().join('\n') === wanted.join('\n')) return { number, url, created: false };
  }
  return undefined;
}

/** Opens the pull request of a commit of ours, from a branch that nobody else has used. */
export async function openFrom(
  github: GitHubConnection,
  main: DefaultBranch,
  { branch, title, body }: Pick<Proposal, 'branch' | 'title' | 'body'>,
  commit: string,
): Promise<OpenedProposal> {
  const { octokit, owner, repo } = github;
  const head = await newBranch(github, branch, commit);
  const isOurs = (pull: { user: { login: string } | null; head: { sha: string } }): boolean =>
    pull.head.sha === commit && pull.user?.login === ownLogin(github);
  const pull = await askGitHub('open the pull request', () =>
    createOnce<{ number: number; html_url: string }>(github, {
      find: async () =>
        (await octokit.rest.pulls.list({ owner, repo, state: 'open', head: `${owner}:${head}` })).data.find(isOurs),
      create: async () => (await octokit.rest.pulls.create({ owner, repo, title, body, head, base: main.branch })).data,
    }),
  );
  return { number: pull.number, url: pull.html_url, created: true };
}

/** One that changes nothing would be planned by nobody, and whoever waits for its plan would wait for ever. */
function nothingProposed(title: string): Failure {
  return new Failure({
    code: 'NothingProposed',
    source: 'product',
    message: `“${title}” was not opened as a pull request: the default branch has all of it.`,
    hint: 'Run this again; if it stays so, report it.',
  });
}

function bytesOf(content: string | null): Buffer | null {
  return content === null ? null : Buffer.from(content, 'utf8');
}

function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function commitChanges(
  github: GitHubConnection,
  { sha: tip }: DefaultBranch,
  { title, changes }: Proposal,
): Promise<string> {
  const { octokit, owner, repo } = github;
  const file = { mode: '100644', type: 'blob' } as const;
  return await askGitHub('commit the change', async () => {
    const { data: parent } = await octokit.rest.git.getCommit({ owner, repo, commit_sha: tip });
    const { data: tree } = await octokit.rest.git.createTree({
      owner,
      repo,
      base_tree: parent.tree.sha,
      tree: changes.map(({ path, content }) =>
        content === null ? { path, ...file, sha: null } : { path, ...file, content },
      ),
    });
    if (tree.sha === parent.tree.sha) throw nothingProposed(title);
    const { data: commit } = await octokit.rest.git.createCommit({
      owner,
      repo,
      message: title,
      tree: tree.sha,
      parents: [tip],
    });
    return commit.sha;
  });
}
