import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  GetLogEventsCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroup, LogGroups, LogStreamName } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** The port to Amazon CloudWatch Logs. */
export function connectLogGroups(settings: ClientSettings, counter: CallCounter): LogGroups {
  const client = counted(new CloudWatchLogsClient(settings), counter);
  return {
    find: (name) => callAws(`look for log group ${name}`, () => findLogGroup(client, name)),
    lastLines: (log, limit) => readLastLines(client, log, limit),
    delete: async (name) => {
      await findInAws(`delete log group ${name}`, ['ResourceNotFoundException'], () =>
        client.send(new DeleteLogGroupCommand({ logGroupName: name })),
      );
    },
  };
}

/** DescribeLogGroups only searches by prefix; the name itself sorts first among those that begin with it. */
export async function findLogGroup(client: CloudWatchLogsClient, name: string): Promise<LogGroup | undefined> {
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

/** How many pages are read at most: a page may be short or empty although there is more (API_GetLogEvents). */
const pageLimit = 5;

/** GetLogEvents without `startFromHead` answers with the newest events, oldest of them first. */
async function readLastLines(client: CloudWatchLogsClient, log: LogStreamName, limit: number): Promise<string[]> {
  const names = { logGroupName: log.group, logStreamName: log.stream };
  let lines: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < pageLimit && lines.length < limit; page += 1) {
    const request = new GetLogEventsCommand({ ...names, limit: limit - lines.length, startFromHead: false, nextToken });
    const found = await findInAws(`read the log ${log.group}`, ['ResourceNotFoundException'], () =>
      client.send(request),
    );
    lines = [...(found?.events ?? []).map(({ message }) => (message ?? '').trimEnd()), ...lines];
    if (found?.nextBackwardToken === undefined || found.nextBackwardToken === nextToken) break;
    nextToken = found.nextBackwardToken;
  }
  return lines;
}
