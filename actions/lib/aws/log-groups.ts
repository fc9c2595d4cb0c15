import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroup, LogGroups } from '../ports/log-groups.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to Amazon CloudWatch Logs. */
export function connectLogGroups(settings: ClientSettings, counter: CallCounter): LogGroups {
  const client = counted(new CloudWatchLogsClient(settings), counter);
  return {
    find: (name) => callAws(`look for log group ${name}`, () => findLogGroup(client, name)),
    delete: async (name) => {
      await findInAws(`delete log group ${name}`, ['ResourceNotFoundException'], () =>
        client.send(new DeleteLogGroupCommand({ logGroupName: name })),
      );
    },
  };
}

/** DescribeLogGroups only searches by prefix; the name itself sorts first among those that begin with it. */
async function findLogGroup(client: CloudWatchLogsClient, name: string): Promise<LogGroup | undefined> {
  for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: name })) {
    const found = page.logGroups?.find(({ logGroupName }) => logGroupName === name);
    if (found === undefined) continue;
    return {
      name,
      arn: (found.logGroupArn ?? found.arn ?? name).replace(/:\*$/, ''),
      storedBytes: found.storedBytes ?? 0,
      ...(found.retentionInDays === undefined ? {} : { retentionDays: found.retentionInDays }),
    };
  }
  return undefined;
}
