import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { assert, asyncProperty, string } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, recorder, startEndpointFixture } from '../endpoint-fixture.ts';
import { AwsError, type ServiceModule } from '../service.ts';

const created = new Date('2026-11-23T10:11:12.345Z');
const stack = {
  StackName: 'sar-cluster',
  CreationTime: created,
  StackStatus: 'CREATE_COMPLETE',
  DisableRollback: false,
  Description: 'A <b> & "c"\r\n  indented',
  Parameters: [],
  Outputs: [{ OutputKey: 'Url', OutputValue: 'https://example.org/?a=1&b=2' }],
  Tags: [
    { Key: 'one', Value: '' },
    { Key: 'two', Value: '2' },
  ],
};
const create = recorder({ StackId: 'id' });
const service: ServiceModule = {
  signingName: 'cloudformation',
  protocol: 'query',
  xmlNamespace: '2010-05-15',
  loadClient: () => import('@aws-sdk/client-cloudformation'),
  operations: {
    CreateStack: create.operation,
    DescribeStacks(input: { StackName?: string }) {
      if (input.StackName === 'taken') throw new AwsError('AlreadyExistsException', 'Stack [taken] already exists');
      if (input.StackName === 'absent') throw new AwsError('ValidationError', 'Stack with id absent does not exist');
      return { Stacks: [{ ...stack, Description: input.StackName ?? stack.Description }] };
    },
    ContinueUpdateRollback: () => ({}),
  },
};

let endpoint: EndpointFixture;
let client: CloudFormationClient;
beforeAll(async () => {
  endpoint = await startEndpointFixture([service]);
  client = new CloudFormationClient(endpoint.client());
});
afterAll(() => endpoint.close());

describe('the query protocol', () => {
  it('reads nested structures, lists, numbers and booleans as the client was given them', async () => {
    const input = {
      StackName: 'sar-cluster',
      TemplateBody: 'Resources:\n  "A": {}\n',
      Parameters: [
        { ParameterKey: 'a', ParameterValue: '' },
        { ParameterKey: 'b', UsePreviousValue: true },
      ],
      Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const],
      RollbackConfiguration: { MonitoringTimeInMinutes: 5, RollbackTriggers: [] },
      DisableRollback: false,
      Tags: Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: `v${index}` })),
    };
    await client.send(new CreateStackCommand(input));
    expect(create.inputs.at(-1)).toEqual(input);
  });

  it('writes what the client then has, down to milliseconds and white space', async () => {
    const { Stacks } = await client.send(new DescribeStacksCommand({}));
    expect(Stacks).toEqual([stack]);
  });

  it('keeps any text, in both directions', async () => {
    await assert(
      asyncProperty(string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), async (text) => {
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: text }));
        expect(Stacks?.[0]?.Description).toBe(text);
      }),
      { numRuns: 40, examples: [['a\rb\nc\t d'], [' lead & trail '], ['<![CDATA[x]]>']] },
    );
  });

  it('answers operations without output', async () => {
    const { $metadata } = await client.send(new ContinueUpdateRollbackCommand({ StackName: 'a' }));
    expect($metadata.httpStatusCode).toBe(200);
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('names modelled exceptions and plain codes', async () => {
    await expect(client.send(new DescribeStacksCommand({ StackName: 'taken' }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: 'Stack [taken] already exists',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(client.send(new DescribeStacksCommand({ StackName: 'absent' }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id absent does not exist',
      $fault: 'client',
    });
  });
});
