import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  RollbackStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTemplate } from '../../actions/lib/stacks/template.ts';
import {
  expectNothingDone,
  expectRefusal,
  expectSuccess,
  expectWayOn,
  look,
  settings,
  unapproved,
  until,
} from './judgement.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let cloudFormation: CloudFormationClient;
let s3: S3Client;
beforeAll(async () => {
  world = await openWorld({ ruled: false });
  await world.deploy('sar');
  cloudFormation = new CloudFormationClient(world.stage.administrator);
  s3 = new S3Client({ ...world.stage.administrator, forcePathStyle: true });
});
afterAll(() => world.close());

const StackName = 'sar-cluster-pipeline';

async function statusIs(...statuses: readonly (string | undefined)[]): Promise<void> {
  await until(`the stack is ${statuses.join(' or ')}`, async () =>
    statuses.includes((await settings(world)).get(StackName)),
  );
}

/** The pipeline's bucket, with something in it that keeps it from being deleted. @returns its name */
async function fillBucket(): Promise<string> {
  const bucket = { StackName, LogicalResourceId: 'ArtifactBucket' };
  const found = await cloudFormation.send(new DescribeStackResourceCommand(bucket));
  const Bucket = found.StackResourceDetail?.PhysicalResourceId ?? '';
  await s3.send(new PutObjectCommand({ Bucket, Key: 'artifact', Body: 'Built' }));
  return Bucket;
}

async function objectsOf(Bucket: string): Promise<{ Key: string; VersionId: string | undefined }[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, VersionId }));
}

async function emptyBucket(Bucket: string): Promise<void> {
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: await objectsOf(Bucket) } }));
}

async function removeStack(): Promise<void> {
  await cloudFormation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }));
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
}

/** Deploys as the night does. */
async function night(): Promise<void> {
  await world.sandbox.github.schedule(world.stage.repository.fullName, '23 9 * * *');
}

/** What nobody has approved is refused twice, shown, approved, and done; afterwards a night has nothing to do. */
async function expectRecovery(shows: readonly (string | RegExp)[]): Promise<void> {
  const before = await look(world);
  await night();
  expectRefusal(await world.settle(), 'deploy', unapproved);
  await expectNothingDone(world, before);
  await expectWayOn(world, shows);
  const { account } = await look(world);
  expect(account.get(StackName)).not.toBe(before.account.get(StackName));
  for (const [name, id] of before.account) {
    if (!name.startsWith(StackName)) expect(account.get(name), name).toBe(id);
  }
  const recovered = await look(world);
  await night();
  expectSuccess(await world.settle(), 'deploy');
  await expectNothingDone(world, recovered);
}

describe('a half-made stack with living resources', () => {
  it('in DELETE_FAILED is left alone, until a person has seen what recovery removes', async () => {
    const Bucket = await fillBucket();
    await removeStack();
    await statusIs('DELETE_FAILED');
    await expectRecovery([/ArtifactBucket/, Bucket]);
    expect((await objectsOf(Bucket)).map(({ Key }) => Key)).not.toContain('artifact');
  });

  it('in ROLLBACK_FAILED is left alone, until a person has seen what recovery removes', async () => {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
    await emptyBucket(await fillBucket());
    await removeStack();
    await statusIs(undefined);
    const template = readTemplate(TemplateBody, StackName);
    // A role that nothing may assume: IAM refuses it once everything else is there.
    template.Resources['Broken'] = {
      Type: 'AWS::IAM::Role',
      DependsOn: Object.keys(template.Resources),
      Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
    };
    await cloudFormation.send(
      new CreateStackCommand({
        ...{ StackName, TemplateBody: JSON.stringify(template), OnFailure: 'DO_NOTHING' },
        ...{ Parameters: stack?.Parameters, Tags: stack?.Tags, Capabilities: ['CAPABILITY_NAMED_IAM'] },
      }),
    );
    await statusIs('CREATE_FAILED');
    const Bucket = await fillBucket();
    await cloudFormation.send(new RollbackStackCommand({ StackName }));
    await statusIs('ROLLBACK_FAILED');
    await expectRecovery([/ArtifactBucket/, Bucket]);
  });
});
