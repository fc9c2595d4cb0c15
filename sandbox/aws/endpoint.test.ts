import { CloudFormationClient, DescribeStacksCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture } from './endpoint-fixture.ts';
import type { CallContext, ServiceModule } from './service.ts';
import { stsService } from './services/sts/sts-service.ts';

const contexts: CallContext[] = [];
const cloudFormation: ServiceModule = {
  signingName: 'cloudformation',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-cloudformation'),
  operations: {
    DescribeStacks(_input: object, context: CallContext) {
      contexts.push(context);
      return { Stacks: [] };
    },
    ListStacks() {
      throw new TypeError('no such thing');
    },
  },
};

let endpoint: EndpointFixture;
beforeAll(async () => {
  endpoint = await startEndpointFixture([cloudFormation, stsService]);
});
afterAll(() => endpoint.close());

const postForm = (form: Record<string, string>): Promise<Response> =>
  fetch(endpoint.url, { method: 'POST', body: new URLSearchParams(form) });

describe('the endpoint', () => {
  it('finds service and region in the scope of the signature', async () => {
    await new CloudFormationClient(endpoint.client({ region: 'eu-west-1' })).send(new DescribeStacksCommand({}));
    expect(contexts.at(-1)).toMatchObject({
      region: 'eu-west-1',
      world: endpoint.world,
      principal: { arn: 'arn:aws:iam::123456789012:user/administrator', accountId: '123456789012' },
    });
  });

  it('names an operation that the sandbox does not have', async () => {
    const client = new STSClient(endpoint.client());
    const { GetSessionTokenCommand } = await import('@aws-sdk/client-sts');
    await expect(client.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The sandbox does not implement sts GetSessionToken.',
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('does not take an inherited property for an operation', async () => {
    const response = await postForm({ Action: 'toString', Version: '2011-06-15' });
    expect(response.status).toBe(403);
  });

  it('names a service that the sandbox does not have', async () => {
    const { EKSClient, ListClustersCommand } = await import('@aws-sdk/client-eks');
    await expect(new EKSClient(endpoint.client()).send(new ListClustersCommand({}))).rejects.toMatchObject({
      message: 'The sandbox does not implement the service eks.',
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('answers its own mistakes with HTTP 500 and remembers them', async () => {
    const client = new CloudFormationClient(endpoint.client());
    await expect(client.send(new ListStacksCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      message: 'The sandbox failed: no such thing',
      $fault: 'server',
    });
    expect(endpoint.bugs).toEqual([expect.objectContaining({ message: 'no such thing' })]);
  });

  it('lets only AssumeRoleWithWebIdentity in unsigned', async () => {
    const identity = await postForm({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
    expect(identity.status).toBe(403);
    expect(await identity.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    const assume = await postForm({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::123456789012:role/opensarlab-plan',
      RoleSessionName: 'session',
      WebIdentityToken: 'not-a-token',
    });
    expect(await assume.text()).toContain('<Code>InvalidIdentityToken</Code>');
  });

  it('says who the caller is', async () => {
    const output = await new STSClient(endpoint.client()).send(new GetCallerIdentityCommand({}));
    expect(output).toMatchObject({
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/administrator',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{16}$/),
    });
  });
});
