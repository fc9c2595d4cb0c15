import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Sandbox, sandboxAccountId, startSandbox } from '@opensarlab/sandbox';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectAws } from '../actions/lib/adapters/aws/aws-account.ts';
import { Failure } from '../actions/lib/failure.ts';
import { resourceRows } from '../actions/lib/resources/resource-types.ts';
import { exampleCheckout } from '../scripts/cli/test/example-checkout.ts';

const region = 'us-west-2';
const StackName = 'lab-cluster-pipeline';
const Bucket = 'opensarlab-pipeline-us-west-2-lab';
const TemplateBody = JSON.stringify({
  Resources: { ArtifactBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket } } },
});
const role = (name: string): string => `arn:aws:iam::${sandboxAccountId}:role/${name}`;
const service = role('opensarlab-cloudformation');
const powerless = role('opensarlab-cloudformation-powerless');

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ scale: 100_000 });
  await sandbox.github.createRepository({ owner: 'sar-science', ownerId: 90_210, name: 'labs', private: true });
  const variables = {
    ...sandbox.environment(region),
    AWS_ACCESS_KEY_ID: sandbox.aws.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandbox.aws.administrator.secretAccessKey,
    GITHUB_API_URL: sandbox.github.apiUrl,
    GITHUB_TOKEN: sandbox.github.createUser({ login: 'root', id: 1, permission: 'admin' }),
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await sandbox.close();
});

async function bootstrap(): Promise<void> {
  const checkout = await exampleCheckout();
  const options = ['--owner', 'sar-science', '--repository', 'labs', '--region', region, '--poll-seconds', '0.01'];
  const { code, err } = await checkout.run('bootstrap', ...options);
  expect(code, err).toBe(0);
}

const settingsOf = (environment: 'plan' | 'deploy' | 'destroy' | 'audit') => ({
  ...{ region, endpoint: sandbox.aws.url, maxAttempts: 1 },
  credentials: sandbox.aws.session(`opensarlab-${environment}`, { name: 'job' }),
});
const cloudFormation = (environment: 'plan' | 'deploy' | 'destroy' | 'audit') =>
  new CloudFormationClient(settingsOf(environment));
const administrator = () =>
  new S3Client({ region, endpoint: sandbox.aws.url, credentials: sandbox.aws.administrator, forcePathStyle: true });

const changeSet = (RoleARN?: string) =>
  new CreateChangeSetCommand({
    ...{ StackName, ChangeSetName: 'change', ChangeSetType: 'CREATE', TemplateBody },
    Tags: [{ Key: 'opensarlab:deployment', Value: 'lab' }],
    ...(RoleARN === undefined ? {} : { RoleARN }),
  });
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

async function status(): Promise<string | undefined> {
  await sandbox.aws.world.settle();
  const { Stacks } = await cloudFormation('audit').send(new DescribeStacksCommand({ StackName }));
  return Stacks?.[0]?.StackStatus;
}

describe('the roles that bootstrap makes, in an account that enforces them', () => {
  it('make a stack together, each with its part, and a plan removes nothing of it', async () => {
    await bootstrap();
    await expect(cloudFormation('plan').send(changeSet())).rejects.toMatchObject(denied);
    await expect(cloudFormation('plan').send(changeSet(powerless))).rejects.toMatchObject(denied);
    await expect(
      cloudFormation('plan').send(new CreateStackCommand({ StackName, TemplateBody })),
    ).rejects.toMatchObject(denied);
    await cloudFormation('plan').send(changeSet(service));
    await sandbox.aws.world.settle();
    const execute = new ExecuteChangeSetCommand({ StackName, ChangeSetName: 'change' });
    await expect(cloudFormation('plan').send(execute)).rejects.toMatchObject(denied);
    await cloudFormation('deploy').send(execute);
    expect(await status()).toBe('CREATE_COMPLETE');

    // A plan removes nothing, whichever way it asks.
    const remove = (RoleARN?: string) =>
      new DeleteStackCommand({ StackName, ...(RoleARN === undefined ? {} : { RoleARN }) });
    await expect(cloudFormation('plan').send(remove())).rejects.toMatchObject(denied);
    await expect(cloudFormation('plan').send(remove(service))).rejects.toMatchObject(denied);
    await cloudFormation('plan').send(remove(powerless));
    expect(await status()).toBe('DELETE_FAILED');
    await expect(administrator().send(new HeadBucketCommand({ Bucket }))).resolves.toBeDefined();
    await cloudFormation('destroy').send(remove(service));
    await sandbox.aws.world.settle();
    await expect(administrator().send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it.each(['plan', 'deploy'] as const)('let %s ask every service whether something is there', async (environment) => {
    await bootstrap();
    const credentials = sandbox.aws.session(`opensarlab-${environment}`, { name: 'job' });
    const { existence } = connectAws({ region, accountId: sandboxAccountId, credentials });
    const asked = resourceRows.flatMap(({ type }) => [1, 2].map((each) => ({ type, physicalId: `none-${each}` })));
    const answers = await existence.readAll(asked);
    const refused = answers.map((answer) => answer instanceof Failure && answer.code === 'AccessDenied');
    expect(asked.filter((_, index) => refused[index])).toEqual([]);
    expect(
      answers.filter((answer) => !(answer instanceof Failure) && answer.presence === 'gone').length,
    ).toBeGreaterThan(30);
  });

  it('write into no bucket of others', async () => {
    await bootstrap();
    sandbox.aws.setup.createForeignBucket(region, 'guessed', {
      policy: { Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::guessed/*' } },
    });
    for (const environment of ['plan', 'deploy', 'destroy', 'audit'] as const) {
      const s3 = new S3Client({ ...settingsOf(environment), forcePathStyle: true });
      const put = new PutObjectCommand({ Bucket: 'guessed', Key: 'plans/a', Body: 'x' });
      await expect(s3.send(put), environment).rejects.toMatchObject({ name: 'AccessDenied' });
    }
    expect(sandbox.aws.refusals.at(-1)).toMatchObject({
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::guessed/plans/a',
    });
  });
});
