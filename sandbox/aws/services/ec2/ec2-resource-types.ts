import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { gatewayResourceTypes } from './gateway-resource-types.ts';
import { launchTemplateResourceTypes } from './launch-template-resource-types.ts';
import { routingResourceTypes } from './routing-resource-types.ts';
import { securityGroupResourceTypes } from './security-group-resource-types.ts';
import { subnetResourceTypes } from './subnet-resource-types.ts';
import { vpcResourceTypes } from './vpc-resource-types.ts';

/** The CloudFormation types of Amazon EC2 that the sandbox has. */
export const ec2ResourceTypes: ResourceType[] = [
  ...vpcResourceTypes,
  ...subnetResourceTypes,
  ...routingResourceTypes,
  ...gatewayResourceTypes,
  ...securityGroupResourceTypes,
  ...launchTemplateResourceTypes,
];
