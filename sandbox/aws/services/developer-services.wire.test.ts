import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetProjectsCommand, CodeBuildClient, ListProjectsCommand } from '@aws-sdk/client-codebuild';
import {
  CodeCommitClient,
  CreateRepositoryCommand as CreateCodeCommitRepository,
  GetRepositoryCommand,
  paginateListRepositories,
} from '@aws-sdk/client-codecommit';
import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createVirtualClock } from '../../clock.ts';
import { type AwsSandbox, startAws } from '../start-aws.ts';
import { codebuildService } from './codebuild/codebuild-service.ts';
import { codecommitService } from './codecommit/codecommit-service.ts';
import { codepipelineService } from './codepipeline/codepipeline-service.ts';
import { ecrService } from './ecr/ecr-service.ts';
import { s3Service } from './s3/s3-service.ts';

let sandbox: AwsSandbox;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'developer-services-'));
  sandbox = await startAws({
    accountId: '123456789012',
    clock: createVirtualClock(1000),
    folder,
    services: [s3Service, ecrService, codecommitService, codepipelineService, codebuildService],
  });
});
afterAll(async () => {
  expect(sandbox.bugs).toEqual([]);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const client = () => ({
  region: 'us-west-2',
  endpoint: sandbox.url,
  credentials: sandbox.administrator,
  maxAttempts: 1,
});

it('S3 speaks to its client', async () => {
  const s3 = new S3Client(client());
  const Bucket = 'wire';
  const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' as const };
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  expect(await s3.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({ LocationConstraint: 'us-west-2' });
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a/ü &<>', Body: 'text', ContentType: 'text/plain' }));
  const object = await s3.send(new GetObjectCommand({ Bucket, Key: 'a/ü &<>' }));
  expect(await object.Body?.transformToString()).toBe('text');
  expect((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents).toMatchObject([{ Key: 'a/ü &<>', Size: 4 }]);
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big' }));
  expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toMatchObject([{ Key: 'big' }]);
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a/ü &<>' }));
  await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  expect(Objects).toHaveLength(2);
  const deleted = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(deleted.Deleted).toHaveLength(2);
  await s3.send(new DeleteBucketCommand({ Bucket }));
  await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
  await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'x' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

it('ECR speaks to its client', async () => {
  const ecr = new ECRClient(client());
  const repositoryName = 'sar-container/sar';
  const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  expect(repository).toMatchObject({ repositoryUri: `123456789012.dkr.ecr.us-west-2.amazonaws.com/${repositoryName}` });
  expect(repository?.createdAt).toBeInstanceOf(Date);
  const imageManifest = '{"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}';
  await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: 'latest' }));
  expect((await ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails).toMatchObject([
    { imageTags: ['latest'] },
  ]);
  const imageIds = [{ imageTag: 'latest' }, { imageTag: 'none' }];
  expect((await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))).failures).toHaveLength(1);
  await expect(ecr.send(new DescribeImagesCommand({ repositoryName: 'none' }))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
  });
});

it('CodeCommit, CodeBuild and CodePipeline speak to their clients', async () => {
  const codecommit = new CodeCommitClient(client());
  await codecommit.send(new CreateCodeCommitRepository({ repositoryName: 'sar-cluster', tags: { a: 'b' } }));
  const names: (string | undefined)[] = [];
  for await (const page of paginateListRepositories({ client: codecommit }, {})) {
    names.push(...(page.repositories ?? []).map((repository) => repository.repositoryName));
  }
  expect(names).toEqual(['sar-cluster']);
  await expect(codecommit.send(new GetRepositoryCommand({ repositoryName: 'sar' }))).rejects.toMatchObject({
    name: 'RepositoryDoesNotExistException',
  });
  const codebuild = new CodeBuildClient(client());
  expect((await codebuild.send(new ListProjectsCommand())).projects).toEqual([]);
  expect((await codebuild.send(new BatchGetProjectsCommand({ names: ['none'] }))).projectsNotFound).toEqual(['none']);
  const codepipeline = new CodePipelineClient(client());
  await expect(codepipeline.send(new GetPipelineCommand({ name: 'none' }))).rejects.toMatchObject({
    name: 'PipelineNotFoundException',
  });
});
