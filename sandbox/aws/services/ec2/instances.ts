import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { findById, MISSING } from './describe-page.ts';
import type { Instance, LaunchTemplateVersion, NetworkInterface } from './ec2-resource.ts';
import { after, ec2State, isPast } from './ec2-state.ts';
import { findInstanceType, isOffered } from './instance-types.ts';
import { makeInterface, releaseInterface } from './network-interfaces.ts';
import {
  optionalFlag,
  optionalInteger,
  optionalRecord,
  optionalText,
  recordList,
  textList,
} from './property-values.ts';
import { newId } from './resource-id.ts';
import { attachmentOf, detachVolume, makeVolume } from './volumes.ts';
import { findZone } from './zones.ts';

/** Virtual seconds from the launch to `running`, and from the termination's start to `terminated`. */
const INSTANCE_SECONDS = { start: 30, stop: 40 };
/** A terminated instance stays visible for about an hour (AWSEC2 userguide, terminating-instances.html). */
const VISIBLE_AFTER_TERMINATION = 3600;

export type Launch = {
  subnetId: string;
  /** Overrules the launch template's. */
  instanceType: string | undefined;
  template: { id: string; version: LaunchTemplateVersion };
  /** Added to those of the launch template's tag specification, which win. */
  tags: Record<string, string>;
  /** Used when the launch template names no security group. */
  defaultGroupIds: readonly string[];
  /** Overrules the launch template's. */
  imageId?: string | undefined;
  instanceProfile?: string | undefined;
  /** GiB, when the launch template says nothing. */
  rootVolumeGib?: number | undefined;
};

/**
 * RunInstances for one instance of a launch template (API_RunInstances.html).
 * @throws AwsError Unsupported when the zone does not offer the type, MissingParameter without an image
 */
export function launchInstance(world: AwsWorld, region: string, launch: Launch): Instance {
  const state = ec2State(world, region);
  const subnet = findById(state.subnet, launch.subnetId, MISSING.subnet);
  const { data } = launch.template.version;
  const instanceType = offeredType(
    launch.instanceType ?? optionalText(data, 'InstanceType') ?? 'm1.small',
    region,
    subnet.zone,
  );
  const imageId = launch.imageId ?? optionalText(data, 'ImageId');
  if (imageId === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter ImageId');
  const id = newId('i');
  const held = primaryInterface(world, region, launch, id);
  const instance: Instance = {
    id,
    createdAt: world.clock.now(),
    tags: { ...launch.tags, ...tagsFor(data, 'instance') },
    instanceType,
    imageId,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    privateIp: held.privateIp,
    groupIds: held.groupIds,
    interfaceId: held.id,
    instanceProfile: launch.instanceProfile ?? profileOf(data),
    userData: optionalText(data, 'UserData'),
    launchTemplate: { id: launch.template.id, version: launch.template.version.number },
    runningAt: after(world, INSTANCE_SECONDS.start),
  };
  state.instance.set(id, instance);
  addRootVolume(world, region, instance, data, launch.rootVolumeGib);
  return instance;
}

function primaryInterface(world: AwsWorld, region: string, launch: Launch, instanceId: string): NetworkInterface {
  const { data } = launch.template.version;
  const groupIds = groupsOf(data);
  return makeInterface(world, region, {
    subnetId: launch.subnetId,
    groupIds: groupIds.length > 0 ? groupIds : [...launch.defaultGroupIds],
    description: '',
    attachedTo: instanceId,
    tags: tagsFor(data, 'network-interface'),
  });
}

/**
 * The type, when the table has it and the zone offers it.
 * @throws AwsError InvalidParameterValue, Unsupported
 */
function offeredType(name: string, region: string, zone: string): string {
  const type = findInstanceType(name);
  if (!type) throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  if (!isOffered(type, findZone(region, zone).id)) {
    throw new AwsError(
      'Unsupported',
      `Your requested instance type (${name}) is not supported in your requested Availability Zone (${zone}).`,
    );
  }
  return name;
}

/** Groups stand on the template itself or on its first network interface (API_RequestLaunchTemplateData.html). */
function groupsOf(data: Record<string, unknown>): string[] {
  const direct = textList(data, 'SecurityGroupIds');
  const first = recordList(data, 'NetworkInterfaces')[0] ?? {};
  return direct.length > 0 ? direct : textList(first, 'Groups');
}

function profileOf(data: Record<string, unknown>): string | undefined {
  const profile = optionalRecord(data, 'IamInstanceProfile');
  return optionalText(profile, 'Arn') ?? optionalText(profile, 'Name');
}

function tagsFor(data: Record<string, unknown>, resourceType: string): Record<string, string> {
  const specification = recordList(data, 'TagSpecifications').find((each) => each['ResourceType'] === resourceType);
  return mergeResourceTags(specification?.['Tags'], {});
}

function addRootVolume(
  world: AwsWorld,
  region: string,
  instance: Instance,
  data: Record<string, unknown>,
  defaultGib = 20,
): void {
  const mapping = recordList(data, 'BlockDeviceMappings')[0] ?? {};
  const ebs = optionalRecord(mapping, 'Ebs');
  const volume = makeVolume(world, region, {
    zone: instance.zone,
    sizeGib: optionalInteger(ebs, 'VolumeSize') ?? defaultGib,
    volumeType: optionalText(ebs, 'VolumeType') ?? 'gp3',
    encrypted: optionalFlag(ebs, 'Encrypted', false),
    tags: tagsFor(data, 'volume'),
  });
  volume.attachment = {
    instanceId: instance.id,
    device: optionalText(mapping, 'DeviceName') ?? '/dev/xvda',
    attachedAt: world.clock.now(),
    deleteOnTermination: optionalFlag(ebs, 'DeleteOnTermination', true),
  };
}

/** `pending`, `running`, `shutting-down` or `terminated` (API_InstanceState.html). */
export function instanceState(
  world: AwsWorld,
  instance: Instance,
): { Name: 'pending' | 'running' | 'shutting-down' | 'terminated'; Code: number } {
  if (instance.terminatedAt !== undefined) {
    return isPast(world, instance.terminatedAt)
      ? { Name: 'terminated', Code: 48 }
      : { Name: 'shutting-down', Code: 32 };
  }
  return isPast(world, instance.runningAt) ? { Name: 'running', Code: 16 } : { Name: 'pending', Code: 0 };
}

/**
 * TerminateInstances for one instance: its interface goes, its volumes are detached, and those that are marked so are
 * deleted (API_TerminateInstances.html, AWSEC2 userguide, preserving-volumes-on-termination.html).
 */
export function terminateInstance(world: AwsWorld, region: string, instanceId: string): void {
  const state = ec2State(world, region);
  const instance = state.instance.get(instanceId);
  if (!instance || instance.terminatedAt !== undefined) return;
  instance.terminatedAt = after(world, INSTANCE_SECONDS.stop);
  instance.goneAt = after(world, INSTANCE_SECONDS.stop + VISIBLE_AFTER_TERMINATION);
  releaseInterface(world, region, instance.interfaceId, INSTANCE_SECONDS.stop);
  for (const volume of state.volume.values()) {
    if (attachmentOf(world, volume)?.instanceId !== instanceId) continue;
    detachVolume(world, volume, INSTANCE_SECONDS.stop);
    if (volume.attachment?.deleteOnTermination) volume.goneAt = after(world, INSTANCE_SECONDS.stop);
  }
}
