import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import type { SealOrigin, TeardownSeal } from '../plan/seal.ts';
import type { Records } from '../ports/records.ts';
import { writeSeal } from '../records/sealed-plans.ts';
import { teardownReport, withPseudonyms } from '../report/teardown-report.ts';
import { isOf } from '../resources/resource-types.ts';
import { inventoriedTeardown } from '../teardown/declared-teardown.ts';
import { type Inventory, takeInventory } from '../teardown/inventory.ts';
import { dataOf } from '../teardown/teardown-data.ts';
import type { TeardownPlan } from '../teardown/teardown-plan.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { Connection, Surroundings } from './surroundings.ts';

export type PlannedTeardown = {
  /** With people's names: for the seal, and for whoever has credentials of the account. */
  plan: TeardownPlan;
  /** For artifacts, comments and pages. */
  shown: TeardownPlan;
};

/**
 * Shows what tearing a deployment down would remove and keep, from an inventory of its account. Changes nothing.
 * @param options.names show people's names instead of pseudonyms; for private repositories that declare it
 */
export async function planTeardown(
  surroundings: Surroundings,
  deployment: Deployment,
  { aws }: Connection,
  { names = false }: { names?: boolean } = {},
): Promise<PlannedTeardown> {
  const stacks = await declaredStacks(surroundings, deployment);
  const inventory = await takeInventory(deployment, stacks, aws);
  const [data, storedBytes] = await Promise.all([dataOf(deployment, inventory, aws), storedBytesOf(inventory, aws)]);
  const plan = inventoriedTeardown(deployment, inventory, { data, storedBytes });
  surroundings.reporter.summary(teardownReport(plan, { names }).markdown);
  return { plan, shown: names ? plan : withPseudonyms(plan) };
}

/** How much each log group holds, so that what it costs to keep can be told. */
async function storedBytesOf({ items }: Inventory, { logGroups }: Connection['aws']): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const { type, physicalId } of items) {
    if (!isOf(type, 'data', 'logs') || bytes.has(physicalId)) continue;
    const group = await logGroups.find(physicalId);
    if (group !== undefined) bytes.set(physicalId, group.storedBytes);
  }
  return bytes;
}

/** Where the sealed plan is, or why there is none: then merging destroys nothing. */
export type SealedTeardown = { sealed: true; key: string; digest: string } | { sealed: false; reason: string };

/**
 * Writes the sealed teardown plan of a pull request's head: merging that head then consents to what it lists.
 * @param decision digest of what decides the deployment in the checkout, 64 hex digits
 * @throws Failure `RecordsBucketMissing`
 */
export async function sealTeardown(
  records: Records,
  plan: TeardownPlan,
  { origin, decision, names = false }: { origin: SealOrigin; decision: string; names?: boolean },
): Promise<SealedTeardown> {
  const { deployment, accountId, region } = plan;
  if (origin.pullRequest === undefined) {
    throw new Failure({
      code: 'SealOrigin',
      source: 'product',
      message: 'A teardown is planned for a pull request only.',
    });
  }
  const reason = plan.basis === 'inventory' ? plan.refusals[0] : 'It was not made from an inventory.';
  if (reason !== undefined) return { sealed: false, reason };
  const report = teardownReport(plan, { names });
  if (!report.approvable) return { sealed: false, reason: report.reason };
  const seal: TeardownSeal = { version: 1, kind: 'teardown', origin, deployment, accountId, region, decision, plan };
  return { sealed: true, ...(await writeSeal(records, seal)) };
}
