import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { logEventOperations } from './event-operations.ts';
import { logGroupOperations } from './group-operations.ts';

/** Amazon CloudWatch Logs (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference). */
export const logsService: ServiceModule = {
  signingName: 'logs',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-cloudwatch-logs'),
  members: membersRead('logs'),
  operations: { ...logGroupOperations, ...logEventOperations },
};
