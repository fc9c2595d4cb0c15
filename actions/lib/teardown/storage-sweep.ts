import { pollUntil } from '../engine/poll.ts';
import type { StepDone } from '../engine/ready-pool.ts';
import { isTransient, withRetry } from '../engine/retry.ts';
import { Failure } from '../failure.ts';
import type { Snapshot, Volume } from '../ports/aws-ports.ts';
import { findSnapshots, findVolumes } from './inventory.ts';
import {
  deploymentTag,
  type FinalSnapshotReason,
  finalSnapshotTag,
  foreignOwner,
  isMarkedAsKept,
} from './retention.ts';
import { mayDeleteSnapshot, mayDeleteVolume, usedVolumes } from './sealed-consent.ts';
import type { TeardownContext } from './teardown-context.ts';
import { claimTag, isDataVolume } from './teardown-data.ts';

/** EBS detaches the volumes of a terminated instance within a few minutes; a longer hold is somebody else's. */
const detachMilliseconds = 10 * 60_000;

/** What a sweep needs beside the context: randomness for its back-off. */
export type Sweeping = TeardownContext & { random: () => number };

/** Tags of a volume that its final snapshot carries on, so that people recognize whose it is. */
const keptTags = ['Name', claimTag, 'kubernetes.io/created-for/pvc/namespace'];

/**
 * Makes the final snapshots and waits until all are complete: of every volume with data when that is declared; in any case
 * of those that were used, or appeared, after the plan that was approved. A volume that already has one, from an
 * interrupted run, gets no second one.
 * @throws Failure `SnapshotFailed` when one ends in error; then nothing is deleted
 */
export async function makeFinalSnapshots(context: Sweeping): Promise<StepDone> {
  const { deployment, ports } = context;
  if (!deployment.retain.final_snapshots && context.consent === undefined) return notAskedFor;
  const found = await findSnapshots(deployment, ports);
  const volumes = (await findVolumes(deployment, ports)).filter(
    (volume) => isDataVolume(volume) && foreignOwner(volume.tags, deployment) === undefined,
  );
  const reasons = snapshotReasons(context, volumes, found);
  if (reasons.size === 0 && !deployment.retain.final_snapshots) return notAskedFor;
  const existing = found.filter(isFinal);
  const covered = new Set(existing.filter(({ state }) => state !== 'error').map(({ volumeId }) => volumeId));
  const wanted = volumes.filter(({ id, state }) => reasons.has(id) && state !== 'deleting');
  const made = wanted.filter(({ id }) => !covered.has(id));
  for (const volume of made) {
    await patiently(context, () => snapshot(volume, reasons.get(volume.id) ?? 'true', context));
  }
  const needed = wanted.map(({ id }) => id);
  await pollUntil('the final snapshots', context.patience, async () => {
    const snapshots = (await findSnapshots(deployment, ports)).filter(isFinal);
    return needed.every((id) => isSaved(id, snapshots)) ? { value: true } : undefined;
  });
  const detail = `${made.length} made, ${volumes.length} volumes in all.`;
  return { change: made.length === 0 ? 'unchanged' : 'made', detail };
}

const notAskedFor: StepDone = { outcome: 'skipped', change: 'not asked for', detail: 'retain.final_snapshots is off.' };

/** Which volumes get a final snapshot, and why. */
function snapshotReasons(
  { deployment, consent }: Sweeping,
  volumes: readonly Volume[],
  snapshots: readonly Snapshot[],
): Map<string, FinalSnapshotReason> {
  const reasons = new Map<string, FinalSnapshotReason>();
  if (deployment.retain.final_snapshots) for (const { id } of volumes) reasons.set(id, 'true');
  if (consent === undefined) return reasons;
  const used = new Set([...consent.usedSince, ...usedVolumes(volumes, snapshots, consent.sealedAt)]);
  for (const volume of volumes) {
    if (used.has(volume.id)) reasons.set(volume.id, 'used');
    if (!mayDeleteVolume(volume, consent)) reasons.set(volume.id, 'appeared');
  }
  return reasons;
}

/**
 * Deletes the volumes, except marked ones, as soon as nothing holds them any more.
 * @throws Failure `VolumeHeld` when one stays attached although its cluster is gone
 */
export async function deleteVolumes(context: Sweeping): Promise<StepDone> {
  const { deployment, ports, patience, consent } = context;
  const mayGo = (volume: Volume): boolean =>
    !isMarkedAsKept(volume.tags) &&
    foreignOwner(volume.tags, deployment) === undefined &&
    mayDeleteVolume(volume, consent);
  const detachedBy = patience.clock.now().getTime() + detachMilliseconds;
  let deleted = 0;
  let kept = 0;
  await pollUntil('the volumes to be deleted', patience, async () => {
    const volumes = await findVolumes(deployment, ports);
    const wanted = volumes.filter(mayGo);
    kept = volumes.length - wanted.length;
    for (const { id, state } of wanted) {
      if (state === 'in-use' && patience.clock.now().getTime() > detachedBy) throw volumeHeld(id);
      if (state !== 'available' && state !== 'error') continue;
      await patiently(context, () => ports.volumes.delete(id));
      deleted += 1;
    }
    return wanted.length === 0 ? { value: true } : undefined;
  });
  return swept(deleted, kept, 'volume');
}

/** Deletes the snapshots, except marked and final ones. */
export async function deleteSnapshots(context: Sweeping): Promise<StepDone> {
  const { deployment, ports, consent } = context;
  const snapshots = await findSnapshots(deployment, ports);
  const kept = (found: Snapshot): boolean => {
    if (isMarkedAsKept(found.tags) || foreignOwner(found.tags, deployment) !== undefined) return true;
    if (isFinal(found) && (deployment.retain.final_snapshots || found.tags[finalSnapshotTag] !== 'true')) return true;
    return !mayDeleteSnapshot(found, consent);
  };
  const wanted = snapshots.filter((found) => !kept(found));
  const failures: Failure[] = [];
  for (const { id } of wanted) {
    try {
      await patiently(context, () => ports.volumes.deleteSnapshot(id));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'InvalidSnapshot.InUse') throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first !== undefined) throw first;
  return swept(wanted.length, snapshots.length - wanted.length, 'snapshot');
}

function snapshot(volume: Volume, reason: FinalSnapshotReason, { deployment, ports }: Sweeping): Promise<Snapshot> {
  const tags = { [deploymentTag]: deployment.name, [finalSnapshotTag]: reason };
  const own = keptTags.flatMap((key) => (volume.tags[key] === undefined ? [] : [[key, volume.tags[key]]]));
  const description = `Last state of ${volume.id} before ${deployment.name} was destroyed`;
  return ports.volumes.createSnapshot(volume.id, description, { ...Object.fromEntries(own), ...tags });
}

/** @throws Failure `SnapshotFailed` when all final snapshots of the volume ended in error */
function isSaved(volumeId: string, finalSnapshots: readonly Snapshot[]): boolean {
  const own = finalSnapshots.filter((found) => found.volumeId === volumeId);
  if (own.some(({ state }) => state === 'completed')) return true;
  const [broken] = own.filter(({ state }) => state === 'error');
  if (broken !== undefined && own.every(({ state }) => state === 'error')) throw snapshotFailed(broken);
  return false;
}

function isFinal({ tags }: Snapshot): boolean {
  return finalSnapshotTag in tags;
}

/** EC2 has no batch call for either, and small request buckets (Amazon EC2 API, "Request throttling"). */
function patiently<T>({ patience, random }: Sweeping, work: () => Promise<T>): Promise<T> {
  return withRetry(work, {
    clock: patience.clock,
    random,
    attempts: 6,
    baseMilliseconds: 1_000,
    capMilliseconds: 20_000,
    isRetryable: (failure) => isTransient(failure) || failure.code === 'SnapshotCreationPerVolumeRateExceeded',
    ...(patience.signal === undefined ? {} : { signal: patience.signal }),
  });
}

function swept(deleted: number, kept: number, noun: string): StepDone {
  const detail = `${deleted} ${noun}${deleted === 1 ? '' : 's'} deleted, ${kept} kept.`;
  return deleted === 0 ? { change: 'unchanged', detail } : { change: 'deleted', detail };
}

function snapshotFailed({ id, volumeId }: Snapshot): Failure {
  return new Failure({
    code: 'SnapshotFailed',
    source: 'aws',
    message: `The final snapshot ${id} of volume ${volumeId} ended in error, so nothing was deleted.`,
    hint: 'Run again, or set retain.final_snapshots to false to destroy without snapshots.',
  });
}

function volumeHeld(id: string): Failure {
  return new Failure({
    code: 'VolumeHeld',
    source: 'aws',
    message: `Volume ${id} is still attached to an instance, although the cluster is gone.`,
    hint: 'Detach it in the EC2 console, or tag it `do-not-delete` to keep it, then run again.',
  });
}
