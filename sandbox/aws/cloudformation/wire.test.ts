import { tmpdir } from 'node:os';
import {
  AlreadyExistsException,
  ChangeSetNotFoundException,
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  InsufficientCapabilitiesException,
  ListStackResourcesCommand,
  paginateDescribeStackEvents,
  SetStackPolicyCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { createEndpoint } from '../endpoint.ts';
import { createFaults } from '../faults.ts';
import { type AwsServer, startServer } from '../server.ts';
import { createUserKey } from '../signature/credential-store.ts';
import { createWorld } from '../world.ts';
import { createCloudFormationService } from './cloudformation-service.ts';
import { type ImitatedResources, imitatedTypes, template } from './test/imitated-account.ts';

const body = template(
  {
    Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data', Tags: [{ Key: 'a', Value: '<&>' }] } },
    Logs: { Type: 'AWS::Logs::LogGroup', DependsOn: 'Data' },
  },
  { Parameters: { P: { Type: 'String', Default: 'x' } }, Outputs: { Name: { Value: { Ref: 'Data' } } } },
);

describe('CloudFormation through the AWS SDK', () => {
  const resources: ImitatedResources = { existing: new Map(), calls: [], failures: new Map(), onCall: () => undefined };
  const world = createWorld({ accountId: '123456789012', clock: createVirtualClock(1e5), folder: tmpdir() });
  const bugs: Error[] = [];
  let server: AwsServer;
  let client: CloudFormationClient;

  beforeAll(async () => {
    const service = createCloudFormationService(imitatedTypes(resources), { pageSize: 2 });
    const endpoint = createEndpoint({
      world,
      services: [service],
      faults: createFaults(world),
      authorize: () => undefined,
      onBug: (error) => bugs.push(error),
    });
    server = await startServer(endpoint);
    const { accessKeyId, secretAccessKey } = createUserKey(world, 'administrator');
    const credentials = { accessKeyId, secretAccessKey };
    client = new CloudFormationClient({ endpoint: server.url, region: 'us-west-2', credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    world.close();
    await server.close();
  });

  it('creates a stack from a change set, describes it, and deletes it', async () => {
    const plan = await client.send(
      new CreateChangeSetCommand({
        StackName: 'lab',
        ChangeSetName: 'plan',
        ChangeSetType: 'CREATE',
        TemplateBody: body,
        Tags: [{ Key: 'cost', Value: 'sar' }],
        Parameters: [{ ParameterKey: 'P', ParameterValue: 'y' }],
      }),
    );
    await world.settle();
    const described = await client.send(
      new DescribeChangeSetCommand({ ChangeSetName: plan.Id, IncludePropertyValues: true }),
    );
    expect(described).toMatchObject({
      Status: 'CREATE_COMPLETE',
      Changes: [
        {
          Type: 'Resource',
          ResourceChange: {
            Action: 'Add',
            LogicalResourceId: 'Data',
            AfterContext: '{"Properties":{"BucketName":"data","Tags":[{"Key":"a","Value":"<&>"}]}}',
          },
        },
        { ResourceChange: { LogicalResourceId: 'Logs' } },
      ],
      CreationTime: expect.any(Date),
    });
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: plan.Id }));
    await world.settle();
    const { Stacks: stacks } = await client.send(new DescribeStacksCommand({ StackName: 'lab' }));
    expect(stacks).toMatchObject([
      {
        StackId: plan.StackId,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [{ OutputKey: 'Name', OutputValue: 'data' }],
        Tags: [{ Key: 'cost', Value: 'sar' }],
        Parameters: [{ ParameterKey: 'P', ParameterValue: 'y' }],
        EnableTerminationProtection: false,
      },
    ]);
    const listed = await client.send(new ListStackResourcesCommand({ StackName: 'lab' }));
    expect(listed.StackResourceSummaries).toHaveLength(2);
    expect((await client.send(new GetTemplateCommand({ StackName: 'lab' }))).TemplateBody).toBe(body);
    await client.send(new DeleteStackCommand({ StackName: 'lab' }));
    await world.settle();
    const deleted = await client.send(new DescribeStacksCommand({ StackName: plan.StackId }));
    expect(deleted.Stacks?.[0]?.StackStatus).toBe('DELETE_COMPLETE');
  });

  it('pages events and shows those of one operation', async () => {
    const created = await client.send(new CreateStackCommand({ StackName: 'paged', TemplateBody: body }));
    await world.settle();
    const statuses: (string | undefined)[] = [];
    for await (const page of paginateDescribeStackEvents({ client }, { StackName: 'paged' })) {
      statuses.push(...(page.StackEvents ?? []).map(({ ResourceStatus }) => ResourceStatus));
    }
    expect(statuses).toHaveLength(8);
    expect([statuses[0], statuses.at(-1)]).toEqual(['CREATE_COMPLETE', 'CREATE_IN_PROGRESS']);
    const { OperationEvents: events } = await client.send(
      new DescribeEventsCommand({ OperationId: created.OperationId }),
    );
    expect(events?.[0]).toMatchObject({ EventType: 'STACK_EVENT', OperationStatus: 'SUCCEEDED' });
  });

  it('answers errors as the SDK’s own exceptions', async () => {
    const send = (name: string): Promise<unknown> =>
      client.send(new CreateStackCommand({ StackName: name, TemplateBody: body }));
    await expect(send('paged')).rejects.toBeInstanceOf(AlreadyExistsException);
    await expect(client.send(new DescribeStacksCommand({ StackName: 'none' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id none does not exist',
    });
    await expect(
      client.send(new DescribeChangeSetCommand({ StackName: 'paged', ChangeSetName: 'none' })),
    ).rejects.toBeInstanceOf(ChangeSetNotFoundException);
    const role = template({ R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } } });
    await expect(client.send(new CreateStackCommand({ StackName: 'role', TemplateBody: role }))).rejects.toBeInstanceOf(
      InsufficientCapabilitiesException,
    );
  });

  it('names what it does not imitate', async () => {
    await expect(client.send(new SetStackPolicyCommand({ StackName: 'paged' }))).rejects.toMatchObject({
      message: expect.stringContaining('SetStackPolicy'),
    });
    const transform = template({ A: { Type: 'AWS::S3::Bucket' } }, { Transform: 'AWS::LanguageExtensions' });
    await expect(client.send(new ValidateTemplateCommand({ TemplateBody: transform }))).rejects.toMatchObject({
      message: expect.stringContaining('Transform'),
    });
  });

  it('has broken no rule of the SDK’s model on the way', () => {
    expect(bugs).toEqual([]);
  });
});
