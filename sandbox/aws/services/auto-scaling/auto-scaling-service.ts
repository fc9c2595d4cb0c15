import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { autoScalingOperations } from './auto-scaling-operations.ts';

/** Amazon EC2 Auto Scaling, API version 2011-01-01 (docs.aws.amazon.com/autoscaling/ec2/APIReference). */
export const autoScalingService: ServiceModule = {
  signingName: 'autoscaling',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-auto-scaling'),
  xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
  members: membersRead('autoscaling'),
  operations: autoScalingOperations,
};
