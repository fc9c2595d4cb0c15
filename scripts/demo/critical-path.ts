import type { StepRecord } from '../../actions/lib/engine/step-record.ts';

/** A step's own work on AWS's clock, in seconds from the start of the first one. */
export type TimedStep = { id: string; title: string; from: number; to: number };

/**
 * The longest chain of steps, each of which needs the one before it: the least time in which the graph can be done when
 * every step takes as long as it took. Waiting between two steps does not count. Where AWS began a step while the one
 * before it was ending (a new pipeline starts before its stack is complete), the overlap counts once.
 *
 * @param needs what each step waits for, by id
 */
export function criticalPath(
  steps: readonly TimedStep[],
  needs: ReadonlyMap<string, readonly string[]>,
): { seconds: number; ids: string[] } {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const known = new Map<string, { seconds: number; ids: string[] }>();
  const longest = (id: string): { seconds: number; ids: string[] } => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const step = byId.get(id);
    const before = (needs.get(id) ?? []).map(longest).reduce(longer, { seconds: 0, ids: [] });
    const previous = byId.get(before.ids.at(-1) ?? '');
    const own =
      step === undefined ? before : { seconds: before.seconds + ownSeconds(step, previous), ids: [...before.ids, id] };
    known.set(id, own);
    return own;
  };
  return steps.map(({ id }) => longest(id)).reduce(longer, { seconds: 0, ids: [] });
}

function ownSeconds(step: TimedStep, previous: TimedStep | undefined): number {
  return step.to - Math.max(step.from, Math.min(previous?.to ?? step.from, step.to));
}

const longer = <T extends { seconds: number }>(a: T, b: T): T => (b.seconds > a.seconds ? b : a);

/** Steps of a deployment record with AWS's times, relative to the earliest. */
export function timedSteps(steps: readonly StepRecord[]): TimedStep[] {
  const done = steps.filter(({ outcome }) => outcome !== 'skipped');
  const start = Math.min(...done.map(({ startedAt }) => Date.parse(startedAt)));
  return done.map(({ id, title, startedAt, finishedAt }) => ({
    id,
    title,
    from: (Date.parse(startedAt) - start) / 1000,
    to: (Date.parse(finishedAt) - start) / 1000,
  }));
}
