import type { Deployment } from '../deployment/deployment.ts';
import { physicalNames } from '../deployment/names.ts';
import type { AwsPorts, ResourceIdentity, Snapshot, Tag, Volume } from '../ports/aws-ports.ts';
import { type ArnPlace, arnOf, identityOfArn } from '../resources/resource-arn.ts';
import { resourceRows } from '../resources/resource-types.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import { deploymentTag } from './retention.ts';

/** One thing that belongs to the deployment, or may do so; whether it is still there is not said here. */
export type InventoryItem = ResourceIdentity & {
  arn: string;
  /** A stack's name, `tags` or `names`. */
  foundIn: string;
  /** The stack it is a resource of. */
  stack?: StackKind;
  /** GiB, for volumes and snapshots. */
  sizeGib?: number;
  /** Of volumes and snapshots. */
  tags?: Record<string, string>;
  volume?: Volume;
  snapshot?: Snapshot;
};

export type Inventory = {
  /** Each resource once. */
  items: InventoryItem[];
  /** Id of each stack, also of one that was deleted before; absent when there never was one that AWS remembers. */
  stackIds: Map<StackKind, string>;
};

/** Volumes and snapshots carry the first from the CSI driver, the second from the stacks; either is enough. */
export function ownershipTags(deployment: Pick<Deployment, 'name'>): Tag[] {
  return [
    { key: `kubernetes.io/cluster/${deployment.name}-cluster`, value: 'owned' },
    { key: deploymentTag, value: deployment.name },
  ];
}

/**
 * Everything that belongs to the deployment: the resources of its stacks (of deleted ones too, which AWS remembers for
 * 90 days), what carries its tags, and what would have its names. Taken before anything is deleted.
 */
export async function takeInventory(
  deployment: Deployment,
  stacks: readonly Pick<Stack, 'kind' | 'name'>[],
  ports: AwsPorts,
): Promise<Inventory> {
  const place = { accountId: deployment.aws.account_id, region: deployment.aws.region };
  const stackIds = new Map<StackKind, string>();
  const [inStacks, volumes, snapshots, tagged, pools] = await Promise.all([
    Promise.all(stacks.map((stack) => stackItems(stack, ports, place, stackIds))),
    findVolumes(deployment, ports),
    findSnapshots(deployment, ports),
    ports.tagging.findArns({ key: deploymentTag, value: deployment.name }),
    ports.userPools.findByName(`${deployment.name}-cluster`),
  ]);
  const images = await ports.images.list(deployment.parameters.container_namespace);
  const named: ResourceIdentity[] = [
    ...expectedNames(deployment),
    ...pools.map((physicalId) => ({ type: 'AWS::Cognito::UserPool', physicalId })),
    ...images.map(({ name }) => ({ type: 'AWS::ECR::Repository', physicalId: name })),
  ];
  const items = [
    ...inStacks.flat(),
    ...volumes.map(volumeItem),
    ...snapshots.map(snapshotItem),
    ...tagged.map((arn) => ({ ...(identityOfArn(arn) ?? unknownType(arn)), arn, foundIn: 'tags' })),
    ...named.map((identity) => ({ ...identity, arn: arnOf(identity, place), foundIn: 'names' })),
  ];
  return { items: eachOnce(items), stackIds };
}

/** The deployment's volumes by either tag, each once. */
export async function findVolumes(deployment: Deployment, ports: Pick<AwsPorts, 'volumes'>): Promise<Volume[]> {
  const found = await Promise.all(ownershipTags(deployment).map((tag) => ports.volumes.find(tag)));
  return byId(found.flat());
}

/** The deployment's snapshots by either tag, each once. */
export async function findSnapshots(deployment: Deployment, ports: Pick<AwsPorts, 'volumes'>): Promise<Snapshot[]> {
  const found = await Promise.all(ownershipTags(deployment).map((tag) => ports.volumes.findSnapshots(tag)));
  return byId(found.flat());
}

async function stackItems(
  { kind, name }: Pick<Stack, 'kind' | 'name'>,
  { cloudFormation }: AwsPorts,
  place: ArnPlace,
  stackIds: Map<StackKind, string>,
): Promise<InventoryItem[]> {
  const id = (await cloudFormation.findStack(name))?.id ?? (await cloudFormation.findDeletedStackId(name));
  if (id === undefined) return [];
  stackIds.set(kind, id);
  const resources = await cloudFormation.listResources(id);
  const items = resources
    .filter(({ physicalId }) => physicalId !== '')
    .map(({ type, physicalId }) => {
      const identity = { type, physicalId };
      return { ...identity, arn: arnOf(identity, place), foundIn: name, stack: kind };
    });
  return [{ type: 'AWS::CloudFormation::Stack', physicalId: id, arn: id, foundIn: name, stack: kind }, ...items];
}

/** A volume as an item of the inventory. */
export function volumeItem(volume: Volume): InventoryItem {
  const { id, arn, sizeGib, tags } = volume;
  return { type: 'AWS::EC2::Volume', physicalId: id, arn, foundIn: 'tags', sizeGib, tags, volume };
}

/** A snapshot as an item of the inventory. */
export function snapshotItem(snapshot: Snapshot): InventoryItem {
  const { id, arn, sizeGib, tags } = snapshot;
  return { type: 'AWS::EC2::Snapshot', physicalId: id, arn, foundIn: 'tags', sizeGib, tags, snapshot };
}

/** Kept on the list, so that the receipt says that nobody could tell. */
function unknownType(arn: string): ResourceIdentity {
  return { type: `unknown type of ${arn.split(':')[2] ?? 'service'}`, physicalId: arn };
}

/**
 * The first finding of a resource counts: stacks before tags before names, volumes with their sizes before bare tags.
 * Its ARN may come from a later one, because a stack knows only the physical id of some types.
 */
function eachOnce(items: readonly InventoryItem[]): InventoryItem[] {
  const found = new Map<string, InventoryItem>();
  for (const item of items) {
    const key = `${item.type} ${item.physicalId}`;
    const first = found.get(key);
    if (first === undefined) found.set(key, item);
    else if (!first.arn.startsWith('arn:')) found.set(key, { ...first, arn: item.arn });
  }
  return [...found.values()];
}

function byId<T extends { id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** What would have the deployment's names, whether or not it exists: proof by name, for a second run after the stacks. */
function expectedNames(deployment: Deployment): ResourceIdentity[] {
  return physicalNames(deployment).flatMap(({ id, name }) => {
    const type = resourceRows.find(({ nameIds }) => nameIds !== 'none' && id.startsWith(nameIds))?.type;
    return type === undefined ? [] : [{ type, physicalId: name }];
  });
}
