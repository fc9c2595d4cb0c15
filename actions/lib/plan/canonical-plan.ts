import { createHash } from 'node:crypto';
import type { Plan } from './plan.ts';

/** The members of a plan that say what would change. */
export type PlannedChanges = Pick<Plan, 'deployment' | 'accountId' | 'region' | 'stacks' | 'mirror'>;

/**
 * SHA-256 over what the plan would change, independent of the order of keys, of preflight and cost, and of the wording
 * of details and states found.
 */
export function fingerprintOf({ deployment, accountId, region, stacks, mirror }: PlannedChanges): string {
  const changes = stacks.map(({ kind, name, action, changes: resources, parametersUnknown }) => {
    return { kind, name, action, changes: resources, parametersUnknown };
  });
  const canonical = canonicalJson({ deployment, accountId, region, stacks: changes, mirror: mirror ?? [] });
  return createHash('sha256').update(canonical).digest('hex');
}

/** JSON with the keys of every object sorted and without whitespace. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
