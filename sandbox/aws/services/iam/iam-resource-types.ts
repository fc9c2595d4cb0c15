import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { instanceProfileResourceType, oidcProviderResourceType } from './identity-resource-types.ts';
import { inlinePolicyResourceTypes, managedPolicyResourceType } from './policy-resource-types.ts';
import { roleResourceType } from './role-resource-type.ts';

/** The CloudFormation types of IAM that the sandbox has. */
export const iamResourceTypes: ResourceType[] = [
  roleResourceType,
  managedPolicyResourceType,
  ...inlinePolicyResourceTypes,
  instanceProfileResourceType,
  oidcProviderResourceType,
];
