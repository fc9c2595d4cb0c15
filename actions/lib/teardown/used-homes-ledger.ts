import { Failure } from '../failure.ts';
import type { Records } from '../ports/records.ts';
import { type RunIdentity, teardownLedgerPrefix } from '../records/record-keys.ts';
import type { UsedHomes } from './sealed-consent.ts';

/**
 * Keeps in the records which homes were used since the approved plan, one object per run and attempt, so that a teardown
 * which was interrupted after it stopped the servers still makes their final snapshots.
 * @param digest the seal's, 64 hex digits
 */
export function usedHomesLedger(records: Records, deployment: string, digest: string, run: RunIdentity): UsedHomes {
  const prefix = `${teardownLedgerPrefix(deployment, digest)}used-homes/`;
  return {
    async read() {
      const ids = new Set<string>();
      for (const { key } of await records.list(prefix)) {
        const content = await records.read(key);
        for (const id of volumeIds(key, content?.body ?? '')) ids.add(id);
      }
      return [...ids];
    },
    add: (ids) => records.writeOnce(`${prefix}${run.run}-${run.attempt}`, JSON.stringify([...ids].sort())),
  };
}

function volumeIds(key: string, body: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  if (Array.isArray(value) && value.every((id): id is string => typeof id === 'string')) return value;
  throw new Failure({
    code: 'LedgerMalformed',
    source: 'product',
    message: `The record ${key} does not say which homes were used, so nothing is deleted.`,
    hint: 'Look at the object in the records bucket; only the role of the workflow destroy can have written it.',
  });
}
