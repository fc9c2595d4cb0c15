import type { Deployment, DeploymentNode } from '../deployment/deployment.ts';
import type { CostEstimate } from './plan.ts';
import { hourly, hoursPerMonth, instanceHourly, monthly, pricesFrom, spotShare } from './prices.ts';

type Item = CostEstimate['items'][number];

/**
 * What a deployment costs a month: idle, and with every node group at its maximum all month. Left out, because it
 * depends on use: home volumes, data transfer, builds, logs.
 */
export function estimateCost(deployment: Deployment): CostEstimate {
  const items = [...fixedItems(deployment), ...deployment.nodes.flatMap(nodeItems)];
  const sum = (pick: (item: Item) => number): number => cents(items.reduce((total, item) => total + pick(item), 0));
  const types = deployment.nodes.map(({ instance }) => instance[0] ?? '');
  return {
    idleMonthlyUsd: sum(({ idleMonthlyUsd }) => idleMonthlyUsd),
    maximumMonthlyUsd: sum(({ maximumMonthlyUsd }) => maximumMonthlyUsd),
    items,
    pricesFrom,
    unpriced: [...new Set(types.filter((type) => instanceHourly(type) === undefined))].sort(),
  };
}

function fixedItems({ network }: Deployment): Item[] {
  const items = [
    always('EKS cluster', hourly.cluster * hoursPerMonth, `${hourly.cluster} an hour, version in standard support`),
    always('load balancer', hourly.loadBalancer * hoursPerMonth, `${hourly.loadBalancer} an hour, without traffic`),
    always('encryption key', monthly.key, `${monthly.key} a month`),
  ];
  if (network.nodes === 'private') {
    const price = hourly.natGateway + hourly.publicAddress;
    items.push(always('NAT gateway', price * hoursPerMonth, `${price} an hour with its address, without traffic`));
  }
  return items;
}

/** The core node always runs; user nodes between their minimum and maximum, at the price of their first type. */
function nodeItems(node: DeploymentNode): Item[] {
  const type = node.instance[0] ?? '';
  const price = instanceHourly(type);
  if (price === undefined) return [];
  const each = price * (node.is_spot ? spotShare : 1) * hoursPerMonth + node.root_volume_size * monthly.volume;
  const least = node.is_hub ? 1 : node.min_number;
  const most = node.is_hub ? 1 : node.max_number;
  return [
    {
      title: `nodes ${node.name}`,
      idleMonthlyUsd: cents(each * least),
      maximumMonthlyUsd: cents(each * most),
      basis: `${least} to ${most} × ${type}${node.is_spot ? ' spot' : ''} with ${node.root_volume_size} GiB`,
    },
  ];
}

function always(title: string, usd: number, basis: string): Item {
  return { title, idleMonthlyUsd: cents(usd), maximumMonthlyUsd: cents(usd), basis };
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
