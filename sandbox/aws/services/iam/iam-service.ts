import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { identityOperations } from './identity-operations.ts';
import { policyOperations } from './policy-operations.ts';
import { roleOperations } from './role-operations.ts';

/** AWS Identity and Access Management, API version 2010-05-08 (docs.aws.amazon.com/IAM/latest/APIReference). */
export const iamService: ServiceModule = {
  signingName: 'iam',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-iam'),
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  members: membersRead('iam'),
  operations: { ...roleOperations, ...policyOperations, ...identityOperations },
};
