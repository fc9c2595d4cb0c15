import { execFile } from 'node:child_process';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Output of one Git command may be this many bytes: the largest listing is a whole tree's names. */
const MAXIMUM_OUTPUT = 256 * 1024 * 1024;

/** Git neither asks for a password nor reads the configuration of the machine it runs on. */
export const isolatedGitEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
});

/**
 * Runs Git on a bare repository.
 * @returns standard output, untrimmed
 * @throws Error of `child_process` with `code` and `stderr` when Git fails
 */
export async function git(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return (await gitBytes(folder, args, env)).toString('utf8');
}

/** As `git`, for output that is not text. */
export async function gitBytes(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Buffer> {
  const { stdout } = await run('git', ['--git-dir', folder, ...args], {
    env: { ...isolatedGitEnvironment(), ...env },
    encoding: 'buffer',
    maxBuffer: MAXIMUM_OUTPUT,
  });
  return stdout;
}

/** An empty bare repository that takes pushes over HTTP and lets clients fetch any commit by id, as CodeCommit does. */
export async function initializeBareRepository(folder: string): Promise<void> {
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder], { env: isolatedGitEnvironment() });
  await git(folder, ['config', 'http.receivepack', 'true']);
  await git(folder, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  await git(folder, ['config', 'gc.auto', '0']);
  // A pipeline's ZIP file holds every file as it is, whatever the repository's own .gitattributes say about archives.
  await mkdir(join(folder, 'info'), { recursive: true });
  await appendFile(join(folder, 'info', 'attributes'), '* -export-ignore -export-subst\n');
}

/** Every reference with the object id it points at, e.g. `refs/heads/main` → 40 hex digits. */
export async function listReferences(folder: string): Promise<Map<string, string>> {
  const text = await git(folder, ['for-each-ref', '--format=%(refname) %(objectname)']);
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => [line.slice(0, line.lastIndexOf(' ')), line.slice(line.lastIndexOf(' ') + 1)]),
  );
}

/** The commit a branch points at; undefined when there is no such branch. */
export async function branchHead(folder: string, branch: string): Promise<string | undefined> {
  return (await listReferences(folder)).get(`refs/heads/${branch}`);
}

/** True when the repository holds a commit with exactly this id. */
export async function hasCommit(folder: string, commitId: string): Promise<boolean> {
  if (!/^[0-9a-f]{40}$/.test(commitId)) return false;
  try {
    return (await git(folder, ['cat-file', '-t', commitId])).trim() === 'commit';
  } catch {
    return false; // cat-file fails for an object that is not there, and for nothing else
  }
}

export type CommitObject = {
  commitId: string;
  treeId: string;
  parents: string[];
  author: GitPerson;
  committer: GitPerson;
  message: string;
};

/** `date` as Git stores it: seconds since 1970 and the zone, `1700000000 +0000`. */
export type GitPerson = { name: string; email: string; date: string };

/** One commit, read from the object itself so that nothing is reformatted. */
export async function readCommit(folder: string, commitId: string): Promise<CommitObject> {
  const text = await git(folder, ['cat-file', 'commit', commitId]);
  const end = text.indexOf('\n\n');
  const header = text.slice(0, end).split('\n');
  const values = (name: string): string[] =>
    header.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    commitId,
    treeId: values('tree')[0] ?? '',
    parents: values('parent'),
    author: person(values('author')[0] ?? ''),
    committer: person(values('committer')[0] ?? ''),
    message: text.slice(end + 2),
  };
}

function person(text: string): GitPerson {
  const match = /^(.*?) ?<(.*)> (\d+ [+-]\d{4})$/.exec(text);
  return { name: match?.[1] ?? '', email: match?.[2] ?? '', date: match?.[3] ?? '' };
}
