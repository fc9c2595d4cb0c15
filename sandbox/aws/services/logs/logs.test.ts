import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, testRegion } from '../../endpoint-fixture.ts';
import { fixtureOf } from '../service-fixture.ts';
import { logsResourceTypes } from './logs-resource-types.ts';
import { logsService } from './logs-service.ts';
import { writeLogLines } from './logs-state.ts';

const [logGroupType] = logsResourceTypes;
let endpoint: EndpointFixture;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  endpoint = await startEndpointFixture([logsService]);
  client = new CloudWatchLogsClient(endpoint.client());
});
afterAll(() => endpoint.close());

async function names(logGroupNamePrefix: string): Promise<(string | undefined)[]> {
  const found = [];
  for await (const page of paginateDescribeLogGroups({ client, pageSize: 2 }, { logGroupNamePrefix })) {
    found.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
  }
  return found;
}

describe('log groups', () => {
  it('are listed in pages by the beginning of their names', async () => {
    for (const name of ['/eks/sar', '/eks/sar-test', '/eks/sar/cluster', '/build/sar']) {
      await client.send(new CreateLogGroupCommand({ logGroupName: name }));
    }
    expect(await names('/eks/sar')).toEqual(['/eks/sar', '/eks/sar-test', '/eks/sar/cluster']);
  });

  it('exist once, and are missed when they do not', async () => {
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: '/build/sar' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    await client.send(new DeleteLogGroupCommand({ logGroupName: '/build/sar' }));
    await expect(client.send(new DeleteLogGroupCommand({ logGroupName: '/build/sar' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(
      client.send(new PutRetentionPolicyCommand({ logGroupName: '/eks/sar', retentionInDays: 31 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('are made by stacks, but not over an existing one', async () => {
    if (!logGroupType) throw new Error('There is no log group type.');
    const stack = fixtureOf(endpoint.world);
    const properties = { LogGroupName: '/stack', RetentionInDays: 30, Tags: [{ Key: 'owner', Value: 'sar' }] };
    const state = await stack.create(logGroupType, properties);
    expect(state.attributes['Arn']).toMatch(/:log-group:\/stack:\*$/);
    await expect(stack.create(logGroupType, properties)).rejects.toMatchObject({
      code: 'AlreadyExists',
      message: `Resource of type 'AWS::Logs::LogGroup' with identifier '{"/properties/LogGroupName":"/stack"}' already exists.`,
    });
    const resourceArn = String(state.attributes['Arn']).slice(0, -2);
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toMatchObject({ owner: 'sar' });
    await expect(stack.create(logGroupType, { LogGroupName: '/x', FieldIndexPolicies: [] })).rejects.toMatchObject({
      message: 'The sandbox does not support FieldIndexPolicies of AWS::Logs::LogGroup.',
    });
    await stack.remove(logGroupType, '/stack');
    expect(await names('/stack')).toEqual([]);
  });

  it('can be protected from deletion', async () => {
    if (!logGroupType) throw new Error('There is no log group type.');
    const stack = fixtureOf(endpoint.world);
    await stack.create(logGroupType, { LogGroupName: '/kept', DeletionProtectionEnabled: true });
    await expect(stack.remove(logGroupType, '/kept')).rejects.toMatchObject({ code: 'ValidationException' });
  });
});

describe('log events', () => {
  const place = { logGroupName: '/aws/codebuild/sar', logStreamName: 'run-1' };

  it('are written by services into groups made on the way', async () => {
    const lines = Array.from({ length: 5 }, (_, index) => ({ timestamp: 1000 + index, message: `line ${index}` }));
    writeLogLines(endpoint.world, { region: testRegion, group: place.logGroupName, stream: 'run-1' }, lines);
    const first = await client.send(new GetLogEventsCommand({ ...place, startFromHead: true, limit: 3 }));
    expect(first.events?.map(({ message }) => message)).toEqual(['line 0', 'line 1', 'line 2']);
    const { nextForwardToken: nextToken } = first;
    const second = await client.send(new GetLogEventsCommand({ ...place, ...(nextToken ? { nextToken } : {}) }));
    expect(second.events?.map(({ message }) => message)).toEqual(['line 3', 'line 4']);
    const end = await client.send(new GetLogEventsCommand({ ...place, nextToken: second.nextForwardToken ?? '' }));
    expect(end).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
    const last = await client.send(new GetLogEventsCommand({ ...place, limit: 2 }));
    expect(last.events?.map(({ message }) => message)).toEqual(['line 3', 'line 4']);
  });

  it('are found by words', async () => {
    await client.send(new CreateLogStreamCommand({ ...place, logStreamName: 'run-2' }));
    const logEvents = [{ timestamp: 1002, message: 'ERROR no space left' }];
    await client.send(new PutLogEventsCommand({ ...place, logStreamName: 'run-2', logEvents }));
    const { logGroupName } = place;
    const found = await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'ERROR "no space"' }));
    expect(found.events).toMatchObject([{ logStreamName: 'run-2', message: 'ERROR no space left' }]);
    const some = await client.send(new FilterLogEventsCommand({ logGroupName, startTime: 1001, endTime: 1003 }));
    expect(some.events?.map(({ message }) => message)).toEqual(['line 1', 'line 2', 'ERROR no space left']);
    await expect(
      client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '{ $.level = "error" }' })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('must come in the order of their time', async () => {
    const logEvents = [
      { timestamp: 2, message: 'b' },
      { timestamp: 1, message: 'a' },
    ];
    await expect(client.send(new PutLogEventsCommand({ ...place, logEvents }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});
