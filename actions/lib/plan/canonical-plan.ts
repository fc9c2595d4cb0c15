import { canonicalJson, sha256 } from './canonical-json.ts';
import type { Plan } from './plan.ts';

/** The members of a plan that say what would change. */
export type PlannedChanges = Pick<Plan, 'deployment' | 'accountId' | 'region' | 'stacks' | 'mirror'>;

/**
 * SHA-256 over what the plan would change, independent of the order of keys, of preflight and cost, and of the wording
 * of details and states found. For people to tell two plans apart; consent is by rows.
 */
export function fingerprintOf({ deployment, accountId, region, stacks, mirror }: PlannedChanges): string {
  const changes = stacks.map(({ kind, name, action, changes: resources, parametersUnknown }) => {
    return { kind, name, action, changes: resources, parametersUnknown };
  });
  return sha256(canonicalJson({ deployment, accountId, region, stacks: changes, mirror: mirror ?? [] }));
}
