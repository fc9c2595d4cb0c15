import type { Deployment, DeploymentNode, Profile } from '../deployment/deployment.ts';
import type { Activity, ProfileCost } from '../plan/plan.ts';
import type { CostBook, Quantities } from './cost-book.ts';
import { firstType, machineHour, usersPerMachine } from './machine-sharing.ts';
import { hoursPerMonth, type Prices } from './price-table.ts';

/**
 * Machines and their root volumes, at the price of each node's first instance type.
 * @returns mean number of user nodes that run
 */
export function addNodes(book: CostBook, deployment: Deployment, activity: Activity, prices: Prices): Quantities {
  const running = { idle: 0, usual: 0, maximum: 0 };
  for (const node of deployment.nodes) {
    const price = prices.instance(firstType(node));
    const usd = price === undefined ? undefined : machineHour(node, price);
    const count = node.is_hub ? { idle: 1, usual: 1, maximum: 1 } : meanCount(node, deployment, activity, prices);
    const hours = scale(count, hoursPerMonth);
    const part = node.is_hub ? 'core node' : 'user nodes';
    const machine = { type: firstType(node), usd };
    book.add(part, `nodes ${node.name}`, machine, hours, nodeBasis(node, count));
    const volumes = scale(count, node.root_volume_size);
    book.add('volumes', `root volumes ${node.name}`, 'volumeGbMonth', volumes, `${node.root_volume_size} GiB each`);
    if (node.is_hub) continue;
    running.idle += count.idle;
    running.usual += count.usual;
    running.maximum += count.maximum;
  }
  return running;
}

/** What one user costs for an hour, profile by profile: the share of the machine and of its root volume. */
export function profileCosts(deployment: Deployment, prices: Prices): ProfileCost[] {
  return deployment.profiles.map((profile) => {
    const node = nodeOf(profile, deployment);
    const machine = node === undefined ? '' : firstType(node);
    const price = prices.instance(machine);
    if (node === undefined || price === undefined) return { name: profile.name, machine };
    const volume = ((prices.rate('volumeGbMonth') ?? 0) * node.root_volume_size) / hoursPerMonth;
    const address = deployment.network.nodes === 'public' ? (prices.rate('publicAddressHour') ?? 0) : 0;
    const users = usersPerMachine(profile, price);
    const usdPerHour = Math.round(((machineHour(node, price) + volume + address) / users) * 10_000) / 10_000;
    return { name: profile.name, machine, usersPerMachine: users, usdPerHour };
  });
}

/** Machines are shared as densely as guarantees allow, never fewer than the minimum nor more than the maximum. */
function meanCount(node: DeploymentNode, deployment: Deployment, activity: Activity, prices: Prices): Quantities {
  const userHours = (activity.users * activity.hoursPerUser) / Math.max(deployment.profiles.length, 1);
  const price = prices.instance(firstType(node));
  const profiles = deployment.profiles.filter(({ node_name }) => node_name === node.name);
  const machineHours = profiles.reduce((sum, profile) => {
    return sum + userHours / (price === undefined ? 1 : usersPerMachine(profile, price));
  }, 0);
  const needed = machineHours / hoursPerMonth;
  const usual = Math.min(Math.max(needed, node.min_number), node.max_number);
  return { idle: node.min_number, usual, maximum: node.max_number };
}

function nodeOf(profile: Profile, { nodes }: Deployment): DeploymentNode | undefined {
  return nodes.find(({ name }) => name === profile.node_name);
}

function nodeBasis(node: DeploymentNode, { idle, maximum }: Quantities): string {
  const number = idle === maximum ? `${maximum}` : `${idle} to ${maximum}`;
  return `${number} × ${firstType(node)}${node.is_spot ? ' spot, at about a third of the price' : ''}`;
}

function scale({ idle, usual, maximum }: Quantities, factor: number): Quantities {
  return { idle: idle * factor, usual: usual * factor, maximum: maximum * factor };
}
