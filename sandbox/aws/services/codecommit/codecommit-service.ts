import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { commitOperations } from './commit-operations.ts';
import { repositoryOperations } from './repository-operations.ts';

/** AWS CodeCommit, API version 2015-04-13 (docs.aws.amazon.com/codecommit/latest/APIReference). */
export const codecommitService: ServiceModule = {
  signingName: 'codecommit',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-codecommit'),
  members: membersRead('codecommit'),
  operations: { ...repositoryOperations, ...commitOperations },
};
