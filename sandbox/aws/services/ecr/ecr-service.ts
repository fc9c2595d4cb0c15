import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { imageOperations } from './image-operations.ts';
import { repositoryOperations } from './repository-operations.ts';

/** Amazon ECR, API version 2015-09-21 (docs.aws.amazon.com/AmazonECR/latest/APIReference). */
export const ecrService: ServiceModule = {
  signingName: 'ecr',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-ecr'),
  members: membersRead('ecr'),
  operations: { ...repositoryOperations, ...imageOperations },
};
