import { randomUUID } from 'node:crypto';
import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';
import type { Instance } from '../ec2/ec2-resource.ts';
import { ec2State, isPast } from '../ec2/ec2-state.ts';
import { instanceState, launchInstance, terminateInstance } from '../ec2/instances.ts';
import { findTemplateVersion } from '../ec2/launch-templates.ts';

export type GroupTag = { value: string; propagateAtLaunch: boolean };

export type AutoScalingGroup = {
  readonly name: string;
  readonly arn: string;
  minSize: number;
  maxSize: number;
  desiredCapacity: number;
  launchTemplate: { id: string | undefined; name: string | undefined; version: string | undefined };
  /** Instance types of a mixed instances policy, the preferred one first; empty = the template's own. */
  instanceTypes: string[];
  subnetIds: string[];
  targetGroupArns: string[];
  tags: Map<string, GroupTag>;
  instanceIds: string[];
  createdAt: Date;
  /** Set when deletion starts; from then on the group has the status `Delete in progress`. */
  goneAt?: Date;
  deletionProtection: string;
  /** What a managed node group adds to the launch template; absent for groups of a template. */
  managed?: { defaultGroupIds: string[]; imageId: string; instanceProfile: string; rootVolumeGib: number };
};

const autoScalingStateKey: StateKey<Map<string, AutoScalingGroup>> = { id: 'auto-scaling', create: () => new Map() };

/** The region's groups by name, without those whose deletion has finished. */
export function autoScalingGroups(world: AwsWorld, region: string): Map<string, AutoScalingGroup> {
  const groups = world.state(autoScalingStateKey, region);
  for (const [name, { goneAt }] of groups) if (goneAt !== undefined && isPast(world, goneAt)) groups.delete(name);
  return groups;
}

/** @throws AwsError ValidationError */
export function findGroup(world: AwsWorld, region: string, name: string | undefined): AutoScalingGroup {
  const group = autoScalingGroups(world, region).get(name ?? '');
  if (!group) {
    throw new AwsError('ValidationError', `AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
  }
  return group;
}

export type NewGroup = Omit<AutoScalingGroup, 'arn' | 'instanceIds' | 'createdAt' | 'goneAt'>;

/**
 * CreateAutoScalingGroup: starts the desired number of instances (API_CreateAutoScalingGroup.html).
 * @throws AwsError AlreadyExists, ValidationError
 */
export function makeGroup(world: AwsWorld, region: string, made: NewGroup): AutoScalingGroup {
  const groups = autoScalingGroups(world, region);
  if (groups.has(made.name)) {
    throw new AwsError(
      'AlreadyExists',
      `AutoScalingGroup by this name already exists - A group with the name ${made.name} already exists`,
    );
  }
  if (made.subnetIds.length === 0) {
    throw new AwsError('ValidationError', 'At least one Availability Zone or VPC Subnet is required.');
  }
  checkSizes(made);
  findTemplateVersion(world, region, made.launchTemplate);
  const group: AutoScalingGroup = {
    ...made,
    arn: `arn:aws:autoscaling:${region}:${world.accountId}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${made.name}`,
    instanceIds: [],
    createdAt: world.clock.now(),
  };
  startMissing(world, region, group);
  groups.set(group.name, group);
  return group;
}

/** @throws AwsError ValidationError, as CreateAutoScalingGroup words it */
export function checkSizes({
  minSize,
  maxSize,
  desiredCapacity,
}: Pick<AutoScalingGroup, 'minSize' | 'maxSize' | 'desiredCapacity'>): void {
  if (minSize > maxSize) {
    throw new AwsError(
      'ValidationError',
      `Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`,
    );
  }
  if (desiredCapacity < minSize || desiredCapacity > maxSize) {
    throw new AwsError(
      'ValidationError',
      `Desired capacity:${desiredCapacity} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
}

/** The group's instances that are not on their way out. */
export function instancesOf(world: AwsWorld, region: string, group: AutoScalingGroup): Instance[] {
  const { instance } = ec2State(world, region);
  return group.instanceIds
    .map((id) => instance.get(id))
    .filter((each) => each !== undefined)
    .filter((each) => each.terminatedAt === undefined);
}

/**
 * Sets the desired capacity and starts or ends instances for it; the newest go first, which keeps the ones with work.
 * @throws AwsError ValidationError outside the group's bounds (API_SetDesiredCapacity.html)
 */
export function setDesiredCapacity(world: AwsWorld, region: string, group: AutoScalingGroup, desired: number): void {
  if (desired > group.maxSize) {
    throw new AwsError(
      'ValidationError',
      `New SetDesiredCapacity value ${desired} is above max value ${group.maxSize} for the AutoScalingGroup.`,
    );
  }
  if (desired < group.minSize) {
    throw new AwsError(
      'ValidationError',
      `New SetDesiredCapacity value ${desired} is below min value ${group.minSize} for the AutoScalingGroup.`,
    );
  }
  group.desiredCapacity = desired;
  startMissing(world, region, group);
  for (const { id } of instancesOf(world, region, group).slice(desired)) terminateInstance(world, region, id);
}

/** Ends one instance and lowers the desired capacity with it, as the Cluster Autoscaler does. */
export function terminateInGroup(world: AwsWorld, region: string, group: AutoScalingGroup, instanceId: string): void {
  terminateInstance(world, region, instanceId);
  group.desiredCapacity = Math.max(group.minSize, group.desiredCapacity - 1);
  startMissing(world, region, group);
}

/** Ends one instance and starts another in its place, by the group's present template. */
export function replaceInstance(world: AwsWorld, region: string, group: AutoScalingGroup, instanceId: string): void {
  terminateInstance(world, region, instanceId);
  startMissing(world, region, group);
}

function startMissing(world: AwsWorld, region: string, group: AutoScalingGroup): void {
  const { template, version } = findTemplateVersion(world, region, group.launchTemplate);
  const missing = group.desiredCapacity - instancesOf(world, region, group).length;
  const propagated = [...group.tags].filter(([, { propagateAtLaunch }]) => propagateAtLaunch);
  for (let index = 0; index < missing; index++) {
    // Zones are kept in balance (autoscaling/ec2/userguide/auto-scaling-benefits.html).
    const subnetId = group.subnetIds[group.instanceIds.length % group.subnetIds.length] ?? '';
    const instance = launchInstance(world, region, {
      subnetId,
      instanceType: group.instanceTypes[0],
      template: { id: template.id, version },
      tags: {
        ...Object.fromEntries(propagated.map(([key, { value }]) => [key, value])),
        'aws:autoscaling:groupName': group.name,
      },
      defaultGroupIds: group.managed?.defaultGroupIds ?? [],
      imageId: group.managed?.imageId,
      instanceProfile: group.managed?.instanceProfile,
      rootVolumeGib: group.managed?.rootVolumeGib,
    });
    group.instanceIds.push(instance.id);
  }
}

/**
 * Starts deleting a group with its instances; what is gone already is no error.
 * @param seconds virtual seconds after which nothing of it is left
 * @throws AwsError ResourceInUse under deletion protection (API_CreateAutoScalingGroup.html, DeletionProtection)
 */
export function removeGroup(world: AwsWorld, region: string, name: string, seconds: number): void {
  const group = autoScalingGroups(world, region).get(name);
  if (!group || group.goneAt !== undefined) return;
  if (group.deletionProtection === 'prevent-all-deletion') {
    throw new AwsError(
      'ResourceInUse',
      `The delete operation cannot proceed because ${name} has deletion protection enabled.`,
    );
  }
  for (const { id } of instancesOf(world, region, group)) terminateInstance(world, region, id);
  group.goneAt = new Date(world.clock.now().getTime() + seconds * 1000);
}

/** `Pending`, `InService` or `Terminating` (autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html). */
export function lifecycleState(world: AwsWorld, instance: Instance): 'Pending' | 'InService' | 'Terminating' {
  const { Name } = instanceState(world, instance);
  return Name === 'pending' ? 'Pending' : Name === 'running' ? 'InService' : 'Terminating';
}
