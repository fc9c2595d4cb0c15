import { Failure, toFailure } from '../failure.ts';
import type { Seal } from '../plan/seal.ts';
import { type ExpectedSeal, readSeal, sealDigest, sealText } from '../plan/seal-text.ts';
import type { RecordEntry, Records } from '../ports/records.ts';
import { type PlanPlace, parsePlanKey, planKey } from './record-keys.ts';

/**
 * Writes a sealed plan, once, where only plans can write. It is read as deploy and destroy will read it first: a seal that
 * nobody believes would be a merge that approves nothing.
 * @returns the object's key, and the seal's digest, 64 hex digits
 * @throws Failure `SealMalformed` when it is beyond what a seal may hold; what writing throws
 */
export async function writeSeal(records: Records, seal: Seal): Promise<{ key: string; digest: string }> {
  const { origin, deployment, kind } = seal;
  const text = sealText(seal);
  const digest = sealDigest(text);
  readSeal(text, { digest, deployment, kind });
  const key = planKey(placeOf(seal), origin, digest);
  try {
    await records.writeOnce(key, text);
  } catch (error) {
    // A write whose answer was lost and that was repeated finds its own content; the key names it, and it is compared.
    const failure = toFailure(error);
    if (failure.code !== 'RecordExists' || (await records.read(key))?.body !== text) throw failure;
  }
  return { key, digest };
}

function placeOf({ deployment, origin: { pullRequest, head } }: Seal): PlanPlace {
  return pullRequest === undefined ? { deployment, tip: head } : { deployment, pullRequest, head };
}

/**
 * The sealed plan under a key.
 * @param expected what it has to be about; its digest is the key's
 * @throws Failure `SealMalformed` when the content is not what the key says, or about something else
 */
export async function storedSeal(records: Records, key: string, expected: Omit<ExpectedSeal, 'digest'>): Promise<Seal> {
  const content = await records.read(key);
  return readSeal(content?.body ?? '', { ...expected, digest: parsePlanKey(key)?.digest ?? '' });
}

/** Sealed plans, the newest first; of one second, which is all that S3 tells, that of the later run or attempt. */
export function newestFirst(entries: readonly RecordEntry[]): RecordEntry[] {
  return [...entries].sort((a, b) => b.writtenAt.getTime() - a.writtenAt.getTime() || compareRuns(b.key, a.key));
}

/**
 * The sealed plan that a merge approves: the newest that was written before it. S3 and GitHub tell whole seconds: what was
 * written in the second of the merge may have come after it, and does not count.
 * @param entries of the merged head
 */
export function newestBefore(entries: readonly RecordEntry[], mergedAt: Date): RecordEntry | undefined {
  return newestFirst(entries).find(({ writtenAt }) => writtenAt.getTime() < mergedAt.getTime());
}

/** Ids of runs grow; they have more digits than a number keeps. */
function compareRuns(a: string, b: string): number {
  const [one, other] = [runOf(a), runOf(b)];
  if (one.run !== other.run) return one.run < other.run ? -1 : 1;
  return one.attempt - other.attempt;
}

function runOf(key: string): { run: bigint; attempt: number } {
  const run = parsePlanKey(key)?.run;
  if (run !== undefined) return { run: BigInt(run.run), attempt: run.attempt };
  throw new Failure({
    code: 'RecordUnreadable',
    source: 'product',
    message: `${key} lies among the sealed plans and has no name of one.`,
    hint: 'Look who wrote it, and move it away as an administrator of the account.',
  });
}
