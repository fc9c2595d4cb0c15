import { physicalName, physicalNames } from '../deployment/names.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { recordFailure } from '../engine/step-record.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Presence } from '../ports/aws-ports.ts';
import { isOf } from '../resources/resource-types.ts';
import type { StackKind } from '../stacks/stack.ts';
import { findSnapshots, findVolumes, type InventoryItem, snapshotItem, volumeItem } from './inventory.ts';
import { retentionOf, unapproved } from './retention.ts';
import { appearedSince, mayDeleteNamed, mayDeletePool } from './sealed-consent.ts';
import type { TeardownContext } from './teardown-context.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** Questions asked at the same time. */
const concurrency = 8;

/** How often what is on its way out, or not yet out, is asked about again. */
const maxRounds = 24;

/**
 * Asks each resource's own service whether it is there, and again while something is still going. Also takes in volumes
 * and snapshots that were made after the inventory.
 * @returns one verdict per item
 */
export async function verifyInventory(context: TeardownContext): Promise<Verdict[]> {
  const late = await lateItems(context);
  const items = [...context.inventory.items, ...(late instanceof Failure ? [] : late)];
  const statuses = await stackStatuses(context);
  const presences = new Map<string, Presence | Failure>();
  let open = items;
  for (let round = 0; open.length > 0 && round < maxRounds; round += 1) {
    if (round > 0 && !(await waitForNextRound(context))) break;
    await inParallel(open, async (item) => presences.set(item.arn, await askAbout(item, context)));
    open = open.filter((item) => presences.get(item.arn) === 'going');
  }
  const verdicts: Verdict[] = late instanceof Failure ? [notLooked(late)] : [];
  for (const item of items) {
    const stackStatus = statuses.get(statusKey(item));
    const retention =
      retentionOf(item, context.deployment, await storedBytes(item, context)) ??
      (appearedSince(item, context.consent) ? unapproved(item, context.deployment) : undefined);
    verdicts.push(
      verdictOf({
        item,
        presence: presences.get(item.arn) ?? 'unverifiable',
        ...(stackStatus === undefined ? {} : { stackStatus }),
        ...(retention === undefined ? {} : { retention }),
      }),
    );
  }
  return verdicts;
}

async function askAbout({ type, physicalId }: InventoryItem, { ports }: TeardownContext): Promise<Presence | Failure> {
  try {
    if (!isOf(type, 'data', 'stacks')) return await ports.existence.check({ type, physicalId });
    const state = await ports.cloudFormation.findStack(physicalId);
    if (state === undefined || state.status === 'DELETE_COMPLETE') return 'gone';
    return state.status === 'DELETE_IN_PROGRESS' ? 'going' : 'exists';
  } catch (error) {
    return toFailure(error);
  }
}

/** @returns false when there is no time left for another round */
async function waitForNextRound({ patience }: TeardownContext): Promise<boolean> {
  const { clock, pollMilliseconds, deadline, signal } = patience;
  if (signal?.aborted || clock.now().getTime() + pollMilliseconds > deadline.getTime()) return false;
  try {
    await clock.sleep(pollMilliseconds, signal);
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}

/** CloudFormation's last word on each resource of each stack, also of the deleted ones. */
async function stackStatuses({ ports, inventory }: TeardownContext): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  for (const [kind, id] of inventory.stackIds) {
    try {
      for (const { type, physicalId, status } of await ports.cloudFormation.listResources(id)) {
        statuses.set(statusKey({ stack: kind, type, physicalId }), status);
      }
    } catch (error) {
      // Without its list, what only CloudFormation can confirm stays unverified, which the receipt shows.
      if (toFailure(error).source !== 'aws') throw error;
    }
  }
  return statuses;
}

function statusKey({ stack, type, physicalId }: { stack?: StackKind; type: string; physicalId: string }): string {
  return `${stack ?? ''} ${type} ${physicalId}`;
}

/** Volumes and snapshots that the inventory does not have, or why they could not be listed. */
async function lateItems(context: TeardownContext): Promise<InventoryItem[] | Failure> {
  const known = new Set(context.inventory.items.map(({ arn }) => arn));
  try {
    const [volumes, snapshots] = await Promise.all([
      findVolumes(context.deployment, context.ports),
      findSnapshots(context.deployment, context.ports),
    ]);
    const items = [...volumes.map(volumeItem), ...snapshots.map(snapshotItem)];
    return items.filter(({ arn }) => !known.has(arn));
  } catch (error) {
    return toFailure(error);
  }
}

/** Stands for everything that may have been made since the inventory. */
function notLooked(failure: Failure): Verdict {
  const resource = { arn: 'volumes and snapshots made meanwhile', type: 'AWS::EC2::Volume', foundIn: 'tags' };
  return { kind: 'unverified', resource: { ...resource, failure: recordFailure(failure) } };
}

async function storedBytes(
  { type, physicalId }: InventoryItem,
  { ports }: TeardownContext,
): Promise<number | undefined> {
  if (!isOf(type, 'data', 'logs')) return undefined;
  try {
    return (await ports.logGroups.find(physicalId))?.storedBytes;
  } catch (error) {
    // The price of a log group is worth no failure; whether it is there was asked before.
    if (toFailure(error).source !== 'aws') throw error;
    return undefined;
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Closes the sign-up of the pools that stay, so that strangers cannot register and trigger mail. */
export async function closeSignUp({ deployment, ports, consent }: TeardownContext): Promise<StepDone> {
  const found = await ports.userPools.findByName(`${deployment.name}-cluster`);
  const pools = found.filter((id) => deployment.retain.cognito || !mayDeletePool(id, consent));
  if (pools.length === 0 && !deployment.retain.cognito) return { outcome: 'skipped', change: 'not kept' };
  if (pools.length === 0) return { outcome: 'skipped', change: 'already gone' };
  let closed = 0;
  for (const id of pools) {
    if ((await ports.userPools.find(id))?.signUpClosed !== false) continue;
    await ports.userPools.closeSignUp(id);
    closed += 1;
  }
  return { change: closed === 0 ? 'unchanged' : 'closed' };
}

/**
 * Deletes image repositories that no stack has deleted. Those of the deployment's profiles and of the hub are known by
 * name; others count only when the namespace is the deployment's own.
 */
export async function deleteImageRepositories({ deployment, ports, consent }: TeardownContext): Promise<StepDone> {
  const namespace = deployment.parameters.container_namespace;
  const own = new Set(
    physicalNames(deployment)
      .filter(({ id }) => id.startsWith('ecr-'))
      .map(({ name }) => name),
  );
  const found = await ports.images.list(namespace);
  const ours = found.filter(({ name }) => own.has(name) || namespace === `${deployment.name}-container`);
  const wanted = ours.filter(({ name }) => mayDeleteNamed(name, consent));
  for (const { name } of wanted) await ports.images.delete(name);
  return wanted.length === 0 ? { change: 'unchanged' } : { change: 'deleted', detail: list(wanted) };
}

/** Deletes the CodeCommit repositories, unless they are kept. */
export async function deleteRepositories({ deployment, ports, consent }: TeardownContext): Promise<StepDone> {
  if (deployment.retain.code_commit) return { outcome: 'skipped', change: 'retained' };
  const names = ['code-container', 'code-cluster'].map((id) => physicalName(deployment, id));
  const found: { name: string }[] = [];
  for (const name of names) {
    if (!mayDeleteNamed(name, consent) || (await ports.repositories.find(name)) === undefined) continue;
    await ports.repositories.delete(name);
    found.push({ name });
  }
  return found.length === 0 ? { change: 'unchanged' } : { change: 'deleted', detail: list(found) };
}

/** Deletes the log groups, unless they are kept; last, because everything else writes to them. */
export async function deleteLogGroups({ deployment, ports, inventory, consent }: TeardownContext): Promise<StepDone> {
  if (deployment.retain.logs) return { outcome: 'skipped', change: 'retained' };
  const names = inventory.items.filter(({ type }) => isOf(type, 'data', 'logs')).map(({ physicalId }) => physicalId);
  const found: { name: string }[] = [];
  for (const name of new Set(names)) {
    if (!mayDeleteNamed(name, consent) || (await ports.logGroups.find(name)) === undefined) continue;
    await ports.logGroups.delete(name);
    found.push({ name });
  }
  return found.length === 0 ? { change: 'unchanged' } : { change: 'deleted', detail: list(found) };
}

function list(found: readonly { name: string }[]): string {
  return `${found.map(({ name }) => name).join(', ')}.`;
}
