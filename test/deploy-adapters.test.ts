import { CognitoIdentityProviderClient, DescribeUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateMultipartUploadCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsError, type AwsSandbox } from '@opensarlab/sandbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectAws } from '../actions/lib/adapters/aws/aws-account.ts';
import { toFailure } from '../actions/lib/failure.ts';
import type { AwsPorts } from '../actions/lib/ports/aws-ports.ts';
import type { ChangeSetRequest, StackState } from '../actions/lib/ports/cloudformation.ts';
import { quietReporter } from '../actions/lib/ports/test/fake-aws.ts';
import { waitForChangeSet, waitForStack } from '../actions/lib/stack-operations/stack-waiting.ts';
import { openTestAccount, type TestAccount, testPatience } from './deploy-account.ts';

let account: TestAccount;
let sandbox: AwsSandbox;
let aws: AwsPorts;
/** For what a deployment's users and builds do, and no port does. */
let settings: TestAccount['settings'] & { forcePathStyle: boolean };

beforeAll(async () => {
  account = await openTestAccount();
  sandbox = account.sandbox;
  settings = { ...account.settings, forcePathStyle: true };
  aws = account.connect();
});

afterAll(() => account.close());

const roleArn = 'arn:aws:iam::123456789012:role/opensarlab-cloudformation';

async function apply(
  request: Pick<ChangeSetRequest, 'stackName' | 'type' | 'templateBody'> & Partial<ChangeSetRequest>,
) {
  const { changeSetId, stackId } = await aws.cloudFormation.createChangeSet({
    changeSetName: `test-${Math.random().toString(36).slice(2)}`,
    parameters: {},
    tags: { 'opensarlab:deployment': 'sar' },
    roleArn,
    description: 'test',
    importExisting: false,
    ...request,
  });
  const changeSet = await waitForChangeSet(
    aws.cloudFormation,
    { changeSetId, stackId },
    request.stackName,
    testPatience(),
  );
  return { changeSetId, stackId, changeSet };
}

async function settle(stackId: string): Promise<StackState | undefined> {
  const waiting = { cloudFormation: aws.cloudFormation, reporter: quietReporter(), patience: testPatience() };
  return waitForStack('stack', stackId, waiting);
}

/** Makes a stack and waits for it. */
async function create(stackName: string, templateBody: string): Promise<StackState> {
  const { changeSetId, stackId } = await apply({ stackName, type: 'CREATE', templateBody });
  await aws.cloudFormation.executeChangeSet(changeSetId, 'token-1');
  const state = await settle(stackId);
  if (state?.status !== 'CREATE_COMPLETE') throw new Error(`${stackName} is ${state?.status} ${state?.statusReason}`);
  return state;
}

describe('CloudFormation', () => {
  const template = (name: string) => `
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: ${name}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: codebuild.amazonaws.com}, Action: sts:AssumeRole}]
Outputs:
  Fingerprint: {Value: ${name}}
`;

  it('plans, makes, changes and deletes a stack, and remembers it', async () => {
    expect(await aws.cloudFormation.findStack('sar-life')).toBeUndefined();
    const planned = await apply({ stackName: 'sar-life', type: 'CREATE', templateBody: template('life-one') });
    expect(planned.changeSet.changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ logicalId: 'Bucket', type: 'AWS::S3::Bucket', action: 'Add' }),
      ]),
    );
    expect((await aws.cloudFormation.findStack('sar-life'))?.status).toBe('REVIEW_IN_PROGRESS');
    await aws.cloudFormation.executeChangeSet(planned.changeSetId, 'token-1');
    const made = await settle(planned.stackId);
    expect(made).toMatchObject({ status: 'CREATE_COMPLETE', outputs: { Fingerprint: 'life-one' } });

    const update = await apply({ stackName: 'sar-life', type: 'UPDATE', templateBody: template('life-two') });
    expect(update.changeSet.changes).toContainEqual(
      expect.objectContaining({ logicalId: 'Bucket', action: 'Modify', replacement: 'True' }),
    );
    const bucket = update.changeSet.changes.find(({ logicalId }) => logicalId === 'Bucket');
    expect(bucket?.details).toContainEqual(
      expect.objectContaining({ before: 'life-one', after: 'life-two', requiresRecreation: 'Always' }),
    );
    await aws.cloudFormation.deleteChangeSet(update.changeSetId);

    const events = await aws.cloudFormation.lastOperationEvents(planned.stackId);
    expect(events[0]).toMatchObject({ status: 'CREATE_IN_PROGRESS', type: 'AWS::CloudFormation::Stack' });
    expect(events.at(-1)).toMatchObject({ status: 'CREATE_COMPLETE', type: 'AWS::CloudFormation::Stack' });
    const resources = await aws.cloudFormation.listResources('sar-life');
    expect(resources.map(({ type, status }) => `${type} ${status}`).sort()).toEqual([
      'AWS::IAM::Role CREATE_COMPLETE',
      'AWS::S3::Bucket CREATE_COMPLETE',
    ]);
    for (const { type, physicalId } of resources) {
      expect(await aws.existence.check({ type, physicalId })).toBe('exists');
    }
    await aws.cloudFormation.setTerminationProtection('sar-life', true);
    const refused = await aws.cloudFormation.deleteStack('sar-life', { roleArn, requestToken: 't' }).catch(toFailure);
    expect(refused).toMatchObject({ code: 'ValidationError', source: 'aws' });
    await aws.cloudFormation.setTerminationProtection('sar-life', false);
    await aws.cloudFormation.deleteStack('sar-life', { roleArn, requestToken: 't' });
    expect((await settle(planned.stackId))?.status).toBe('DELETE_COMPLETE');
    expect(await aws.cloudFormation.findStack('sar-life')).toBeUndefined();
    expect(await aws.cloudFormation.findDeletedStackId('sar-life')).toBe(planned.stackId);
    for (const { type, physicalId, status } of await aws.cloudFormation.listResources(planned.stackId)) {
      expect(status).toBe('DELETE_COMPLETE');
      expect(await aws.existence.check({ type, physicalId })).toBe('gone');
    }
  });

  it('says that a change set has nothing to change', async () => {
    await create('sar-same', template('same'));
    const { changeSet } = await apply({ stackName: 'sar-same', type: 'UPDATE', templateBody: template('same') });
    expect(changeSet.status).toBe('FAILED');
    expect(changeSet.statusReason).toMatch(/didn't contain changes|No updates/);
  });

  it('reports the failing resource of a deletion', async () => {
    const { id } = await create('sar-full', template('full-bucket'));
    const s3 = new S3Client(settings);
    await s3.send(new PutObjectCommand({ Bucket: 'full-bucket', Key: 'a', Body: 'x' }));
    await aws.cloudFormation.deleteStack(id, { roleArn, requestToken: 't' });
    expect((await settle(id))?.status).toBe('DELETE_FAILED');
    const events = await aws.cloudFormation.lastOperationEvents(id);
    expect(events).toContainEqual(expect.objectContaining({ logicalId: 'Bucket', status: 'DELETE_FAILED' }));
    expect(await aws.buckets.empty('full-bucket')).toBe(1);
    await aws.cloudFormation.deleteStack(id, { roleArn, requestToken: 't2' });
    expect((await settle(id))?.status).toBe('DELETE_COMPLETE');
  });
});

describe('buckets', () => {
  it('are emptied of versions, delete markers and unfinished uploads, and kept', async () => {
    await create(
      'sar-bucket',
      'Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: versioned, VersioningConfiguration: {Status: Enabled}}}}',
    );
    const s3 = new S3Client(settings);
    for (const body of ['1', '2']) await s3.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'a', Body: body }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'a' }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket: 'versioned', Key: 'big' }));
    expect(await aws.buckets.empty('versioned')).toBe(4);
    expect(await aws.buckets.empty('versioned')).toBe(0);
    expect(await aws.buckets.exists('versioned')).toBe(true);
    expect(await aws.buckets.exists('nobody-has-this')).toBe(false);
    expect(await aws.buckets.empty('nobody-has-this')).toBe(0);
  });
});

describe('image repositories', () => {
  it('are listed by exact namespace, searched by tag, emptied and deleted', async () => {
    const ecr = new ECRClient(settings);
    for (const name of ['sar-container/sar', 'sar-container-2/sar']) {
      await ecr.send(new CreateRepositoryCommand({ repositoryName: name }));
    }
    const manifest = (content: string) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        layers: [],
        content,
      });
    for (const [tag, content] of [
      ['c0ffee0', 'a'],
      ['decade0', 'b'],
    ] as const) {
      const input = { repositoryName: 'sar-container/sar', imageManifest: manifest(content), imageTag: tag };
      await ecr.send(new PutImageCommand(input));
    }
    expect((await aws.images.list('sar-container')).map(({ name }) => name)).toEqual(['sar-container/sar']);
    expect(await aws.images.findImage('sar-container/sar', 'c0ffee0')).toEqual({
      digest: expect.stringMatching(/^sha256:/),
    });
    expect(await aws.images.findImage('sar-container/sar', 'latest')).toBeUndefined();
    expect(await aws.images.findImage('sar-container/none', 'c0ffee0')).toBeUndefined();
    expect(await aws.images.empty('sar-container/sar')).toBe(2);
    expect(await aws.images.empty('sar-container/none')).toBe(0);
    await aws.images.delete('sar-container/sar');
    await aws.images.delete('sar-container/sar');
    expect(await aws.images.list('sar-container')).toEqual([]);
  });
});

describe('CodeCommit', () => {
  it('makes, finds and deletes a repository', async () => {
    expect(await aws.repositories.find('sar-cluster')).toBeUndefined();
    const made = await aws.repositories.create('sar-cluster', 'Mirror', { 'opensarlab:deployment': 'sar' });
    expect(made.arn).toBe(`arn:aws:codecommit:us-west-2:123456789012:sar-cluster`);
    expect(await aws.repositories.find('sar-cluster')).toEqual(made);
    expect(await aws.repositories.branchHead('sar-cluster', 'main')).toBeUndefined();
    expect(await aws.repositories.list()).toContain('sar-cluster');
    await aws.repositories.delete('sar-cluster');
    await aws.repositories.delete('sar-cluster');
    expect(await aws.existence.check({ type: 'AWS::CodeCommit::Repository', physicalId: 'sar-cluster' })).toBe('gone');
  });
});

describe('volumes', () => {
  it('are found by exact tag only, snapshotted and deleted', async () => {
    const ec2 = new EC2Client(settings);
    const make = async (value: string): Promise<string> => {
      const tags = [{ Key: 'opensarlab:deployment', Value: value }];
      const { VolumeId } = await ec2.send(
        new CreateVolumeCommand({
          AvailabilityZone: 'us-west-2a',
          Size: 10,
          TagSpecifications: [{ ResourceType: 'volume', Tags: tags }],
        }),
      );
      return VolumeId ?? '';
    };
    const id = await make('vol-test');
    await make('vol-test-2');
    const tag = { key: 'opensarlab:deployment', value: 'vol-test' };
    await vi.waitFor(async () =>
      expect(await aws.volumes.find(tag)).toMatchObject([{ id, sizeGib: 10, state: 'available' }]),
    );
    expect(await aws.volumes.find({ ...tag, value: 'vol-*' })).toEqual([]);
    const snapshot = await aws.volumes.createSnapshot(id, 'last', { 'opensarlab:deployment': 'vol-test' });
    expect(await aws.volumes.findSnapshots(tag)).toMatchObject([{ id: snapshot.id, volumeId: id }]);
    await aws.volumes.delete(id);
    await vi.waitFor(async () => {
      expect(await aws.existence.check({ type: 'AWS::EC2::Volume', physicalId: id })).toBe('gone');
    });
    await aws.volumes.delete(id);
    await vi.waitFor(async () => expect(await aws.volumes.findSnapshots(tag)).toMatchObject([{ state: 'completed' }]));
    await aws.volumes.deleteSnapshot(snapshot.id);
    await aws.volumes.deleteSnapshot(snapshot.id);
    expect(await aws.volumes.findSnapshots(tag)).toEqual([]);
  });
});

describe('user pools', () => {
  it('have their sign-up closed and protection taken off, and keep everything else', async () => {
    await create(
      'sar-pool',
      `
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: sar-pool
      DeletionProtection: ACTIVE
      AdminCreateUserConfig: {AllowAdminCreateUserOnly: false}
      AutoVerifiedAttributes: [email]
      Policies: {PasswordPolicy: {MinimumLength: 14, RequireNumbers: true}}
      AccountRecoverySetting: {RecoveryMechanisms: [{Name: verified_email, Priority: 1}]}
`,
    );
    const [id = ''] = await aws.userPools.findByName('sar-pool');
    expect(await aws.userPools.findByName('sar-poo')).toEqual([]);
    const cognito = new CognitoIdentityProviderClient(settings);
    const before = (await cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))).UserPool;
    await aws.userPools.closeSignUp(id);
    await aws.userPools.allowDeletion(id);
    expect(await aws.userPools.find(id)).toEqual({
      id,
      name: 'sar-pool',
      signUpClosed: true,
      deletionProtection: false,
      accounts: 0,
    });
    const after = (await cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }))).UserPool;
    expect(after?.Policies).toEqual(before?.Policies);
    expect(after?.AutoVerifiedAttributes).toEqual(['email']);
    expect(after?.AccountRecoverySetting).toEqual(before?.AccountRecoverySetting);
    expect(await aws.userPools.find('us-west-2_nothing00')).toBeUndefined();
  });
});

describe('failures', () => {
  const fault = (code: string, times = 20) =>
    sandbox.faults.inject({ service: 'codecommit', times, fault: { kind: 'error', error: new AwsError(code, 'no') } });
  const list = async () => aws.repositories.list().then(() => undefined, toFailure);

  it.each([
    ['AccessDeniedException', 'AccessDenied'],
    ['ExpiredTokenException', 'CredentialsLost'],
    ['EncryptionKeyDisabledException', 'EncryptionKeyDisabledException'],
  ])('%s is told as %s', async (name, code) => {
    fault(name);
    const failure = await list();
    sandbox.faults.clear();
    expect(failure).toMatchObject({ code, source: 'aws', message: expect.stringContaining('list repositories') });
  });

  it('goes on after a broken connection, and counts every request', async () => {
    const before = aws.callCount();
    sandbox.faults.inject({ service: 'codecommit', fault: { kind: 'drop' } });
    expect(await list()).toBeUndefined();
    expect(aws.callCount() - before).toBe(2);
  });

  it('are lost credentials when the key is not known', async () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) };
    const stranger = connectAws({ region: account.region, accountId: account.accountId, credentials });
    expect(await stranger.repositories.list().catch(toFailure)).toMatchObject({ code: 'CredentialsLost' });
  });
});
