import { gitText, runGit } from './run-git.ts';

export type Signature = { name: string; email: string; date: Date };

export type Commit = {
  sha: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer: Signature;
  message: string;
};

/** Fields end with 0x1f, commits with 0x1e, because messages hold any other text. */
const FORMAT = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'].join('%x1f');

/**
 * Lists commits, newest first.
 * @param revisions what to list, e.g. `['main']` or `['base..head']`; resolved ids only, never user input
 * @param options.paths only commits that touch them
 */
export async function listCommits(
  gitFolder: string,
  revisions: readonly string[],
  options: { paths?: readonly string[]; since?: string; until?: string; limit?: number; reverse?: boolean } = {},
): Promise<Commit[]> {
  const args = ['log', `--format=${FORMAT}%x1e`];
  if (options.limit !== undefined) args.push(`--max-count=${options.limit}`);
  if (options.since !== undefined) args.push(`--since=${options.since}`);
  if (options.until !== undefined) args.push(`--until=${options.until}`);
  if (options.reverse === true) args.push('--reverse', '--topo-order');
  const text = await gitText(gitFolder, [...args, ...revisions, '--', ...(options.paths ?? [])]);
  return text
    .split('\x1e')
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map(parseCommit);
}

/** @throws GitCommandError when there is no such commit */
export async function readCommit(gitFolder: string, sha: string): Promise<Commit> {
  const [commit] = await listCommits(gitFolder, [sha], { limit: 1 });
  if (commit === undefined) throw new Error(`There is no commit ${sha}.`);
  return commit;
}

function parseCommit(record: string): Commit {
  const fields = record.split('\x1f');
  const field = (index: number): string => fields[index] ?? '';
  const signature = (start: number): Signature => ({
    name: field(start),
    email: field(start + 1),
    date: new Date(Number(field(start + 2)) * 1000),
  });
  return {
    sha: field(0),
    tree: field(1),
    parents: field(2).split(' ').filter(Boolean),
    author: signature(3),
    committer: signature(6),
    message: fields.slice(9).join('\x1f').replace(/\n+$/, ''),
  };
}

/** @returns the new commit's id; the same input gives the same id */
export async function createCommit(
  gitFolder: string,
  commit: { tree: string; parents: readonly string[]; author: Signature; committer: Signature; message: string },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return gitText(gitFolder, ['commit-tree', commit.tree, ...parents], {
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: gitDate(commit.author.date),
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: gitDate(commit.committer.date),
    },
  });
}

function gitDate(date: Date): string {
  return `${Math.floor(date.getTime() / 1000)} +0000`;
}

/** Whether `ancestor` can be reached from `descendant`; a commit is its own ancestor. */
export async function isAncestor(gitFolder: string, ancestor: string, descendant: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', ancestor, descendant];
  const { exitCode } = await runGit(gitFolder, args, { accept: [0, 1] });
  return exitCode === 0;
}

/** @returns the best common ancestor, or undefined when the histories have nothing in common */
export async function mergeBase(gitFolder: string, one: string, other: string): Promise<string | undefined> {
  const { stdout, exitCode } = await runGit(gitFolder, ['merge-base', one, other], { accept: [0, 1] });
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}

/** The number of commits in `head` that are not in `base`. */
export async function countCommits(gitFolder: string, base: string, head: string): Promise<number> {
  return Number(await gitText(gitFolder, ['rev-list', '--count', `${base}..${head}`]));
}
