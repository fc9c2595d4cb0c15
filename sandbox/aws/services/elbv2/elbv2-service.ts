import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { elbv2Operations } from './elbv2-operations.ts';

/** Elastic Load Balancing, API version 2015-12-01 (docs.aws.amazon.com/elasticloadbalancing/latest/APIReference). */
export const elbv2Service: ServiceModule = {
  signingName: 'elasticloadbalancing',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  members: membersRead('elasticloadbalancing'),
  operations: elbv2Operations,
};
