import type { Deployment } from '../deployment/deployment.ts';
import type { AwsPorts, Snapshot, Volume } from '../ports/aws-ports.ts';
import { isOf, type ResourceRow, rowOf } from '../resources/resource-types.ts';
import type { Inventory, InventoryItem } from './inventory.ts';
import { foreignOwner, retentionOf } from './retention.ts';
import type { DataSnapshot, DataVolume, LastUse, TeardownData } from './teardown-plan.ts';

/** Which claim a volume or snapshot was made for (kubernetes-sigs/aws-ebs-csi-driver, docs/tagging.md). */
export const claimTag = 'kubernetes.io/created-for/pvc/name';

/** KubeSpawner's claims, by `pvcNameTemplate` of the hub's values. */
const homeClaim = /^claim-/;

/** The chart's claim for the hub's database. */
const databaseClaim = 'hub-db-dir';

/**
 * Tags by which hubs note that a server started or stopped: upstream's of 2022 and of 2024, `2024-05-06 07:08:09[.ffffff]`
 * in UTC.
 */
const useTags = ['server-start-time', 'server-stop-time', 'jupyter-volume-stopping-time'];
const useTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,6})?(\+00:00|Z)?$/;

/** True for a volume that people's data may be on; a machine's own disk ends with its machine. */
export function isDataVolume({ endsWithMachine }: Pick<Volume, 'endsWithMachine'>): boolean {
  return endsWithMachine !== true;
}

/** When a volume was used last, as far as EC2 and the hub's tags tell; EC2 forgets earlier attachments. */
export function lastUseOf({ attachedAt, tags }: Pick<Volume, 'attachedAt' | 'tags'>): LastUse {
  if (attachedAt !== undefined) return { kind: 'now' };
  const times = useTags.flatMap((key) => {
    const match = useTime.exec(tags[key] ?? '');
    const at = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
    return Number.isNaN(at) ? [] : [at];
  });
  return times.length === 0 ? { kind: 'unknown' } : { kind: 'at', at: new Date(Math.max(...times)).toISOString() };
}

/**
 * The data that a teardown would delete, of an inventory. Each is asked for, because a stack that is gone still lists it; the number of
 * accounts is Cognito's.
 * @throws Failure of a service that could not be asked: a plan that leaves out data must not be approved
 */
export async function dataOf(deployment: Deployment, { items }: Inventory, ports: AwsPorts): Promise<TeardownData> {
  const going = items.filter((item) => retentionOf(item, deployment) === undefined);
  const named = async (data: ResourceRow['data'], exists: (name: string) => Promise<boolean>): Promise<string[]> => {
    const names = new Set(going.filter(({ type }) => rowOf(type)?.data === data).map(({ physicalId }) => physicalId));
    const found: string[] = [];
    for (const name of names) if (await exists(name)) found.push(name);
    return found.sort();
  };
  const volumes = going.flatMap(({ volume }) => (volume !== undefined && isDataVolume(volume) ? [toData(volume)] : []));
  const isHome = ({ claim = '' }: DataVolume): boolean => homeClaim.test(claim);
  const isDatabase = ({ claim }: DataVolume): boolean => claim === databaseClaim;
  const pools: TeardownData['pools'] = [];
  for (const id of await named('pools', async () => true)) {
    const pool = await ports.userPools.find(id);
    if (pool !== undefined) pools.push({ id, ...(pool.accounts === undefined ? {} : { accounts: pool.accounts }) });
  }
  const images = new Set((await ports.images.list(deployment.parameters.container_namespace)).map(({ name }) => name));
  return {
    stacks: await livingStacks(going, ports),
    homes: volumes.filter(isHome).sort(byClaim),
    databases: volumes.filter(isDatabase),
    otherVolumes: volumes.filter((volume) => !isHome(volume) && !isDatabase(volume)).sort(byClaim),
    snapshots: going
      .flatMap(({ snapshot }) => (snapshot === undefined ? [] : [toDataSnapshot(snapshot)]))
      .sort(byClaim),
    pools,
    images: await named('images', async (name) => images.has(name)),
    repositories: await named('repositories', async (name) => (await ports.repositories.find(name)) !== undefined),
    logs: await named('logs', async (name) => (await ports.logGroups.find(name)) !== undefined),
    buckets: await named('buckets', ports.buckets.exists),
    foreign: items.flatMap(({ physicalId: id, type, tags }) => {
      const owner = tags === undefined ? undefined : foreignOwner(tags, deployment);
      return owner === undefined ? [] : [{ id, type, owner }];
    }),
  };
}

async function livingStacks(
  items: readonly InventoryItem[],
  ports: Pick<AwsPorts, 'cloudFormation'>,
): Promise<string[]> {
  const names: string[] = [];
  for (const { type, foundIn } of items) {
    if (isOf(type, 'data', 'stacks') && (await ports.cloudFormation.findStack(foundIn)) !== undefined)
      names.push(foundIn);
  }
  return [...new Set(names)].sort();
}

function toData(volume: Volume): DataVolume {
  const { id, sizeGib, createdAt } = volume;
  return {
    id,
    sizeGib,
    ...claimOf(volume),
    ...(createdAt && { createdAt: createdAt.toISOString() }),
    lastUse: lastUseOf(volume),
  };
}

function toDataSnapshot(snapshot: Snapshot): DataSnapshot {
  const { id, volumeId, sizeGib, startedAt } = snapshot;
  return { id, volumeId, sizeGib, ...claimOf(snapshot), ...(startedAt && { startedAt: startedAt.toISOString() }) };
}

function claimOf({ tags }: { tags: Record<string, string> }): { claim?: string } {
  const claim = tags[claimTag];
  return claim === undefined ? {} : { claim };
}

function byClaim(a: { claim?: string; id: string }, b: { claim?: string; id: string }): number {
  const [left, right] = [`${a.claim ?? '~'} ${a.id}`, `${b.claim ?? '~'} ${b.id}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
