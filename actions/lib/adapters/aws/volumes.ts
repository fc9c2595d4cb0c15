import {
  CreateSnapshotCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  EC2Client,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  type Snapshot as SdkSnapshot,
  type Tag as SdkTag,
  type Volume as SdkVolume,
} from '@aws-sdk/client-ec2';
import { partitionOf } from '../../deployment/regions.ts';
import type { Snapshot, Tag, Volume, Volumes } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to Amazon EBS, with the few network interfaces that a cluster leaves behind. */
export function connectVolumes(settings: ClientSettings, accountId: string, counter: CallCounter): Volumes {
  const client = counted(new EC2Client(settings), counter);
  const arn = (kind: string, id: string, owner: string): string =>
    `arn:${partitionOf(settings.region)}:ec2:${settings.region}:${owner}:${kind}/${id}`;
  return {
    find: async (tag) => (await describeVolumes(client, tag)).map((found) => toVolume(found, arn, accountId)),
    // A snapshot's ARN has no account in it (Service Authorization Reference, Amazon EC2, `snapshot`).
    findSnapshots: async (tag) => (await describeSnapshots(client, tag)).map((found) => toSnapshot(found, arn)),
    createSnapshot: (volumeId, description, tags) =>
      callAws(`make a snapshot of volume ${volumeId}`, async () => {
        const created = await client.send(
          new CreateSnapshotCommand({
            VolumeId: volumeId,
            Description: description,
            TagSpecifications: [
              { ResourceType: 'snapshot', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
            ],
          }),
        );
        return toSnapshot(created, arn);
      }),
    delete: async (volumeId) => {
      await findInAws(`delete volume ${volumeId}`, ['InvalidVolume.NotFound'], () =>
        client.send(new DeleteVolumeCommand({ VolumeId: volumeId })),
      );
    },
    deleteSnapshot: async (snapshotId) => {
      await findInAws(`delete snapshot ${snapshotId}`, ['InvalidSnapshot.NotFound'], () =>
        client.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId })),
      );
    },
    findUnusedInterfaces: (vpcId) => findUnusedInterfaces(client, vpcId),
    deleteInterface: async (interfaceId) => {
      await findInAws(`delete network interface ${interfaceId}`, ['InvalidNetworkInterfaceID.NotFound'], () =>
        client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: interfaceId })),
      );
    },
  };
}

async function describeVolumes(client: EC2Client, tag: Tag): Promise<SdkVolume[]> {
  return callAws(`list the volumes tagged ${tag.key}`, async () => {
    const found: SdkVolume[] = [];
    const filter = { Filters: [tagFilter(tag)] };
    for await (const page of paginateDescribeVolumes({ client, pageSize: 500 }, filter)) {
      found.push(...(page.Volumes ?? []));
    }
    return found.filter(({ Tags }) => readTags(Tags)[tag.key] === tag.value);
  });
}

async function describeSnapshots(client: EC2Client, tag: Tag): Promise<SdkSnapshot[]> {
  return callAws(`list the snapshots tagged ${tag.key}`, async () => {
    const found: SdkSnapshot[] = [];
    const filter = { OwnerIds: ['self'], Filters: [tagFilter(tag)] };
    for await (const page of paginateDescribeSnapshots({ client, pageSize: 500 }, filter)) {
      found.push(...(page.Snapshots ?? []));
    }
    return found.filter(({ Tags }) => readTags(Tags)[tag.key] === tag.value);
  });
}

async function findUnusedInterfaces(client: EC2Client, vpcId: string): Promise<{ id: string; description: string }[]> {
  return callAws(`list the network interfaces of ${vpcId}`, async () => {
    const found: { id: string; description: string }[] = [];
    const filter = {
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'status', Values: ['available'] },
      ],
    };
    for await (const page of paginateDescribeNetworkInterfaces({ client }, filter)) {
      for (const { NetworkInterfaceId, Description } of page.NetworkInterfaces ?? []) {
        if (NetworkInterfaceId !== undefined) found.push({ id: NetworkInterfaceId, description: Description ?? '' });
      }
    }
    return found;
  });
}

/** EC2 filters take `*` and `?` as wildcards unless escaped, so results are compared exactly once more. */
function tagFilter(tag: Tag): { Name: string; Values: string[] } {
  return { Name: `tag:${tag.key}`, Values: [tag.value.replace(/[*?\\]/g, '\\$&')] };
}

function readTags(tags: readonly SdkTag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

type MakeArn = (kind: string, id: string, owner: string) => string;

function toVolume(volume: SdkVolume, arn: MakeArn, accountId: string): Volume {
  const id = volume.VolumeId ?? '';
  const [attachment] = volume.Attachments ?? [];
  return {
    id,
    arn: arn('volume', id, accountId),
    state: volume.State ?? '',
    sizeGib: volume.Size ?? 0,
    tags: readTags(volume.Tags),
    ...(volume.CreateTime === undefined ? {} : { createdAt: volume.CreateTime }),
    ...(attachment?.AttachTime === undefined ? {} : { attachedAt: attachment.AttachTime }),
    ...(attachment?.DeleteOnTermination === undefined ? {} : { endsWithMachine: attachment.DeleteOnTermination }),
  };
}

function toSnapshot(snapshot: SdkSnapshot, arn: MakeArn): Snapshot {
  const id = snapshot.SnapshotId ?? '';
  return {
    id,
    arn: arn('snapshot', id, ''),
    volumeId: snapshot.VolumeId ?? '',
    state: snapshot.State ?? '',
    sizeGib: snapshot.VolumeSize ?? 0,
    tags: readTags(snapshot.Tags),
    ...(snapshot.StartTime === undefined ? {} : { startedAt: snapshot.StartTime }),
  };
}
