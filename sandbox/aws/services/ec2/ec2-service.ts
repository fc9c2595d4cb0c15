import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { catalogueOperations } from './catalogue-operations.ts';
import { instanceOperations } from './instance-operations.ts';
import { interfaceOperations } from './interface-operations.ts';
import { networkOperations } from './network-operations.ts';
import { securityGroupOperations } from './security-group-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { volumeOperations } from './volume-operations.ts';

/** Amazon EC2 with Amazon EBS and Amazon VPC, API version 2016-11-15 (docs.aws.amazon.com/AWSEC2/latest/APIReference). */
export const ec2Service: ServiceModule = {
  signingName: 'ec2',
  protocol: 'ec2-query',
  loadClient: () => import('@aws-sdk/client-ec2'),
  xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  members: membersRead('ec2'),
  operations: {
    ...networkOperations,
    ...interfaceOperations,
    ...securityGroupOperations,
    ...instanceOperations,
    ...volumeOperations,
    ...tagOperations,
    ...catalogueOperations,
  },
};
