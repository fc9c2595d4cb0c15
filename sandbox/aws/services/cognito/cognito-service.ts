import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { poolOperations } from './pool-operations.ts';
import { userOperations } from './user-operations.ts';

/** Amazon Cognito user pools, API version 2016-04-18 (docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference). */
export const cognitoService: ServiceModule = {
  signingName: 'cognito-idp',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-cognito-identity-provider'),
  members: membersRead('cognito-idp'),
  operations: { ...poolOperations, ...userOperations },
};
