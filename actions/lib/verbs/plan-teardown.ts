import type { Deployment } from '../deployment/deployment.ts';
import { renderTeardownPlan } from '../report/teardown-report.ts';
import { inventoriedTeardown } from '../teardown/declared-teardown.ts';
import { takeInventory } from '../teardown/inventory.ts';
import type { TeardownPlan } from '../teardown/teardown-plan.ts';
import { declaredStacks } from './declared-stacks.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** Shows what tearing a deployment down would remove and keep, from an inventory of its account. Changes nothing. */
export async function planTeardown(
  surroundings: Surroundings,
  deployment: Deployment,
  { aws }: Connection,
): Promise<TeardownPlan> {
  const stacks = await declaredStacks(surroundings, deployment);
  const value = inventoriedTeardown(deployment, await takeInventory(deployment, stacks, aws));
  surroundings.reporter.summary(renderTeardownPlan(value));
  return value;
}
