import type { Decisions } from '../adapters/git/deployment-trees.ts';
import type { EarlierRun } from '../adapters/github/earlier-runs.ts';
import type { SelectedDeployment } from './select.ts';

/** Where a run of all deployments can start from: what succeeded, and what has run for since. */
export type SinceSuccess = {
  /** Everything was deployed as this run's commit decides it, or a run in `since` was for it; undefined: no such run is known. */
  base: EarlierRun | undefined;
  /** The runs after it, oldest first. */
  since: EarlierRun[];
};

/**
 * A success says nothing of a deployment that an earlier run still worked on when it began: had that one failed, the success
 * would hide it.
 * @param runs newest first
 */
export function sinceSuccess(runs: readonly EarlierRun[]): SinceSuccess {
  const at = runs.findIndex(({ state, isForAll, began }, index) => {
    const isHiding = ({ state: other, changed }: EarlierRun): boolean =>
      other === 'going on' || (other === 'ended' && changed > began);
    return state === 'succeeded' && isForAll && !runs.slice(index + 1).some(isHiding);
  });
  const since = at < 0 ? runs : runs.slice(0, at);
  return { base: runs[at], since: [...since].reverse() };
}

/** What each of some commits decides; undefined for one that the checkout does not have any more. */
export type DecisionsByCommit = ReadonlyMap<string, Decisions | undefined>;

/**
 * The deployments that a push concerns: what it decides otherwise than the newest success, or than any commit since for which
 * a run did not succeed. So what a skipped, failed or dropped run left undone is done by the next one, whatever that one is for.
 * What an earlier run still works on is left to it; should it fail, the next one takes it.
 * @param known of the commits of `since` and of `start`
 * @param start the commit of the newest success; where no run has succeeded, the one that the push came upon
 */
export function concernedSince(
  after: Decisions,
  { since, start }: { since: readonly EarlierRun[]; start: string | undefined },
  known: DecisionsByCommit,
): { present: SelectedDeployment[]; inWork: { name: string; run: string }[] } {
  const present: SelectedDeployment[] = [];
  const inWork: { name: string; run: string }[] = [];
  const before = start === undefined ? undefined : known.get(start);
  for (const [name, decision] of [...after].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const undone = since.filter(({ state, commit }) => state !== 'succeeded' && isOther(commit, name));
    const isChanged = before === undefined || before.get(name) !== decision;
    if (!isChanged && undone.length === 0) continue;
    const worker = runAtWork(name, decision);
    if (worker !== undefined) inWork.push({ name, run: worker.id });
    else present.push({ name, reason: reasonOf(name, isChanged) });
  }
  return { present, inWork };

  function isOther(commit: string, name: string): boolean {
    return known.get(commit)?.get(name) !== after.get(name);
  }

  /** The first of the newest runs that all decide it as now: that one was for it. */
  function runAtWork(name: string, decision: string): EarlierRun | undefined {
    const from = since.findLastIndex(({ commit }) => known.get(commit)?.get(name) !== decision);
    const first = since.slice(from + 1).find(({ isForAll }) => isForAll);
    return first?.state === 'going on' ? first : undefined;
  }

  function reasonOf(name: string, isChanged: boolean): string {
    if (before === undefined) return 'there is nothing to compare with';
    if (!before.has(name)) return 'it is new';
    return isChanged ? 'what decides it has changed since the last success' : 'a run that was for it did not succeed';
  }
}
