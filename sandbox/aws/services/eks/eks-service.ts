import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { clusterOperations } from './cluster-operations.ts';
import { clusterPartOperations } from './cluster-part-operations.ts';
import { eksDeleteOperations } from './delete-operations.ts';

/** Amazon EKS, API version 2017-11-01 (docs.aws.amazon.com/eks/latest/APIReference). */
export const eksService: ServiceModule = {
  signingName: 'eks',
  protocol: 'rest-json',
  loadClient: () => import('@aws-sdk/client-eks'),
  members: membersRead('eks'),
  operations: { ...clusterOperations, ...clusterPartOperations, ...eksDeleteOperations },
};
