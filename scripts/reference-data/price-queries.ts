import type { RateName } from '../../actions/lib/cost/price-table.ts';

/** Which product of AWS's price list a rate is. */
export type PriceQuery = {
  serviceCode: string;
  /** Usage type without the region's prefix, e.g. `NatGateway-Hours` for `USW2-NatGateway-Hours`. */
  usageType: string;
  /** Unit of the price; more than one where the list is not consistent. */
  units: readonly string[];
  /** Attributes that must be equal, beside the region. */
  attributes?: Readonly<Record<string, string>>;
};

const hours = ['Hrs', 'Hours', 'hours'];
const gbMonths = ['GB-Mo', 'GB-Month'];
const minutes = ['minutes', 'Minutes', 'minute'];

/** The rates by what the price list calls them (GetAttributeValues of each service, attribute `usagetype`). */
export const priceQueries: Readonly<Record<RateName, PriceQuery>> = {
  clusterHour: { serviceCode: 'AmazonEKS', usageType: 'AmazonEKS-Hours:perCluster', units: hours },
  natGatewayHour: {
    serviceCode: 'AmazonEC2',
    usageType: 'NatGateway-Hours',
    units: hours,
    attributes: family('NAT Gateway'),
  },
  natGatewayGb: {
    serviceCode: 'AmazonEC2',
    usageType: 'NatGateway-Bytes',
    units: ['GB'],
    attributes: family('NAT Gateway'),
  },
  publicAddressHour: { serviceCode: 'AmazonVPC', usageType: 'PublicIPv4:InUseAddress', units: hours },
  loadBalancerHour: {
    serviceCode: 'AWSELB',
    usageType: 'LoadBalancerUsage',
    units: hours,
    attributes: family('Load Balancer-Application'),
  },
  volumeGbMonth: {
    serviceCode: 'AmazonEC2',
    usageType: 'EBS:VolumeUsage.gp3',
    units: gbMonths,
    attributes: { ...family('Storage'), volumeApiName: 'gp3' },
  },
  snapshotGbMonth: {
    serviceCode: 'AmazonEC2',
    usageType: 'EBS:SnapshotUsage',
    units: gbMonths,
    attributes: family('Storage Snapshot'),
  },
  buildSmallMinute: { serviceCode: 'CodeBuild', usageType: 'Build-Min:Linux:g1.small', units: minutes },
  buildLargeMinute: { serviceCode: 'CodeBuild', usageType: 'Build-Min:Linux:g1.large', units: minutes },
  pipelineMinute: { serviceCode: 'AWSCodePipeline', usageType: 'actionExecutionMinute', units: minutes },
  logIngestGb: { serviceCode: 'AmazonCloudWatch', usageType: 'DataProcessing-Bytes', units: ['GB'] },
  logStorageGbMonth: { serviceCode: 'AmazonCloudWatch', usageType: 'TimedStorage-ByteHrs', units: gbMonths },
  registryGbMonth: { serviceCode: 'AmazonECR', usageType: 'TimedStorage-ByteHrs', units: gbMonths },
  keyMonth: { serviceCode: 'awskms', usageType: 'KMS-Keys', units: ['Keys', 'keys'] },
};

/** What makes an EC2 product a Linux machine on demand in shared tenancy. */
export const linuxOnDemand: Readonly<Record<string, string>> = {
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
};

function family(productFamily: string): Record<string, string> {
  return { productFamily };
}
