import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CodeCommitClient,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetRepositoryCommand,
  ListRepositoriesCommand,
} from '@aws-sdk/client-codecommit';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../clock.ts';
import { type EndpointFixture, startEndpointFixture } from './endpoint-fixture.ts';
import { requestBuckets, takeRequest } from './rate-limits.ts';
import { AwsError, type ServiceModule } from './service.ts';
import { type AwsSandbox, startAws } from './start-aws.ts';

let calls = 0;
const sts: ServiceModule = {
  signingName: 'sts',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-sts'),
  operations: {
    GetCallerIdentity() {
      calls += 1;
      return { Account: '1' };
    },
  },
};
const throttling = { kind: 'error', error: new AwsError('Throttling', 'Rate exceeded') } as const;

let endpoint: EndpointFixture;
beforeAll(async () => {
  endpoint = await startEndpointFixture([sts]);
});
afterAll(() => endpoint.close());
afterEach(() => endpoint.faults.clear());

const send = (maxAttempts = 1): Promise<unknown> =>
  new STSClient({ ...endpoint.client(), maxAttempts }).send(new GetCallerIdentityCommand({}));

describe('injected faults', () => {
  it('throttle so many calls, which the SDK gets over by itself', async () => {
    endpoint.faults.inject({ service: 'sts', operation: 'GetCallerIdentity', times: 2, fault: throttling });
    await expect(send()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    await expect(send(2)).resolves.toMatchObject({ Account: '1' });
    expect(endpoint.faults.hits).toBe(2);
  });

  it('hit only the operation they are for, and only after as many calls as told', async () => {
    endpoint.faults.inject({ service: 'iam', fault: throttling });
    endpoint.faults.inject({ service: 'sts', operation: 'AssumeRole', fault: throttling });
    endpoint.faults.inject({ service: 'sts', after: 1, fault: throttling });
    await expect(send()).resolves.toBeDefined();
    await expect(send()).rejects.toMatchObject({ name: 'Throttling' });
    await expect(send()).resolves.toBeDefined();
  });

  it('drop the connection before the operation runs', async () => {
    const before = calls;
    endpoint.faults.inject({ service: 'sts', fault: { kind: 'drop' } });
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(calls).toBe(before);
  });

  it('lose the answer after the operation has run', async () => {
    const before = calls;
    endpoint.faults.inject({ service: 'sts', fault: { kind: 'lost-answer' } });
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(calls).toBe(before + 1);
  });

  it('delay the answer beyond the patience of a client', async () => {
    endpoint.faults.inject({ service: 'sts', fault: { kind: 'delay', seconds: 0.2 } });
    const client = new STSClient({
      ...endpoint.client(),
      requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
    });
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(send()).resolves.toBeDefined();
  });
});

describe('an account on a bad day', () => {
  let folder: string;
  let aws: AwsSandbox;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opensarlab-faults-'));
    aws = await startAws({ accountId: '123456789012', clock: createVirtualClock(1000), folder });
  });
  afterAll(async () => {
    await aws.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => aws.faults.clear());

  const client = (credentials = aws.administrator) => ({
    ...{ endpoint: aws.url, region: 'us-west-2', maxAttempts: 1, forcePathStyle: true },
    credentials,
  });
  const calls = {
    ec2: () => new EC2Client(client()).send(new DescribeVpcsCommand({})),
    s3: () => new S3Client(client()).send(new ListBucketsCommand({})),
    cloudformation: () => new CloudFormationClient(client()).send(new ListStacksCommand({})),
    codecommit: () => new CodeCommitClient(client()).send(new ListRepositoriesCommand({})),
    eks: () => new EKSClient(client()).send(new ListClustersCommand({})),
  };
  const services = Object.entries(calls);
  const names = async (): Promise<(string | undefined)[]> =>
    ((await calls.codecommit()).repositories ?? []).map(({ repositoryName }) => repositoryName);
  const create = (repositoryName: string) =>
    new CodeCommitClient(client()).send(new CreateRepositoryCommand({ repositoryName }));

  it.each(services)('throttles %s so that its SDK knows it', async (service, call) => {
    aws.faults.inject({ service, fault: { kind: 'throttled' } });
    await expect(call()).rejects.toMatchObject({
      name: expect.stringMatching(/Throttl|RequestLimitExceeded|SlowDown/),
    });
    await expect(call()).resolves.toBeDefined();
  });

  it.each(services)('answers 5xx for %s', async (service, call) => {
    aws.faults.inject({ service, fault: { kind: 'unavailable' } });
    await expect(call()).rejects.toMatchObject({
      $fault: expect.anything(),
      $metadata: { httpStatusCode: expect.toSatisfy((status: number) => status >= 500) },
    });
  });

  it.each(services)('denies %s in its own form', async (service, call) => {
    aws.faults.inject({ service, times: 2, fault: { kind: 'denied' } });
    const refusal = { name: expect.stringMatching(/^(AccessDenied(Exception)?|UnauthorizedOperation)$/) };
    await expect(call()).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(`user/administrator is not authorized to perform: ${service}:`),
    });
    await expect(call()).rejects.toMatchObject(refusal);
    await expect(call()).resolves.toBeDefined();
  });

  it('denies a call without a signature too', async () => {
    aws.faults.inject({ service: 'sts', fault: { kind: 'denied' } });
    const command = new AssumeRoleWithWebIdentityCommand({
      ...{ RoleArn: 'arn:aws:iam::123456789012:role/visitor', RoleSessionName: 'job', WebIdentityToken: 'token' },
    });
    await expect(new STSClient(client()).send(command)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  it('ends credentials at the n-th call, whatever the service, and nobody else’s', async () => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '123456789012' } }],
    });
    await new IAMClient(client()).send(new CreateRoleCommand({ RoleName: 'visitor', AssumeRolePolicyDocument }));
    const sts = new STSClient(client(aws.session('visitor')));
    aws.faults.inject({ after: 1, role: 'visitor', fault: { kind: 'expired' } });
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
    for (const _ of [1, 2]) {
      await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
    }
    await expect(calls.codecommit()).resolves.toBeDefined();
  });

  it('throttles who asks faster than AWS documents, each operation by itself, until time has passed', async () => {
    let now = new Date('2026-11-30T12:00:00Z');
    const buckets = aws.world.state(requestBuckets, 'us-west-2');
    buckets.now = () => now;
    aws.setup.limitRates('us-west-2');
    for (let asked = 0; asked < 100; asked++) expect(takeRequest(buckets, 'ec2', 'DescribeVpcs')).toBe(true);
    await expect(calls.ec2()).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    expect(takeRequest(buckets, 'ec2', 'DescribeSubnets')).toBe(true);
    expect(takeRequest(aws.world.state(requestBuckets, 'us-east-1'), 'ec2', 'DescribeVpcs')).toBe(true);
    now = new Date(now.getTime() + 100);
    for (const isTaken of [true, true, false]) expect(takeRequest(buckets, 'ec2', 'DescribeVpcs')).toBe(isTaken);
    await expect(calls.codecommit()).resolves.toBeDefined();
    buckets.isLimited = false;
  });

  it('lists late what was made, and still what is gone', async () => {
    aws.faults.inject({ service: 'codecommit', times: 2, fault: { kind: 'stale' } });
    await create('new');
    expect(await names()).not.toContain('new');
    await expect(
      new CodeCommitClient(client()).send(new GetRepositoryCommand({ repositoryName: 'new' })),
    ).rejects.toMatchObject({ name: 'RepositoryDoesNotExistException' });
    expect(await names()).toContain('new');
    aws.faults.inject({ service: 'codecommit', fault: { kind: 'stale' } });
    await new CodeCommitClient(client()).send(new DeleteRepositoryCommand({ repositoryName: 'new' }));
    expect(await names()).toContain('new');
    expect(await names()).not.toContain('new');
  });

  it.each(['before', 'after'] as const)('kills the client %s the call is served', async (when) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    aws.faults.inject({
      operation: 'CreateRepository',
      fault: { kind: 'killed', kill: () => child.kill('SIGKILL'), when },
    });
    await expect(create(when)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await ended).toBe('SIGKILL');
    expect((await names()).includes(when)).toBe(when === 'after');
  });
});
