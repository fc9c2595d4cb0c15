import type {
  DescribeAccountAttributesResult,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { describePage } from './describe-page.ts';
import { ec2State } from './ec2-state.ts';
import { allInstanceTypes, findInstanceType, type InstanceType, isOffered } from './instance-types.ts';
import { zonesOf } from './zones.ts';

/** A type the region does not have is an error that names it (API_DescribeInstanceTypes.html). */
function describeInstanceTypes(input: DescribeInstanceTypesRequest): DescribeInstanceTypesResult {
  const unknown = (input.InstanceTypes ?? []).filter((name) => !findInstanceType(name));
  if (unknown.length > 0) {
    throw new AwsError(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
    );
  }
  const wanted = allInstanceTypes().filter(({ name }) => input.InstanceTypes?.some((each) => each === name) ?? true);
  const { page, ...rest } = describePage(wanted, input, {
    'instance-type': ({ name }) => name,
    'vcpu-info.default-vcpus': ({ virtualCpus }) => String(virtualCpus),
    'memory-info.size-in-mib': ({ memoryMib }) => String(memoryMib),
    'processor-info.supported-architecture': ({ architecture }) => architecture,
    'current-generation': () => 'true',
  });
  return { InstanceTypes: page.map(toInstanceTypeInfo), ...rest };
}

const toInstanceTypeInfo = (type: InstanceType): InstanceTypeInfo => ({
  InstanceType: type.name as NonNullable<InstanceTypeInfo['InstanceType']>,
  CurrentGeneration: true,
  BareMetal: false,
  VCpuInfo: { DefaultVCpus: type.virtualCpus },
  MemoryInfo: { SizeInMiB: type.memoryMib },
  ProcessorInfo: { SupportedArchitectures: [type.architecture] },
  ...(type.gpus > 0 ? { GpuInfo: { Gpus: [{ Manufacturer: 'NVIDIA', Count: type.gpus }] } } : {}),
});

/** One entry per type and place; the default place is the region (API_DescribeInstanceTypeOfferings.html). */
function describeInstanceTypeOfferings(
  input: DescribeInstanceTypeOfferingsRequest,
  { region }: CallContext,
): DescribeInstanceTypeOfferingsResult {
  const kind = input.LocationType ?? 'region';
  if (kind !== 'region' && kind !== 'availability-zone' && kind !== 'availability-zone-id') {
    throw new AwsError('InvalidParameterValue', `The sandbox has no offerings by location type ${kind}.`);
  }
  const offerings = allInstanceTypes().flatMap((type) => {
    if (kind === 'region') return [{ type: type.name, location: region }];
    return zonesOf(region)
      .filter((zone) => isOffered(type, zone.id))
      .map((zone) => ({ type: type.name, location: kind === 'availability-zone' ? zone.name : zone.id }));
  });
  const { page, ...rest } = describePage(offerings, input, {
    'instance-type': ({ type }) => type,
    location: ({ location }) => location,
  });
  return {
    InstanceTypeOfferings: page.map(({ type, location }) => ({
      InstanceType: type as NonNullable<InstanceTypeInfo['InstanceType']>,
      LocationType: kind,
      Location: location,
    })),
    ...rest,
  };
}

function describeAvailabilityZones(
  input: DescribeAvailabilityZonesRequest,
  { region }: CallContext,
): DescribeAvailabilityZonesResult {
  const zones = zonesOf(region);
  for (const name of input.ZoneNames ?? []) {
    if (zones.some((zone) => zone.name === name)) continue;
    throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${name}]`);
  }
  const wanted = zones
    .filter((zone) => input.ZoneNames?.includes(zone.name) ?? true)
    .filter((zone) => input.ZoneIds?.includes(zone.id) ?? true);
  const { page } = describePage(
    wanted,
    { Filters: input.Filters },
    {
      'zone-name': ({ name }) => name,
      'zone-id': ({ id }) => id,
      'zone-type': () => 'availability-zone',
      'region-name': () => region,
      state: () => 'available',
      'opt-in-status': () => 'opt-in-not-required',
    },
  );
  return {
    AvailabilityZones: page.map((zone) => ({
      ZoneName: zone.name,
      ZoneId: zone.id,
      RegionName: region,
      State: 'available',
      ZoneType: 'availability-zone',
      GroupName: region,
      OptInStatus: 'opt-in-not-required',
      NetworkBorderGroup: region,
    })),
  };
}

function describeAccountAttributes(_input: object, { world, region }: CallContext): DescribeAccountAttributesResult {
  const defaultVpc = [...ec2State(world, region).vpc.values()].find(({ isDefault }) => isDefault);
  return {
    AccountAttributes: [
      { AttributeName: 'supported-platforms', AttributeValues: [{ AttributeValue: 'VPC' }] },
      { AttributeName: 'default-vpc', AttributeValues: [{ AttributeValue: defaultVpc?.id ?? 'none' }] },
    ],
  };
}

/** EC2's operations on what a region offers. */
export const catalogueOperations = {
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeAccountAttributes: describeAccountAttributes,
} satisfies Record<string, Operation>;
