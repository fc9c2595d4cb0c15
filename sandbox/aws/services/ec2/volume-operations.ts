import type {
  CreateSnapshotRequest,
  CreateSnapshotsRequest,
  CreateSnapshotsResult,
  CreateVolumeRequest,
  DeleteSnapshotRequest,
  DeleteVolumeRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  Snapshot as SdkSnapshot,
  Volume as SdkVolume,
  TagSpecification,
} from '@aws-sdk/client-ec2';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { requestedTags } from '../requested-tags.ts';
import { describePage, findById, MISSING, pickById, tagList } from './describe-page.ts';
import type { Snapshot, Volume } from './ec2-resource.ts';
import { ec2State, isPast } from './ec2-state.ts';
import { attachmentOf, deleteSnapshot, deleteVolume, makeSnapshot, makeVolume, volumeState } from './volumes.ts';

function describeVolumes(input: DescribeVolumesRequest, { world, region }: CallContext): DescribeVolumesResult {
  const volumes = pickById(ec2State(world, region).volume, input.VolumeIds, MISSING.volume);
  const { page, ...rest } = describePage(volumes, input, {
    'volume-id': ({ id }) => id,
    'availability-zone': ({ zone }) => zone,
    'volume-type': ({ volumeType }) => volumeType,
    'snapshot-id': ({ snapshotId }) => snapshotId,
    encrypted: ({ encrypted }) => String(encrypted),
    size: ({ sizeGib }) => String(sizeGib),
    status: (volume) => volumeState(world, volume),
    'attachment.instance-id': (volume) => attachmentOf(world, volume)?.instanceId,
  });
  return { Volumes: page.map((volume) => toSdkVolume(world, volume)), ...rest };
}

function toSdkVolume(world: AwsWorld, volume: Volume): SdkVolume {
  const attachment = attachmentOf(world, volume);
  return {
    VolumeId: volume.id,
    State: volumeState(world, volume),
    Size: volume.sizeGib,
    VolumeType: volume.volumeType as NonNullable<SdkVolume['VolumeType']>,
    AvailabilityZone: volume.zone,
    Encrypted: volume.encrypted,
    CreateTime: volume.createdAt,
    SnapshotId: volume.snapshotId ?? '',
    Iops: volume.iops,
    Throughput: volume.throughput,
    MultiAttachEnabled: false,
    Attachments: attachment
      ? [
          {
            VolumeId: volume.id,
            InstanceId: attachment.instanceId,
            Device: attachment.device,
            State: attachment.until === undefined ? 'attached' : 'detaching',
            AttachTime: attachment.attachedAt,
            DeleteOnTermination: attachment.deleteOnTermination,
          },
        ]
      : [],
    Tags: tagList(volume.tags),
  };
}

function createVolume(input: CreateVolumeRequest, { world, region }: CallContext): SdkVolume {
  const volume = makeVolume(world, region, {
    zone: input.AvailabilityZone ?? '',
    sizeGib: input.Size,
    volumeType: input.VolumeType,
    encrypted: input.Encrypted,
    snapshotId: input.SnapshotId,
    iops: input.Iops,
    throughput: input.Throughput,
    tags: tagsFor(input.TagSpecifications, 'volume'),
  });
  return toSdkVolume(world, volume);
}

/** Tags for what is made; a specification for anything else is refused (API_TagSpecification.html). */
function tagsFor(specifications: TagSpecification[] | undefined, type: string): Record<string, string> {
  const other = specifications?.find(({ ResourceType }) => ResourceType !== type);
  if (other) {
    const message = `'${other.ResourceType}' is not a valid taggable resource type for this operation.`;
    throw new AwsError('InvalidParameterValue', message);
  }
  const tags = (specifications ?? []).flatMap(({ Tags }) => Tags ?? []);
  return requestedTags(tags, { invalid: 'InvalidParameterValue' });
}

function removeVolume(input: DeleteVolumeRequest, { world, region }: CallContext): object {
  deleteVolume(world, region, input.VolumeId);
  return {};
}

/** The snapshots here are all the account's own; other owners, as AWS's public ones, have none. */
function describeSnapshots(input: DescribeSnapshotsRequest, { world, region }: CallContext): DescribeSnapshotsResult {
  const picked = pickById(ec2State(world, region).snapshot, input.SnapshotIds, MISSING.snapshot);
  const own = input.OwnerIds?.some((owner) => owner === 'self' || owner === world.accountId) ?? true;
  const { page, ...rest } = describePage(own ? picked : [], input, {
    'snapshot-id': ({ id }) => id,
    'volume-id': ({ volumeId }) => volumeId,
    'volume-size': ({ sizeGib }) => String(sizeGib),
    'owner-id': () => world.accountId,
    description: ({ description }) => description,
    encrypted: ({ encrypted }) => String(encrypted),
    status: (snapshot) => snapshotState(world, snapshot),
  });
  return { Snapshots: page.map((snapshot) => toSdkSnapshot(world, snapshot)), ...rest };
}

const snapshotState = (world: AwsWorld, snapshot: Snapshot): 'pending' | 'completed' =>
  isPast(world, snapshot.completedAt) ? 'completed' : 'pending';

const toSdkSnapshot = (world: AwsWorld, snapshot: Snapshot): SdkSnapshot => ({
  SnapshotId: snapshot.id,
  VolumeId: snapshot.volumeId,
  VolumeSize: snapshot.sizeGib,
  State: snapshotState(world, snapshot),
  Progress: snapshotState(world, snapshot) === 'completed' ? '100%' : '0%',
  StartTime: snapshot.createdAt,
  Description: snapshot.description,
  Encrypted: snapshot.encrypted,
  OwnerId: world.accountId,
  StorageTier: 'standard',
  Tags: tagList(snapshot.tags),
});

function createSnapshot(input: CreateSnapshotRequest, { world, region }: CallContext): SdkSnapshot {
  const snapshot = makeSnapshot(world, region, {
    volumeId: input.VolumeId,
    description: input.Description ?? '',
    tags: tagsFor(input.TagSpecifications, 'snapshot'),
  });
  return toSdkSnapshot(world, snapshot);
}

/** One snapshot of every volume of an instance; `CopyTagsFromSource: volume` copies their tags (API_CreateSnapshots.html). */
function createSnapshots(input: CreateSnapshotsRequest, { world, region }: CallContext): CreateSnapshotsResult {
  const state = ec2State(world, region);
  const instance = findById(state.instance, input.InstanceSpecification?.InstanceId, MISSING.instance);
  const attached = [...state.volume.values()].filter(
    (volume) => attachmentOf(world, volume)?.instanceId === instance.id,
  );
  const excluded = input.InstanceSpecification?.ExcludeDataVolumeIds ?? [];
  const snapshots = attached
    .filter(
      ({ id, attachment }) =>
        !excluded.includes(id) &&
        !(input.InstanceSpecification?.ExcludeBootVolume && attachment?.device === '/dev/xvda'),
    )
    .map((volume) =>
      makeSnapshot(world, region, {
        volumeId: volume.id,
        description: input.Description ?? '',
        tags: {
          ...(input.CopyTagsFromSource === 'volume' ? volume.tags : {}),
          ...tagsFor(input.TagSpecifications, 'snapshot'),
        },
      }),
    );
  return {
    Snapshots: snapshots.map((snapshot) => ({
      SnapshotId: snapshot.id,
      VolumeId: snapshot.volumeId,
      VolumeSize: snapshot.sizeGib,
      State: 'pending',
      StartTime: snapshot.createdAt,
      Description: snapshot.description,
      OwnerId: world.accountId,
      Tags: tagList(snapshot.tags),
    })),
  };
}

function removeSnapshot(input: DeleteSnapshotRequest, { world, region }: CallContext): object {
  deleteSnapshot(world, region, input.SnapshotId);
  return {};
}

/** EC2's operations on EBS volumes and snapshots. */
export const volumeOperations = {
  DescribeVolumes: describeVolumes,
  CreateVolume: createVolume,
  DeleteVolume: removeVolume,
  DescribeSnapshots: describeSnapshots,
  CreateSnapshot: createSnapshot,
  CreateSnapshots: createSnapshots,
  DeleteSnapshot: removeSnapshot,
} satisfies Record<string, Operation>;
