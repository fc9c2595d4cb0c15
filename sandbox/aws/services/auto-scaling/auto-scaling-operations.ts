import type {
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  CreateOrUpdateTagsType,
  DescribeTagsType,
  AutoScalingGroup as SdkGroup,
  SetDesiredCapacityType,
  TagsType,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import {
  type AutoScalingGroup,
  autoScalingGroups,
  checkSizes,
  findGroup,
  instancesOf,
  lifecycleState,
  setDesiredCapacity,
} from './auto-scaling-state.ts';

/** Unknown names are left out (API_DescribeAutoScalingGroups.html). */
function describeAutoScalingGroups(
  input: AutoScalingGroupNamesType,
  { world, region }: CallContext,
): AutoScalingGroupsType {
  const wanted = [...autoScalingGroups(world, region).values()]
    .filter(
      ({ name }) =>
        input.AutoScalingGroupNames === undefined ||
        input.AutoScalingGroupNames.length === 0 ||
        input.AutoScalingGroupNames.includes(name),
    )
    .filter((group) => (input.Filters ?? []).every((filter) => matches(group, filter)));
  const { page, nextToken } = tokenPage(wanted, {
    size: input.MaxRecords ?? 50,
    token: input.NextToken,
    errorCode: 'InvalidNextToken',
  });
  return { AutoScalingGroups: page.map((group) => toSdkGroup(world, region, group)), NextToken: nextToken };
}

/** Filters are `tag:KEY`, `tag-key` and `tag-value`, values joined by OR (API_Filter.html). */
function matches(
  { tags }: AutoScalingGroup,
  filter: { Name?: string | undefined; Values?: string[] | undefined },
): boolean {
  const { Name: name = '', Values: values = [] } = filter;
  if (name === 'tag-key') return values.some((value) => tags.has(value));
  if (name === 'tag-value') return [...tags.values()].some(({ value }) => values.includes(value));
  if (name.startsWith('tag:')) return values.includes(tags.get(name.slice('tag:'.length))?.value ?? '\0');
  throw new AwsError('ValidationError', `Filter type ${name} is not correct.`);
}

const toSdkGroup = (world: AwsWorld, region: string, group: AutoScalingGroup): SdkGroup => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  MinSize: group.minSize,
  MaxSize: group.maxSize,
  DesiredCapacity: group.desiredCapacity,
  DefaultCooldown: 300,
  AvailabilityZones: [...new Set(instancesOf(world, region, group).map(({ zone }) => zone))],
  HealthCheckType: 'EC2',
  CreatedTime: group.createdAt,
  VPCZoneIdentifier: group.subnetIds.join(','),
  TargetGroupARNs: group.targetGroupArns,
  ...(group.goneAt === undefined ? {} : { Status: 'Delete in progress' }),
  Instances: instancesOf(world, region, group).map((instance) => ({
    InstanceId: instance.id,
    InstanceType: instance.instanceType,
    AvailabilityZone: instance.zone,
    LifecycleState: lifecycleState(world, instance),
    HealthStatus: 'Healthy',
    ProtectedFromScaleIn: false,
  })),
  Tags: [...group.tags].map(([Key, tag]) => ({
    Key,
    Value: tag.value,
    PropagateAtLaunch: tag.propagateAtLaunch,
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
  })),
});

function updateAutoScalingGroup(input: UpdateAutoScalingGroupType, { world, region }: CallContext): object {
  const group = findGroup(world, region, input.AutoScalingGroupName);
  const [minSize, maxSize] = [input.MinSize ?? group.minSize, input.MaxSize ?? group.maxSize];
  const desiredCapacity = input.DesiredCapacity ?? Math.min(maxSize, Math.max(minSize, group.desiredCapacity));
  checkSizes({ minSize, maxSize, desiredCapacity });
  Object.assign(group, { minSize, maxSize });
  setDesiredCapacity(world, region, group, desiredCapacity);
  return {};
}

function setCapacity(input: SetDesiredCapacityType, { world, region }: CallContext): object {
  const group = findGroup(world, region, input.AutoScalingGroupName);
  setDesiredCapacity(world, region, group, input.DesiredCapacity ?? group.desiredCapacity);
  return {};
}

/** Filters: `auto-scaling-group`, `key`, `value`, `propagate-at-launch` (API_DescribeTags.html). */
function describeTags(input: DescribeTagsType, { world, region }: CallContext): TagsType {
  const all = [...autoScalingGroups(world, region).values()].flatMap((group) =>
    [...group.tags].map(([Key, tag]) => ({
      Key,
      Value: tag.value,
      PropagateAtLaunch: tag.propagateAtLaunch,
      ResourceId: group.name,
      ResourceType: 'auto-scaling-group',
    })),
  );
  const readers: Record<string, (tag: (typeof all)[number]) => string> = {
    'auto-scaling-group': (tag) => tag.ResourceId,
    key: (tag) => tag.Key,
    value: (tag) => tag.Value,
    'propagate-at-launch': (tag) => String(tag.PropagateAtLaunch),
  };
  const wanted = all.filter((tag) =>
    (input.Filters ?? []).every(({ Name = '', Values = [] }) => {
      const read = readers[Name];
      if (!read) throw new AwsError('ValidationError', `Filter type ${Name} is not correct.`);
      return Values.includes(read(tag));
    }),
  );
  const { page, nextToken } = tokenPage(wanted, {
    size: input.MaxRecords ?? 50,
    token: input.NextToken,
    errorCode: 'InvalidNextToken',
  });
  return { Tags: page, NextToken: nextToken };
}

function createOrUpdateTags(input: CreateOrUpdateTagsType, { world, region }: CallContext): object {
  requestedTags(input.Tags, { invalid: 'ValidationError' });
  for (const tag of input.Tags ?? []) {
    // "The only supported value is auto-scaling-group" (API_Tag.html)
    if (tag.ResourceType !== 'auto-scaling-group') {
      throw new AwsError('ValidationError', `Tag resource type ${tag.ResourceType} is not supported.`);
    }
    const group = findGroup(world, region, tag.ResourceId);
    group.tags.set(tag.Key ?? '', { value: tag.Value ?? '', propagateAtLaunch: tag.PropagateAtLaunch ?? false });
  }
  return {};
}

/** Auto Scaling's operations. */
export const autoScalingOperations = {
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
  SetDesiredCapacity: setCapacity,
  DescribeTags: describeTags,
  CreateOrUpdateTags: createOrUpdateTags,
} satisfies Record<string, Operation>;
