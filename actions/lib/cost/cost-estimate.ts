import type { Deployment, DeploymentNode, Profile } from '../deployment/deployment.ts';
import { imagesOf } from '../deployment/names.ts';
import { memoryBytes, storageBytes } from '../deployment/quantities.ts';
import type { Activity, CostEstimate, CostItem, ProfileCost } from '../plan/plan.ts';
import { readVersions, type Versions } from '../stacks/versions.ts';
import { assumptions, leftOut, usualActivity } from './activity.ts';
import { always, type CostBook, openBook, type Quantities } from './cost-book.ts';
import {
  cents,
  hoursPerMonth,
  type InstancePrice,
  type Prices,
  type PriceTable,
  pricesFor,
  priceTable,
} from './price-table.ts';

export type CostOptions = {
  /** Text of `cluster/versions.yaml`, to name the version of Kubernetes and its end of support. */
  versions?: string;
  prices?: PriceTable;
  activity?: Activity;
};

/**
 * What a deployment costs in USD: idle, for an hour of one user, in a month with the assumed activity, and at most.
 * Every item is a list price times a quantity that its basis names.
 * @throws Failure `Versions` when the text of the versions is malformed
 */
export function estimateCost(deployment: Deployment, options: CostOptions = {}): CostEstimate {
  const prices = pricesFor(deployment.aws.region, options.prices ?? priceTable);
  const activity = options.activity ?? usualActivity;
  const book = openBook(prices);
  addInfrastructure(book, deployment, options.versions === undefined ? undefined : readVersions(options.versions));
  const userNodes = addNodes(book, deployment, activity, prices);
  addPublicAddresses(book, deployment, userNodes);
  addHomes(book, deployment, activity);
  addBuilds(book, deployment, activity);
  addStored(book, deployment);
  const profiles = profileCosts(deployment, prices);
  const hour = meanHour(profiles);
  return {
    idleMonthlyUsd: total(book.items, ({ idleMonthlyUsd }) => idleMonthlyUsd),
    monthlyUsd: total(book.items, ({ monthlyUsd }) => monthlyUsd),
    maximumMonthlyUsd: total(book.items, ({ maximumMonthlyUsd }) => maximumMonthlyUsd),
    ...(hour === undefined ? {} : { activeUserHourUsd: hour }),
    activity,
    profiles,
    items: [...book.items],
    pricesFrom: prices.date,
    region: deployment.aws.region,
    pricedRegion: prices.region,
    unconfirmed: [...book.unconfirmed],
    unpriced: [...book.unpriced],
    leftOut: [...leftOut],
    ...(deployment.budget === undefined ? {} : { budget: deployment.budget }),
  };
}

/** Undefined without profiles, and when the price of one of them is not known: a mean of the others would mislead. */
function meanHour(profiles: readonly ProfileCost[]): number | undefined {
  const hours = profiles.flatMap(({ usdPerHour }) => (usdPerHour === undefined ? [] : [usdPerHour]));
  if (hours.length === 0 || hours.length < profiles.length) return undefined;
  return Math.round((hours.reduce((sum, usd) => sum + usd, 0) / hours.length) * 10_000) / 10_000;
}

function total(items: readonly CostItem[], pick: (item: CostItem) => number): number {
  return cents(items.reduce((sum, item) => sum + pick(item), 0));
}

/** Addresses of an internet-facing load balancer: one in each of its two subnets (Elastic Load Balancing user guide). */
const loadBalancerAddresses = 2;

/** What runs whether anybody logs in or not: control plane, NAT gateway, load balancer, keys. */
function addInfrastructure(book: CostBook, { network }: Deployment, versions: Versions | undefined): void {
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
function addPublicAddresses(
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

/**
 * Machines and their root volumes, at the price of each node's first instance type.
 * @returns mean number of user nodes that run
 */
function addNodes(book: CostBook, deployment: Deployment, activity: Activity, prices: Prices): Quantities {
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
function profileCosts(deployment: Deployment, prices: Prices): ProfileCost[] {
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

/** The instance type that a node group uses first. */
function firstType(node: DeploymentNode): string {
  return node.instance[0] ?? '';
}

/** USD an hour of one machine, spot capacity at its usual discount. */
function machineHour(node: DeploymentNode, price: InstancePrice): number {
  return price.usd * (node.is_spot ? assumptions.spotShare : 1);
}

/**
 * How many users of a profile fit on one machine by what the profile guarantees each; one when it guarantees nothing,
 * because then nothing says that they can share.
 */
function usersPerMachine(profile: Profile, { vcpu, memoryGib }: InstancePrice): number {
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

/** Home volumes and the daily snapshots of them. */
function addHomes(book: CostBook, { profiles }: Deployment, { users, hoursPerUser }: Activity): void {
  const perProfile = users / Math.max(profiles.length, 1);
  const kept = sum(profiles, (profile) => (profile.delete_user_volumes ? 0 : homeGib(profile) * perProfile));
  const passing = sum(profiles, (profile) => (profile.delete_user_volumes ? homeGib(profile) * perProfile : 0));
  const gib = kept + passing * Math.min(hoursPerUser / hoursPerMonth, 1);
  book.add('volumes', 'home volumes', 'volumeGbMonth', withUsers(gib), `${users} of the profiles’ storage_capacity`);
  const filled = Math.round(assumptions.filledShare * 100);
  const snapshots = withUsers(kept * assumptions.filledShare);
  book.add('snapshots', 'snapshots', 'snapshotGbMonth', snapshots, `daily, of home volumes that are ${filled} % full`);
}

/** Image builds, installations of the hub, and the pipelines that start them. */
function addBuilds(book: CostBook, deployment: Deployment, { deployments }: Activity): void {
  const images = imagesOf(deployment).length;
  const part = 'pipelines and builds';
  const large = deployments * images * assumptions.imageBuildMinutes;
  const small = deployments * assumptions.hubInstallMinutes;
  const times = `${deployments} ×`;
  book.add(
    part,
    'image builds',
    'buildLargeMinute',
    withUsers(large),
    `${times} ${images} × ${assumptions.imageBuildMinutes} min on a large machine`,
  );
  book.add(
    part,
    'hub installations',
    'buildSmallMinute',
    withUsers(small),
    `${times} ${assumptions.hubInstallMinutes} min on a small machine`,
  );
  // Each of the two pipelines has one more action, the source, which takes less than a minute and is billed as one.
  const minutes = withUsers(large + small + deployments * 2);
  book.add(part, 'pipelines', 'pipelineMinute', minutes, `${large + small + deployments * 2} action minutes`);
}

/** Logs as they come in and as they are kept, and the images of profiles in the registry. */
function addStored(book: CostBook, deployment: Deployment): void {
  const { logGb, logMonths, logCompression, imageGb } = assumptions;
  book.add('logs', 'new logs', 'logIngestGb', always(logGb), `${logGb} GB, nearly all from the control plane`);
  const kept = always(logGb * logMonths * logCompression);
  book.add('logs', 'kept logs', 'logStorageGbMonth', kept, `${logMonths} months, compressed`);
  const images = imagesOf(deployment).length;
  book.add('registry', 'images', 'registryGbMonth', always(images * imageGb), `${images} × ${imageGb} GB`);
}

function homeGib({ storage_capacity }: Profile): number {
  return storageBytes(storage_capacity) / 2 ** 30;
}

/** Nothing when nobody is there. */
function withUsers(quantity: number): Quantities {
  return { idle: 0, usual: quantity, maximum: quantity };
}

function sum(profiles: readonly Profile[], value: (profile: Profile) => number): number {
  return profiles.reduce((total, profile) => total + value(profile), 0);
}
