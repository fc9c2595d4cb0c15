import { createHash } from 'node:crypto';
import type { Refs } from '../adapters/git/refs.ts';

/** What one listing of refs says about a mirrored repository. */
export type MirrorState = {
  /** Heads of the two branches; undefined when there is no such branch. */
  main: string | undefined;
  upstream: string | undefined;
  /** The last mirror's first. */
  marks: MirrorMark[];
  refs: Refs;
};

/** What the declaration asks for, before anything is built. */
export type WantedInputs = { upstream: string; inputs: string };

/** What it comes to. */
export type WantedCommits = WantedInputs & {
  /** The commit of `main`. */
  commit: string;
  /** The commit that the mark points at. */
  mark: string;
};

/** One ref to move. `from` is what must be there for the push to count; undefined = no such ref. */
export type RefUpdate = { ref: string; from: string | undefined; to: string };

/** A branch that is not as the last mirror left it. */
export type StrayBranch = {
  branch: 'main' | 'upstream';
  head: string;
  /** An earlier mirror wrote this very commit: somebody set the branch back. */
  setBack: boolean;
};

export function readState(refs: Refs): MirrorState {
  return {
    main: refs.get('refs/heads/main'),
    upstream: refs.get('refs/heads/upstream'),
    marks: readMarks(refs),
    refs,
  };
}

/** The commit of `main` when the last mirror was made from these inputs and both branches are as it left them. */
export function settledCommit(state: MirrorState, wanted: WantedInputs): string | undefined {
  const [last] = state.marks;
  if (last === undefined || last.upstream !== wanted.upstream || last.inputs !== wanted.inputs) return undefined;
  return state.main === last.commit && state.upstream === last.upstream ? last.commit : undefined;
}

/**
 * Branches that carry something no mirror is known to have left there. A branch that is gone carries nothing; `upstream`
 * at an earlier upstream commit is a mirror that was cut short, because `main` moves first.
 */
export function strayBranches(state: MirrorState, wanted: WantedCommits): StrayBranch[] {
  const { main, upstream, marks } = state;
  const stray: StrayBranch[] = [];
  if (main !== undefined && main !== wanted.commit && main !== marks[0]?.commit) {
    stray.push({ branch: 'main', head: main, setBack: marks.some(({ commit }) => commit === main) });
  }
  if (upstream !== undefined && upstream !== wanted.upstream && !marks.some((mark) => mark.upstream === upstream)) {
    stray.push({ branch: 'upstream', head: upstream, setBack: false });
  }
  return stray;
}

/**
 * The refs to move, `main` first: a server that cannot move them all at once moves that one alone and the others after
 * it, and whatever is missing then is made up for by the next run.
 */
export function refUpdates(state: MirrorState, wanted: WantedCommits): RefUpdate[] {
  const { upstream, inputs, commit } = wanted;
  const [last] = state.marks;
  const isMarked = last?.upstream === upstream && last.inputs === inputs && last.commit === commit;
  const sequence = isMarked ? last.sequence : (last?.sequence ?? 0) + 1;
  const targets = [
    ['refs/heads/main', commit],
    ['refs/heads/upstream', upstream],
    [markRef({ sequence, upstream, commit, inputs }), wanted.mark],
  ] as const;
  return targets.flatMap(([ref, to]) => {
    const from = state.refs.get(ref);
    return from === to ? [] : [{ ref, from, to }];
  });
}

/**
 * What a finished mirror leaves beside the branches: a tag whose name says what it was made from and what came out. So
 * one listing of refs shows whether anything is to do and whether the branches are still as the last mirror left them. It
 * points at a commit on top of that `main` (see `mark-commit.ts`): nothing that was ever deployed is lost. Marks are never
 * moved or deleted.
 */
export type MirrorMark = {
  ref: string;
  /** 1 for the first mirror; the highest is the last. */
  sequence: number;
  /** The upstream commit, as `upstream` pointed at it. */
  upstream: string;
  /** The commit of `main`. */
  commit: string;
  /** {@link inputsDigest} */
  inputs: string;
};

/** Everything that decides the content of `main`, as 32 hex digits. */
export function inputsDigest(inputs: {
  deployment: string;
  url: string;
  ref: string;
  upstream: string;
  configuration: string;
}): string {
  const { deployment, url, ref, upstream, configuration } = inputs;
  return createHash('sha256')
    .update(JSON.stringify([deployment, url, ref, upstream, configuration]))
    .digest('hex')
    .slice(0, 32);
}

const markName = /^refs\/tags\/opensarlab\/mirror\/([1-9]\d{0,8})-([0-9a-f]{40})-([0-9a-f]{40})-([0-9a-f]{32})$/;

/** The full name of a mark's tag. */
export function markRef({ sequence, upstream, commit, inputs }: Omit<MirrorMark, 'ref'>): string {
  return `refs/tags/opensarlab/mirror/${sequence}-${upstream}-${commit}-${inputs}`;
}

/** All marks of a repository, the last mirror's first. */
function readMarks(refs: Refs): MirrorMark[] {
  const marks: MirrorMark[] = [];
  for (const ref of refs.keys()) {
    const [, sequence, upstream, commit, inputs] = markName.exec(ref) ?? [];
    if (sequence && upstream && commit && inputs) {
      marks.push({ ref, sequence: Number(sequence), upstream, commit, inputs });
    }
  }
  return marks.sort((a, b) => b.sequence - a.sequence || (a.ref < b.ref ? -1 : 1));
}
