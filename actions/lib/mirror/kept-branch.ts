import type { Refs } from '../adapters/git/refs.ts';
import type { RefUpdate, StrayBranch } from './mirror-state.ts';

/** Why a head that gives way to the mirror's is kept under another name. */
export type KeptAs = 'discarded' | 'adopted';

/**
 * The branch that keeps a stray head: `discarded/2026-11-23T06-40-00Z`, or the one that has it already.
 * @param now the moment in the name, UTC
 */
export function keepBranch(
  stray: StrayBranch,
  as: KeptAs,
  refs: Refs,
  now: Date,
): { branch: string; update?: RefUpdate } {
  const prefix = `refs/heads/${as}/`;
  const existing = [...refs].find(([ref, commit]) => ref.startsWith(prefix) && commit === stray.head);
  if (existing !== undefined) return { branch: existing[0].slice('refs/heads/'.length) };
  const moment = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const name = `${as}/${moment}${stray.branch === 'main' ? '' : `-${stray.branch}`}`;
  let free = name;
  for (let copy = 2; refs.has(`refs/heads/${free}`); copy += 1) free = `${name}-${copy}`;
  return { branch: free, update: { ref: `refs/heads/${free}`, from: undefined, to: stray.head } };
}
