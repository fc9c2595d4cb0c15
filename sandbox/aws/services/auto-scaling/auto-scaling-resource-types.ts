import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import {
  optionalFlag,
  optionalInteger,
  optionalRecord,
  optionalText,
  type Properties,
  recordList,
  requiredText,
  textList,
} from '../ec2/property-values.ts';
import { findTargetGroup } from '../elbv2/elbv2-state.ts';
import { refuseProperties } from '../unsupported-properties.ts';
import {
  type AutoScalingGroup,
  autoScalingGroups,
  checkSizes,
  findGroup,
  type GroupTag,
  instancesOf,
  makeGroup,
  removeGroup,
  replaceInstance,
  setDesiredCapacity,
} from './auto-scaling-state.ts';

function createGroup(request: CreateRequest): ResourceState {
  const { world, region, properties } = request;
  const minSize = size(properties, 'MinSize');
  const group = makeGroup(world, region, {
    name: optionalText(properties, 'AutoScalingGroupName') ?? request.generateName({ maxLength: 255 }),
    minSize,
    maxSize: size(properties, 'MaxSize'),
    desiredCapacity: optionalInteger(properties, 'DesiredCapacity') ?? minSize,
    ...settingsOf(request),
  });
  return { physicalId: group.name, attributes: { AutoScalingGroupARN: group.arn } };
}

function size(properties: Properties, name: string): number {
  const value = optionalInteger(properties, name);
  if (value === undefined) throw new AwsError('ValidationError', `${name} is required.`);
  return value;
}

/** Running instances keep the launch template version they started with, unless an update policy rolls them. */
async function updateGroup(request: UpdateRequest): Promise<ResourceState> {
  const { world, region, properties } = request;
  const group = findGroup(world, region, request.physicalId);
  const before = templateKey(group);
  Object.assign(group, settingsOf(request));
  if (!keepsSizes(request)) {
    const [minSize, maxSize] = [size(properties, 'MinSize'), size(properties, 'MaxSize')];
    const wanted = optionalInteger(properties, 'DesiredCapacity');
    // Without a desired capacity in the template, what a scaler set stays, within the new bounds.
    const desiredCapacity = wanted ?? Math.min(maxSize, Math.max(minSize, group.desiredCapacity));
    checkSizes({ minSize, maxSize, desiredCapacity });
    Object.assign(group, { minSize, maxSize });
    setDesiredCapacity(world, region, group, desiredCapacity);
  }
  const rolling = request.updatePolicy?.['AutoScalingRollingUpdate'];
  if (rolling !== undefined && templateKey(group) !== before)
    await rollInstances(request, group, rolling as Properties);
  return { physicalId: group.name, attributes: { AutoScalingGroupARN: group.arn } };
}

/**
 * What makes CloudFormation roll a group: another template, version or subnet. Other instance types of a mixed instances
 * policy are not in the list (aws-attribute-updatepolicy.html, "These replacement operations occur when").
 */
const templateKey = ({ launchTemplate, subnetIds }: AutoScalingGroup): string =>
  JSON.stringify([launchTemplate, subnetIds]);

/** `IgnoreUnmodifiedGroupSizeProperties` leaves sizes alone that the template did not change (UpdatePolicy). */
function keepsSizes({ updatePolicy, properties, previousProperties }: UpdateRequest): boolean {
  const scheduled = (updatePolicy?.['AutoScalingScheduledAction'] ?? {}) as Properties;
  if (!optionalFlag(scheduled, 'IgnoreUnmodifiedGroupSizeProperties', false)) return false;
  return ['MinSize', 'MaxSize', 'DesiredCapacity'].every(
    (name) => optionalText(properties, name) === optionalText(previousProperties, name),
  );
}

/** Virtual seconds between two batches: the old instances end, the new ones start. */
const BATCH_SECONDS = 60;

/** Replaces the instances in batches; one at a time unless `MaxBatchSize` says otherwise. */
async function rollInstances(
  { world, region }: UpdateRequest,
  group: AutoScalingGroup,
  policy: Properties,
): Promise<void> {
  const batchSize = Math.max(1, optionalInteger(policy, 'MaxBatchSize') ?? 1);
  const old = instancesOf(world, region, group);
  for (let start = 0; start < old.length; start += batchSize) {
    for (const { id } of old.slice(start, start + batchSize)) replaceInstance(world, region, group, id);
    await world.clock.sleep(BATCH_SECONDS, world.closing);
  }
}

/** What would change how instances start and end. */
const UNSUPPORTED = [
  'AvailabilityZones',
  'AvailabilityZoneIds',
  'InstanceId',
  'InstanceLifecyclePolicy',
  'LaunchConfigurationName',
  'LifecycleHookSpecificationList',
  'LoadBalancerNames',
  'MaxInstanceLifetime',
  'TrafficSources',
];

type Settings = Pick<
  AutoScalingGroup,
  'launchTemplate' | 'instanceTypes' | 'subnetIds' | 'targetGroupArns' | 'tags' | 'deletionProtection'
>;

function settingsOf(request: CreateRequest | UpdateRequest): Settings {
  const { world, region, properties } = request;
  refuseProperties('AWS::AutoScaling::AutoScalingGroup', properties, UNSUPPORTED);
  const mixed = optionalRecord(optionalRecord(properties, 'MixedInstancesPolicy'), 'LaunchTemplate');
  const template =
    properties['LaunchTemplate'] === undefined
      ? optionalRecord(mixed, 'LaunchTemplateSpecification')
      : optionalRecord(properties, 'LaunchTemplate');
  if (Object.keys(template).length === 0) {
    throw new AwsError(
      'ValidationError',
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  }
  const targetGroupArns = textList(properties, 'TargetGroupARNs');
  for (const arn of targetGroupArns) findTargetGroup(world, region, arn);
  return {
    launchTemplate: {
      id: optionalText(template, 'LaunchTemplateId'),
      name: optionalText(template, 'LaunchTemplateName'),
      version: optionalText(template, 'Version'),
    },
    instanceTypes: recordList(mixed, 'Overrides').map((each) => requiredText(each, 'InstanceType')),
    subnetIds: textList(properties, 'VPCZoneIdentifier'),
    targetGroupArns,
    tags: tagsOf(request),
    deletionProtection: optionalText(properties, 'DeletionProtection') ?? 'none',
  };
}

/** Stack-level tags reach the instances as well (AWS::AutoScaling::AutoScalingGroup, Tags). */
function tagsOf({ properties, stackTags }: CreateRequest | UpdateRequest): Map<string, GroupTag> {
  const tags = new Map<string, GroupTag>();
  for (const [key, value] of Object.entries(stackTags)) tags.set(key, { value, propagateAtLaunch: true });
  for (const tag of recordList(properties, 'Tags')) {
    tags.set(requiredText(tag, 'Key'), {
      value: optionalText(tag, 'Value') ?? '',
      propagateAtLaunch: optionalFlag(tag, 'PropagateAtLaunch', false),
    });
  }
  return tags;
}

/** The CloudFormation types of Amazon EC2 Auto Scaling that the sandbox has. */
export const autoScalingResourceTypes: ResourceType[] = [
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    // CloudFormation waits for the first instances, and on deletion until all are terminated: about a minute each.
    seconds: { create: 60, update: 10, delete: 60 },
    create: createGroup,
    update: updateGroup,
    // The number of machines is Auto Scaling's own to change (drift-aware-change-sets.html, "AWS-managed properties").
    read({ world, region, physicalId }) {
      const group = autoScalingGroups(world, region).get(physicalId);
      if (group === undefined || group.goneAt !== undefined) return undefined;
      const { minSize, maxSize, subnetIds, targetGroupArns } = group;
      return { MinSize: minSize, MaxSize: maxSize, VPCZoneIdentifier: subnetIds, TargetGroupARNs: targetGroupArns };
    },
    delete: ({ world, region, physicalId }: ExistingRequest) => removeGroup(world, region, physicalId, 50),
  },
];
