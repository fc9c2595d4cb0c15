import type { DeploymentNode, Profile } from '../deployment/deployment.ts';
import { memoryBytes } from '../deployment/quantities.ts';
import { assumptions } from './activity.ts';
import type { InstancePrice } from './price-table.ts';

/** The instance type that a node group uses first. */
export function firstType(node: DeploymentNode): string {
  return node.instance[0] ?? '';
}

/** USD an hour of one machine, spot capacity at its usual discount. */
export function machineHour(node: DeploymentNode, price: InstancePrice): number {
  return price.usd * (node.is_spot ? assumptions.spotShare : 1);
}

/**
 * How many users of a profile fit on one machine by what the profile guarantees each; one when it guarantees nothing,
 * because then nothing says that they can share.
 */
export function usersPerMachine(profile: Profile, { vcpu, memoryGib }: InstancePrice): number {
  const memory = memoryBytes(profile.memory_guarantee ?? '0');
  const byMemory = memory === 0 ? Number.POSITIVE_INFINITY : usable(memoryGib * 2 ** 30) / memory;
  const cpu = profile.cpu_guarantee ?? 0;
  const byCpu = cpu === 0 ? Number.POSITIVE_INFINITY : usable(vcpu) / cpu;
  const users = Math.floor(Math.min(byMemory, byCpu));
  return Number.isFinite(users) ? Math.max(users, 1) : 1;
}

function usable(amount: number): number {
  return amount * assumptions.usableShare;
}
