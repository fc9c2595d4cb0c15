import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { quotaValue } from '../service-quotas/service-quotas-state.ts';
import { findById, MISSING } from './describe-page.ts';
import type { Snapshot, Volume } from './ec2-resource.ts';
import { after, ec2State, isPast } from './ec2-state.ts';
import { newId } from './resource-id.ts';
import { findZone } from './zones.ts';

/** Virtual seconds; EBS documents the states, not their length. */
const VOLUME_SECONDS = { create: 5, delete: 20 };
const SNAPSHOT_SECONDS = 60;

export type NewVolume = {
  zone: string;
  sizeGib: number | undefined;
  volumeType?: string | undefined;
  encrypted?: boolean | undefined;
  snapshotId?: string | undefined;
  iops?: number | undefined;
  throughput?: number | undefined;
  tags: Record<string, string>;
};

/**
 * CreateVolume: size or snapshot must be given, and a snapshot's volume cannot be smaller (API_CreateVolume.html).
 * @throws AwsError MissingParameter, InvalidSnapshot.NotFound, InvalidParameterValue, IncorrectState
 */
export function makeVolume(world: AwsWorld, region: string, made: NewVolume): Volume {
  const state = ec2State(world, region);
  const zone = findZone(region, made.zone).name;
  const source =
    made.snapshotId === undefined ? undefined : findById(state.snapshot, made.snapshotId, MISSING.snapshot);
  if (source && !isPast(world, source.completedAt)) {
    throw new AwsError('IncorrectState', `Snapshot ${source.id} is in the pending state`);
  }
  const volumeType = made.volumeType ?? 'gp2';
  const sizeGib = made.sizeGib ?? source?.sizeGib;
  if (sizeGib === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter size/snapshot');
  // gp2 and gp3 volumes have 1 GiB to 16 TiB, gp3 up to 64 TiB (ebs/latest/userguide/general-purpose.html).
  if (sizeGib < Math.max(1, source?.sizeGib ?? 1) || sizeGib > 65_536) {
    throw new AwsError(
      'InvalidParameterValue',
      `Volume of ${sizeGib}GiB is too ${sizeGib > 65_536 ? 'large' : 'small'}.`,
    );
  }
  refuseBeyondQuota(world, region, volumeType, sizeGib);
  const volume: Volume = {
    id: newId('vol'),
    createdAt: world.clock.now(),
    tags: { ...made.tags },
    zone,
    sizeGib,
    volumeType,
    encrypted: made.encrypted ?? source?.encrypted ?? false,
    snapshotId: made.snapshotId,
    iops: made.iops ?? (volumeType === 'gp3' ? 3000 : undefined),
    throughput: made.throughput ?? (volumeType === 'gp3' ? 125 : undefined),
    readyAt: after(world, VOLUME_SECONDS.create),
    attachment: undefined,
  };
  state.volume.set(volume.id, volume);
  return volume;
}

/** Storage of gp3 volumes, existing and new (General Reference, ebs-service.html; AWSEC2 APIReference, errors-overview.html). */
function refuseBeyondQuota(world: AwsWorld, region: string, volumeType: string, sizeGib: number): void {
  if (volumeType !== 'gp3') return;
  const mostTib = quotaValue(world, region, 'ebs', 'L-7A658B76');
  const used = [...ec2State(world, region).volume.values()]
    .filter((volume) => volume.volumeType === 'gp3' && volume.goneAt === undefined)
    .reduce((sum, volume) => sum + volume.sizeGib, 0);
  if (used + sizeGib > mostTib * 1024) {
    throw new AwsError(
      'VolumeLimitExceeded',
      `You have exceeded your maximum gp3 storage limit of ${mostTib} TiB in this region. Please contact AWS Support to request an Elastic Block Store service limit increase.`,
    );
  }
}

/** Where a volume is: attached to an instance that still runs, or free. */
export function attachmentOf(world: AwsWorld, volume: Volume): Volume['attachment'] {
  const { attachment } = volume;
  if (attachment?.until !== undefined && isPast(world, attachment.until)) return undefined;
  return attachment;
}

/** `creating`, `available`, `in-use` or `deleting` (API_Volume.html). */
export function volumeState(world: AwsWorld, volume: Volume): 'creating' | 'available' | 'in-use' | 'deleting' {
  if (attachmentOf(world, volume)) return 'in-use';
  if (volume.goneAt !== undefined) return 'deleting';
  return isPast(world, volume.readyAt) ? 'available' : 'creating';
}

/**
 * AttachVolume: only in the instance's zone (API_AttachVolume.html).
 * @throws AwsError VolumeInUse, InvalidVolume.ZoneMismatch
 */
export function attachVolume(world: AwsWorld, region: string, volumeId: string, instanceId: string): void {
  const state = ec2State(world, region);
  const volume = findById(state.volume, volumeId, MISSING.volume);
  const instance = findById(state.instance, instanceId, MISSING.instance);
  const attachment = attachmentOf(world, volume);
  if (attachment?.instanceId === instanceId && attachment.until === undefined) return;
  if (attachment) throw new AwsError('VolumeInUse', `${volumeId} is already attached to an instance`);
  if (volume.zone !== instance.zone) {
    throw new AwsError(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volumeId}' is not in the same availability zone as instance '${instanceId}'`,
    );
  }
  volume.attachment = { instanceId, device: '/dev/xvdaa', attachedAt: world.clock.now(), deleteOnTermination: false };
}

/** DetachVolume: the volume is available after `seconds`. */
export function detachVolume(world: AwsWorld, volume: Volume, seconds: number): void {
  if (volume.attachment && volume.attachment.until === undefined) volume.attachment.until = after(world, seconds);
}

/**
 * DeleteVolume: only when it is available (API_DeleteVolume.html).
 * @throws AwsError InvalidVolume.NotFound, VolumeInUse, IncorrectState
 */
export function deleteVolume(world: AwsWorld, region: string, volumeId: string | undefined): void {
  const volume = findById(ec2State(world, region).volume, volumeId, [MISSING.volume[0], MISSING.volume[1]]);
  const attachment = attachmentOf(world, volume);
  if (attachment) {
    throw new AwsError('VolumeInUse', `Volume ${volume.id} is currently attached to ${attachment.instanceId}`);
  }
  if (!isPast(world, volume.readyAt)) throw new AwsError('IncorrectState', `The volume '${volume.id}' is 'creating'.`);
  volume.goneAt ??= after(world, VOLUME_SECONDS.delete);
}

/**
 * Deletes a volume as soon as it can be deleted, as somebody does who tries again and again. One that is attached and
 * not about to be detached stays; one that is gone already is no error.
 */
export function deleteWhenFree(world: AwsWorld, region: string, volumeId: string): void {
  const volume = ec2State(world, region).volume.get(volumeId);
  const attachment = volume && attachmentOf(world, volume);
  if (!volume || (attachment && attachment.until === undefined)) return;
  const free = Math.max(world.clock.now().getTime(), volume.readyAt.getTime(), attachment?.until?.getTime() ?? 0);
  volume.goneAt ??= new Date(free + VOLUME_SECONDS.delete * 1000);
}

/**
 * CreateSnapshot: `pending` at first; the volume may be in use (API_CreateSnapshot.html).
 * @throws AwsError InvalidVolume.NotFound
 */
export function makeSnapshot(
  world: AwsWorld,
  region: string,
  made: { volumeId: string | undefined; description: string; tags: Record<string, string> },
): Snapshot {
  const state = ec2State(world, region);
  const volume = findById(state.volume, made.volumeId, MISSING.volume);
  const snapshot: Snapshot = {
    id: newId('snap'),
    createdAt: world.clock.now(),
    tags: { ...made.tags },
    volumeId: volume.id,
    sizeGib: volume.sizeGib,
    description: made.description,
    encrypted: volume.encrypted,
    completedAt: after(world, SNAPSHOT_SECONDS),
  };
  state.snapshot.set(snapshot.id, snapshot);
  return snapshot;
}

/** @throws AwsError InvalidSnapshot.NotFound */
export function deleteSnapshot(world: AwsWorld, region: string, snapshotId: string | undefined): void {
  const { snapshot } = ec2State(world, region);
  snapshot.delete(findById(snapshot, snapshotId, MISSING.snapshot).id);
}
