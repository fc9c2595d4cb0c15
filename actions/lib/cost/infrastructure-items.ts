import type { Deployment } from '../deployment/deployment.ts';
import type { Versions } from '../stacks/versions.ts';
import { always, type CostBook } from './cost-book.ts';
import { hoursPerMonth } from './price-table.ts';

/** Addresses of an internet-facing load balancer: one in each of its two subnets (Elastic Load Balancing user guide). */
const loadBalancerAddresses = 2;

/** What runs whether anybody logs in or not: control plane, NAT gateway, load balancer, keys. */
export function addInfrastructure(book: CostBook, { network }: Deployment, versions: Versions | undefined): void {
  const supported = versions?.kubernetes.end_of_support;
  const support = supported === undefined ? 'standard support' : `standard support until ${supported}`;
  const version = versions === undefined ? 'version' : `version ${versions.kubernetes.version}`;
  const hours = always(hoursPerMonth);
  book.add('control plane', 'EKS cluster', 'clusterHour', hours, `all month, ${version} in ${support}`);
  if (network.nodes === 'private') {
    book.add('NAT gateway', 'NAT gateway', 'natGatewayHour', hours, 'all month, without traffic');
  }
  book.add('load balancer', 'load balancer', 'loadBalancerHour', hours, 'all month, without traffic');
  book.add('keys', 'encryption key', 'keyMonth', always(1), '1 for the secrets of Kubernetes');
}

/**
 * Public IPv4 addresses: those of the load balancer, and of the NAT gateway or of every node.
 * @param userNodes mean number of user nodes that run
 */
export function addPublicAddresses(
  book: CostBook,
  { network }: Deployment,
  userNodes: { idle: number; usual: number; maximum: number },
): void {
  const atNodes = network.nodes === 'public';
  const hours = (nodes: number): number => (loadBalancerAddresses + 1 + (atNodes ? nodes : 0)) * hoursPerMonth;
  book.add(
    'public addresses',
    'public IPv4 addresses',
    'publicAddressHour',
    { idle: hours(userNodes.idle), usual: hours(userNodes.usual), maximum: hours(userNodes.maximum) },
    `${loadBalancerAddresses} of the load balancer, ${atNodes ? '1 of each node' : '1 of the NAT gateway'}`,
  );
}
