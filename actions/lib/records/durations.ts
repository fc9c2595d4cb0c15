import type { StepRecord } from '../engine/step-record.ts';
import type { Records } from '../ports/records.ts';

/** Seconds that steps took in earlier runs of a region, newest last, by `STEP CHANGE`: `stack cluster created`. */
export type Durations = Readonly<Record<string, readonly number[]>>;

/** How many runs are remembered of each. */
const remembered = 5;

/** Changes of steps that say nothing of how long the work takes. */
const idle: ReadonlySet<string> = new Set(['unchanged', 'not started', 'failed', 'unknown']);

const durationsKey = (region: string): string => `durations/${region}`;

/**
 * What steps of deployments took in this region; nothing for what is no such record. It only says how long things may take, so
 * nothing is decided by it.
 * @throws Failure when the bucket cannot be read
 */
export async function readDurations(records: Records, region: string): Promise<Durations> {
  return parse((await records.read(durationsKey(region)))?.body);
}

/**
 * Adds what the steps of a run took.
 * @throws Failure `RecordChanged` when another run wrote at the same moment; what reading and writing throw
 */
export async function addDurations(records: Records, region: string, steps: readonly StepRecord[]): Promise<void> {
  const worked = steps.filter(({ outcome, change }) => outcome === 'succeeded' && !idle.has(change));
  if (worked.length === 0) return;
  const known = await records.read(durationsKey(region));
  const all = new Map(Object.entries(parse(known?.body)));
  for (const { id, change, startedAt, finishedAt } of worked) {
    const seconds = Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
    all.set(`${id} ${change}`, [...(all.get(`${id} ${change}`) ?? []), seconds].slice(-remembered));
  }
  await records.replace(durationsKey(region), JSON.stringify(Object.fromEntries(all)), known?.etag);
}

/**
 * The middle of what a step took, in seconds.
 * @param isNew whether it makes something, rather than changing it
 */
export function typicalSeconds(durations: Durations, id: string, isNew: boolean): number | undefined {
  const kinds = isNew ? ['created', 'built', 'installed', 'tested'] : ['updated', 'built', 'installed', 'tested'];
  const known = kinds.flatMap((change) => durations[`${id} ${change}`] ?? []).toSorted((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}

function parse(body: string | undefined): Durations {
  if (body === undefined) return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, list]) => (isSeconds(list) ? [[key, list.slice(-remembered)]] : [])),
    );
  } catch {
    return {}; // written by somebody else; the next run replaces it
  }
}

function isSeconds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && one >= 0);
}
