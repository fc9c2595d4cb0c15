import type {
  DescribeSnapshotsResult,
  DescribeTagsResult,
  DescribeVolumesResult,
  Snapshot,
  Volume,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountFixture, openAccount, refusalOf } from './account-fixture.ts';
import { ec2ResourceTypes } from './ec2-resource-types.ts';
import { ec2Service } from './ec2-service.ts';

let account: AccountFixture;
beforeEach(() => {
  account = openAccount(ec2ResourceTypes);
});
afterEach(() => account.close());

const createVolume = (tags: Record<string, string> = {}, Size = 10) =>
  account.call<Volume>(ec2Service, 'CreateVolume', {
    AvailabilityZone: 'us-west-2a',
    Size,
    VolumeType: 'gp3',
    TagSpecifications: [{ ResourceType: 'volume', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }],
  });
const volumes = async (input: object = {}) =>
  (await account.call<DescribeVolumesResult>(ec2Service, 'DescribeVolumes', input)).Volumes ?? [];

describe('a volume', () => {
  it('is creating, available, deleting and gone', async () => {
    const { VolumeId } = await createVolume();
    expect(await volumes()).toMatchObject([{ VolumeId, State: 'creating', Iops: 3000 }]);
    expect((await refusalOf(account.call(ec2Service, 'DeleteVolume', { VolumeId }))).code).toBe('IncorrectState');
    account.clock.advance(5);
    expect(await volumes()).toMatchObject([{ State: 'available' }]);
    await account.call(ec2Service, 'DeleteVolume', { VolumeId });
    expect(await volumes()).toMatchObject([{ State: 'deleting' }]);
    account.clock.advance(20);
    expect(await volumes()).toEqual([]);
    expect((await refusalOf(account.call(ec2Service, 'DeleteVolume', { VolumeId }))).code).toBe(
      'InvalidVolume.NotFound',
    );
  });

  it.each([
    [{ AvailabilityZone: 'us-west-2a' }, 'MissingParameter'],
    [{ AvailabilityZone: 'us-west-2x', Size: 1 }, 'InvalidParameterValue'],
    [{ AvailabilityZone: 'us-west-2a', Size: 0 }, 'InvalidParameterValue'],
    [{ AvailabilityZone: 'us-west-2a', SnapshotId: 'snap-0' }, 'InvalidSnapshot.NotFound'],
  ])('cannot be made of %j', async (input, code) => {
    expect((await refusalOf(account.call(ec2Service, 'CreateVolume', input))).code).toBe(code);
  });
});

describe('filters', () => {
  const found = async (...Filters: { Name: string; Values: string[] }[]) =>
    (await volumes({ Filters })).map(({ Tags }) => Tags?.find(({ Key }) => Key === 'name')?.Value);
  beforeEach(async () => {
    await createVolume({ name: 'sar', pvc: 'claim-ada' });
    await createVolume({ name: 'sar-test', pvc: 'claim-bob' });
    await createVolume({ name: 'a*b' });
  });

  it.each<[string, { Name: string; Values: string[] }[], string[]]>([
    ['match whole values', [{ Name: 'tag:name', Values: ['sar'] }], ['sar']],
    ['take a star as wildcard', [{ Name: 'tag:name', Values: ['sar*'] }], ['sar', 'sar-test']],
    ['take an escaped star as a star', [{ Name: 'tag:name', Values: ['a\\*b'] }], ['a*b']],
    ['take a question mark as one character', [{ Name: 'tag:name', Values: ['sa?'] }], ['sar']],
    ['join values by or', [{ Name: 'tag:name', Values: ['sar', 'a*b'] }], ['sar', 'a*b']],
    ['find keys', [{ Name: 'tag-key', Values: ['pvc'] }], ['sar', 'sar-test']],
    ['are case-sensitive', [{ Name: 'tag:name', Values: ['SAR'] }], []],
    ['take dots as dots', [{ Name: 'tag:name', Values: ['s.r'] }], []],
    [
      'are joined by and',
      [
        { Name: 'tag-key', Values: ['pvc'] },
        { Name: 'tag:name', Values: ['sar-*'] },
      ],
      ['sar-test'],
    ],
  ])('%s', async (_title, filters, names) => {
    expect(await found(...filters)).toEqual(names);
  });

  it('that the operation does not have are refused by name', async () => {
    expect(await refusalOf(volumes({ Filters: [{ Name: 'colour', Values: ['red'] }] }))).toEqual({
      code: 'InvalidParameterValue',
      message: "The filter 'colour' is invalid",
    });
  });
});

it('pages hold MaxResults entries and end without a token', async () => {
  for (let index = 0; index < 12; index++) await createVolume();
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const page: DescribeVolumesResult = await account.call(ec2Service, 'DescribeVolumes', { MaxResults: 5, NextToken });
    sizes.push(page.Volumes?.length ?? 0);
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(sizes).toEqual([5, 5, 2]);
  expect((await refusalOf(volumes({ MaxResults: 5, NextToken: 'x' }))).code).toBe('InvalidNextToken');
  expect((await refusalOf(volumes({ MaxResults: 4 }))).code).toBe('InvalidParameterValue');
});

describe('a snapshot', () => {
  it('is pending at first, outlives its volume, and makes another one', async () => {
    const { VolumeId } = await createVolume({}, 20);
    const { SnapshotId } = await account.call<Snapshot>(ec2Service, 'CreateSnapshot', {
      VolumeId,
      Description: 'final',
    });
    const snapshots = async () =>
      (await account.call<DescribeSnapshotsResult>(ec2Service, 'DescribeSnapshots', { OwnerIds: ['self'] })).Snapshots;
    expect(await snapshots()).toMatchObject([{ SnapshotId, State: 'pending', VolumeSize: 20 }]);
    const restore = (Size?: number) =>
      account.call<Volume>(ec2Service, 'CreateVolume', { AvailabilityZone: 'us-west-2b', SnapshotId, Size });
    expect((await refusalOf(restore())).code).toBe('IncorrectState');
    account.clock.advance(60);
    await account.call(ec2Service, 'DeleteVolume', { VolumeId });
    account.clock.advance(60);
    expect(await snapshots()).toMatchObject([{ SnapshotId, State: 'completed' }]);
    expect((await restore()).Size).toBe(20);
    expect((await refusalOf(restore(10))).message).toBe('Volume of 10GiB is too small.');
    await account.call(ec2Service, 'DeleteSnapshot', { SnapshotId });
    expect(await snapshots()).toEqual([]);
    expect(await refusalOf(account.call(ec2Service, 'DeleteSnapshot', { SnapshotId }))).toEqual({
      code: 'InvalidSnapshot.NotFound',
      message: `The snapshot '${SnapshotId}' does not exist`,
    });
  });
});

it('tags are added, replaced, removed by value, and never begin with aws:', async () => {
  const { VolumeId } = await createVolume({ keep: '1', drop: '2' });
  const tag = (operation: string, Tags: object[]) =>
    account.call(ec2Service, operation, { Resources: [VolumeId], Tags });
  await tag('CreateTags', [{ Key: 'keep', Value: 'new' }]);
  await tag('DeleteTags', [{ Key: 'keep', Value: 'other' }, { Key: 'drop' }]);
  const { Tags } = await account.call<DescribeTagsResult>(ec2Service, 'DescribeTags', {
    Filters: [{ Name: 'resource-id', Values: [VolumeId] }],
  });
  expect(Tags).toEqual([{ Key: 'keep', Value: 'new', ResourceId: VolumeId, ResourceType: 'volume' }]);
  expect((await refusalOf(tag('CreateTags', [{ Key: 'aws:x', Value: '' }]))).code).toBe('InvalidParameterValue');
});

it('instance types, their offerings and zones come from one table', async () => {
  const call = (operation: string, input: object) =>
    account.call<Record<string, unknown[]>>(ec2Service, operation, input);
  const types = await call('DescribeInstanceTypes', { InstanceTypes: ['t3a.xlarge', 'g5.xlarge'] });
  expect(types['InstanceTypes']).toMatchObject([
    { InstanceType: 't3a.xlarge', VCpuInfo: { DefaultVCpus: 4 }, MemoryInfo: { SizeInMiB: 16384 } },
    { InstanceType: 'g5.xlarge', GpuInfo: { Gpus: [{ Count: 1 }] } },
  ]);
  expect(await refusalOf(call('DescribeInstanceTypes', { InstanceTypes: ['t9.huge'] }))).toMatchObject({
    code: 'InvalidInstanceType',
  });
  const offerings = await call('DescribeInstanceTypeOfferings', {
    LocationType: 'availability-zone',
    Filters: [{ Name: 'instance-type', Values: ['m6a.large'] }],
  });
  expect(offerings['InstanceTypeOfferings']).toHaveLength(4);
  const zones = await call('DescribeAvailabilityZones', {});
  expect(zones['AvailabilityZones']).toMatchObject([{ ZoneName: 'us-west-2a', ZoneId: 'usw2-az2' }, {}, {}, {}]);
});
