import { createHash } from 'node:crypto';
import type { Refs } from '../adapters/git/refs.ts';

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
export function readMarks(refs: Refs): MirrorMark[] {
  const marks: MirrorMark[] = [];
  for (const ref of refs.keys()) {
    const [, sequence, upstream, commit, inputs] = markName.exec(ref) ?? [];
    if (sequence && upstream && commit && inputs) {
      marks.push({ ref, sequence: Number(sequence), upstream, commit, inputs });
    }
  }
  return marks.sort((a, b) => b.sequence - a.sequence || (a.ref < b.ref ? -1 : 1));
}
