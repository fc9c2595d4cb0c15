import { CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, type TestKeys, testAccountId } from '../../endpoint-fixture.ts';
import { createRoleSession } from '../../signature/credential-store.ts';
import { logsService } from '../logs/logs-service.ts';
import { s3Service } from '../s3/s3-service.ts';
import { stsService } from '../sts/sts-service.ts';
import { iamService } from './iam-service.ts';
import { createIdentityAuthorizer } from './identity-authorizer.ts';
import { createPolicy } from './policy-changes.ts';
import { attachPolicy, createRole, putInlinePolicy } from './role-changes.ts';

const statement = (Effect: string, Action: string | string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource: '*' }],
});

let endpoint: EndpointFixture;
let credentials: TestKeys;
beforeAll(async () => {
  const services = [iamService, logsService, s3Service, stsService];
  endpoint = await startEndpointFixture(services, { authorize: createIdentityAuthorizer });
  const { world } = endpoint;
  const trustPolicy = { Statement: { Effect: 'Allow', Principal: { AWS: testAccountId }, Action: 'sts:AssumeRole' } };
  const boundary = createPolicy(world, {
    name: 'boundary',
    path: '/',
    document: statement('Allow', ['logs:*', 'iam:*']),
  });
  const role = createRole(world, { name: 'deploy', path: '/', trustPolicy, permissionsBoundary: boundary.arn });
  putInlinePolicy(world, 'deploy', 'own', statement('Allow', ['logs:Describe*', 's3:ListAllMyBuckets']));
  putInlinePolicy(world, 'deploy', 'never', statement('Deny', 'iam:GetRole'));
  attachPolicy(world, 'deploy', 'arn:aws:iam::aws:policy/ReadOnlyAccess');
  credentials = createRoleSession(world, role, { name: 'job', seconds: 900 });
});
afterAll(() => endpoint.close());

describe('identity policies of a role session', () => {
  it('allow what they name', async () => {
    const logs = new CloudWatchLogsClient(endpoint.client({ credentials }));
    await expect(logs.send(new DescribeLogGroupsCommand({}))).resolves.toMatchObject({ logGroups: [] });
    await expect(logs.send(new DeleteLogGroupCommand({ logGroupName: 'a' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/deploy/job is not authorized to perform: logs:DeleteLogGroup ' +
        'because no identity-based policy allows the logs:DeleteLogGroup action',
    });
  });

  it('are overruled by a Deny and by the permissions boundary', async () => {
    const iam = new IAMClient(endpoint.client({ credentials }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'deploy' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('with an explicit deny'),
      $metadata: { httpStatusCode: 403 },
    });
    const s3 = new S3Client(endpoint.client({ credentials }));
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('s3:ListAllMyBuckets'),
    });
  });

  it('do not concern GetCallerIdentity or the administrator', async () => {
    const sts = new STSClient(endpoint.client({ credentials }));
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
    await expect(new S3Client(endpoint.client()).send(new ListBucketsCommand({}))).resolves.toBeDefined();
  });
});
