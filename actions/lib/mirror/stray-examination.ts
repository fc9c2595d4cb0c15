import { git, gitBytes, tryGit } from '../adapters/git/git-command.ts';
import { gitFailure } from '../adapters/git/git-failure.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { openScratch, type ScratchRepository } from '../adapters/git/scratch-repository.ts';
import { Failure } from '../failure.ts';
import type { DivergedBranch, ForeignCommit } from './divergence.ts';
import type { MirrorState, StrayBranch, WantedCommits } from './mirror-state.ts';
import { isOverlayCommit } from './overlay-commit.ts';
import { compareTrees, containsChanges, parseTree, type Tree } from './tree.ts';

/**
 * What a stray branch turned out to be: `unfinished` = a mirror's own commit whose run was cut short; `adopted` =
 * somebody's change, and what is to be mirrored has all of it; `foreign` = somebody's change that would be lost.
 */
export type ExaminedBranch = {
  stray: StrayBranch;
  before: Tree;
  after: Tree;
} & ({ verdict: 'unfinished' | 'adopted' } | { verdict: 'foreign'; diverged: DivergedBranch });

export type Examination = {
  branches: ExaminedBranch[];
  /** The tree of the upstream commit that is to be mirrored. */
  upstream: Tree;
  /** Holds the heads of the stray branches with their history. */
  scratch: ScratchRepository;
};

export type ExaminationRequest = {
  target: Remote;
  state: MirrorState;
  wanted: WantedCommits;
  /** The tree that `main` is to have. */
  result: Tree;
  /** The tree of the upstream commit; the comparison for a branch that has nothing else in common. */
  upstream: Tree;
};

/** Most earlier mirrors that are looked for in a branch's history. */
const comparedMarks = 50;
/** Most commits of a branch that are searched for a mirrored one. */
const searchedCommits = 20_000;

/** Fetches the branches that are not as the last mirror left them and finds out what they are. */
export async function examineStray(
  strayBranches: readonly StrayBranch[],
  request: ExaminationRequest,
): Promise<Examination> {
  const scratch = await openScratch();
  try {
    await fetchBranches(scratch.folder, strayBranches, request);
    const branches: ExaminedBranch[] = [];
    for (const stray of strayBranches) branches.push(await examine(scratch.folder, stray, request));
    return { branches, upstream: request.upstream, scratch };
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

async function fetchBranches(
  folder: string,
  strayBranches: readonly StrayBranch[],
  { target, state }: ExaminationRequest,
): Promise<void> {
  const marks = state.marks.slice(0, comparedMarks).map(({ ref }) => `+${ref}:${ref}`);
  const branches = strayBranches.map(({ branch }) => `+refs/heads/${branch}:refs/fetched/${branch}`);
  const result = await tryGit(['fetch', '--quiet', '--no-tags', '--', target.url, ...branches, ...marks], {
    folder,
    ...(await accessTo(target)),
  });
  if (result.code !== 0) throw gitFailure(`${target.name} could not be read`, result.stderr);
  for (const { head, branch } of strayBranches) {
    const found = await tryGit(['cat-file', '-e', `${head}^{commit}`], { folder });
    if (found.code === 0) continue;
    throw new Failure({
      code: 'MirrorRaced',
      source: 'git',
      message: `${branch} of ${target.name} moved in CodeCommit while it was being looked at; nothing was overwritten.`,
      hint: 'Run again.',
    });
  }
}

async function examine(folder: string, stray: StrayBranch, request: ExaminationRequest): Promise<ExaminedBranch> {
  const { state, result } = request;
  const base = stray.setBack ? state.marks[0]?.commit : await findBase(folder, stray, request);
  const after = await treeOf(folder, stray.head);
  const before = base === undefined ? request.upstream : await treeOf(folder, base);
  const common = { stray, before, after };
  if (!stray.setBack) {
    const raw = (await gitBytes(['cat-file', 'commit', stray.head], { folder })).toString('latin1');
    if (stray.branch === 'main' && isOverlayCommit(raw)) return { ...common, verdict: 'unfinished' };
    if (containsChanges(result, before, after)) return { ...common, verdict: 'adopted' };
  }
  const diverged: DivergedBranch = {
    ...stray,
    base,
    commits: stray.setBack ? [] : await foreignCommits(folder, base, stray.head),
    files: compareTrees(before, after),
    ...(await readPatch(folder, base, stray.head)),
  };
  return { ...common, verdict: 'foreign', diverged };
}

/** The newest commit in the branch's history that a mirror or upstream put there; else the last mirror's. */
async function findBase(
  folder: string,
  { branch, head }: StrayBranch,
  { state, wanted }: ExaminationRequest,
): Promise<string | undefined> {
  const known = new Set([...state.marks.flatMap(({ commit, upstream }) => [commit, upstream]), wanted.upstream]);
  const history = await git(['rev-list', '--topo-order', `--max-count=${searchedCommits}`, head], { folder });
  const [last] = state.marks;
  return history.split('\n').find((commit) => known.has(commit)) ?? (branch === 'main' ? last?.commit : last?.upstream);
}

async function treeOf(folder: string, commit: string): Promise<Tree> {
  return parseTree(await gitBytes(['ls-tree', '-r', '-z', '--full-tree', commit], { folder }));
}

async function foreignCommits(folder: string, base: string | undefined, head: string): Promise<ForeignCommit[]> {
  const range = base === undefined ? [head] : [`${base}..${head}`];
  const format = '--format=%H%x00%an%x00%ae%x00%cI%x00%s';
  const output = await git(['log', '--max-count=50', '-z', format, ...range], { folder });
  const fields = output.split('\0');
  const commits: ForeignCommit[] = [];
  for (let index = 0; index + 4 < fields.length; index += 5) {
    const [id = '', author = '', email = '', date = '', subject = ''] = fields.slice(index, index + 5);
    commits.push({ id, author, email, date, subject });
  }
  return commits;
}

/** Longest diff that is shown; a job summary holds 1 MiB, a comment 65,536 characters. */
const longestPatch = 60_000;

async function readPatch(
  folder: string,
  base: string | undefined,
  head: string,
): Promise<{ patch: string; patchIsCut: boolean }> {
  if (base === undefined) return { patch: '', patchIsCut: false };
  const args = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', base, head];
  const whole = await git(args, { folder, enough: 4 * longestPatch });
  if (whole.length <= longestPatch) return { patch: whole, patchIsCut: false };
  return { patch: whole.slice(0, whole.lastIndexOf('\n', longestPatch) + 1), patchIsCut: true };
}
