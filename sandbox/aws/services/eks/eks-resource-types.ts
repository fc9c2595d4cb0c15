import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { clusterPartResourceTypes } from './cluster-part-resource-types.ts';
import { clusterResourceTypes } from './cluster-resource-types.ts';
import { nodegroupResourceTypes } from './nodegroup-resource-types.ts';

/** The CloudFormation types of Amazon EKS that the sandbox has. */
export const eksResourceTypes: ResourceType[] = [
  ...clusterResourceTypes,
  ...nodegroupResourceTypes,
  ...clusterPartResourceTypes,
];
