import type {
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  ResponseLaunchTemplateData,
  Instance as SdkInstance,
} from '@aws-sdk/client-ec2';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { describePage, MISSING, pickById, tagList } from './describe-page.ts';
import type { Instance } from './ec2-resource.ts';
import { ec2State } from './ec2-state.ts';
import { instanceState } from './instances.ts';
import { findTemplateVersion } from './launch-templates.ts';

/** Every instance is its own reservation, as when an Auto Scaling group starts it (API_Reservation.html). */
function describeInstances(input: DescribeInstancesRequest, { world, region }: CallContext): DescribeInstancesResult {
  const instances = pickById(ec2State(world, region).instance, input.InstanceIds, MISSING.instance);
  const { page, ...rest } = describePage(instances, input, {
    'instance-id': ({ id }) => id,
    'instance-state-name': (instance) => instanceState(world, instance).Name,
    'instance-type': ({ instanceType }) => instanceType,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    'availability-zone': ({ zone }) => zone,
    'image-id': ({ imageId }) => imageId,
    'instance.group-id': ({ groupIds }) => groupIds,
    'private-ip-address': ({ privateIp }) => privateIp,
  });
  return {
    Reservations: page.map((instance) => ({
      ReservationId: `r-${instance.id.slice('i-'.length)}`,
      OwnerId: world.accountId,
      Instances: [toSdkInstance(world, instance)],
    })),
    ...rest,
  };
}

const toSdkInstance = (world: AwsWorld, instance: Instance): SdkInstance => ({
  InstanceId: instance.id,
  InstanceType: instance.instanceType as NonNullable<SdkInstance['InstanceType']>,
  ImageId: instance.imageId,
  State: instanceState(world, instance),
  VpcId: instance.vpcId,
  SubnetId: instance.subnetId,
  Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
  PrivateIpAddress: instance.privateIp,
  LaunchTime: instance.createdAt,
  SecurityGroups: instance.groupIds.map((GroupId) => ({ GroupId })),
  ...(instance.instanceProfile === undefined ? {} : { IamInstanceProfile: { Arn: instance.instanceProfile } }),
  Tags: tagList(instance.tags),
});

function describeLaunchTemplates(
  input: DescribeLaunchTemplatesRequest,
  { world, region }: CallContext,
): DescribeLaunchTemplatesResult {
  const all = ec2State(world, region)['launch-template'];
  const picked = pickById(all, input.LaunchTemplateIds, MISSING['launch-template']);
  for (const name of input.LaunchTemplateNames ?? []) {
    if (picked.some((template) => template.name === name)) continue;
    throw new AwsError(
      'InvalidLaunchTemplateName.NotFoundException',
      'At least one of the launch templates specified in the request does not exist.',
    );
  }
  const wanted = picked.filter(({ name }) => input.LaunchTemplateNames?.includes(name) ?? true);
  const { page, ...rest } = describePage(wanted, input, { 'launch-template-name': ({ name }) => name });
  return {
    LaunchTemplates: page.map((template) => ({
      LaunchTemplateId: template.id,
      LaunchTemplateName: template.name,
      CreateTime: template.createdAt,
      DefaultVersionNumber: template.defaultVersion,
      LatestVersionNumber: template.versions.length,
      Tags: tagList(template.tags),
    })),
    ...rest,
  };
}

function describeLaunchTemplateVersions(
  input: DescribeLaunchTemplateVersionsRequest,
  { world, region }: CallContext,
): DescribeLaunchTemplateVersionsResult {
  const reference = { id: input.LaunchTemplateId, name: input.LaunchTemplateName };
  const { template } = findTemplateVersion(world, region, { ...reference, version: undefined });
  const wanted = input.Versions?.map(
    (version) => findTemplateVersion(world, region, { ...reference, version }).version,
  );
  const { page, ...rest } = describePage(wanted ?? template.versions, input, {});
  return {
    LaunchTemplateVersions: page.map((version) => ({
      LaunchTemplateId: template.id,
      LaunchTemplateName: template.name,
      VersionNumber: version.number,
      VersionDescription: version.description,
      CreateTime: version.createdAt,
      DefaultVersion: version.number === template.defaultVersion,
      LaunchTemplateData: version.data as ResponseLaunchTemplateData,
    })),
    ...rest,
  };
}

/** Groups that use it keep what they run (API_DeleteLaunchTemplate.html). */
function deleteLaunchTemplate(
  input: DeleteLaunchTemplateRequest,
  { world, region }: CallContext,
): DeleteLaunchTemplateResult {
  const reference = { id: input.LaunchTemplateId, name: input.LaunchTemplateName };
  const { template } = findTemplateVersion(world, region, { ...reference, version: undefined });
  ec2State(world, region)['launch-template'].delete(template.id);
  return { LaunchTemplate: { LaunchTemplateId: template.id, LaunchTemplateName: template.name } };
}

/** EC2's operations on instances and launch templates. */
export const instanceOperations = {
  DescribeInstances: describeInstances,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DeleteLaunchTemplate: deleteLaunchTemplate,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
} satisfies Record<string, Operation>;
