import type { ActionExecutionDetail, PipelineExecutionSummary } from '@aws-sdk/client-codepipeline';
import type { ResourceState } from '../../cloudformation/resource-type.ts';
import { createServiceRole } from '../codebuild/build-fixture.ts';
import { codebuildResourceTypes } from '../codebuild/codebuild-resource-types.ts';
import { codecommitService } from '../codecommit/codecommit-service.ts';
import { commitFiles } from '../codecommit/commit-fixture.ts';
import { s3ResourceTypes } from '../s3/s3-resource-types.ts';
import { openServiceFixture, resourceType, type ServiceFixture } from '../service-fixture.ts';
import { codepipelineResourceTypes } from './codepipeline-resource-types.ts';
import { codepipelineService } from './codepipeline-service.ts';

export const pipelineType = resourceType(codepipelineResourceTypes, 'AWS::CodePipeline::Pipeline');
export const bucketType = resourceType(s3ResourceTypes, 'AWS::S3::Bucket');
const projectType = resourceType(codebuildResourceTypes, 'AWS::CodeBuild::Project');
export const BUCKET = 'codepipeline-us-west-2-sar';
const ROLE = 'arn:aws:iam::123456789012:role/build';

/** A world with the repository `sar-cluster`, the project `sar-build`, an artifact bucket and a role, without a pipeline. */
export type PipelineFixture = ServiceFixture & {
  /** An operation of CodePipeline on `sar-pipeline`. */
  pipeline(operation: string, input?: object): Promise<Record<string, unknown>>;
  /** Commits a buildspec with one command to a branch. @returns the commit id */
  push(command: string, branch?: string): Promise<string>;
  createPipeline(changes?: Record<string, unknown>): Promise<ResourceState>;
  /** Newest first, once nothing runs any more. */
  executions(): Promise<PipelineExecutionSummary[]>;
  /** Newest first. */
  actions(): Promise<ActionExecutionDetail[]>;
  close(): Promise<void>;
};

export async function openPipelineFixture(): Promise<PipelineFixture> {
  const fixture = openServiceFixture();
  await createServiceRole(fixture, 'build', 'codebuild.amazonaws.com', 'codepipeline.amazonaws.com');
  await fixture.call(codecommitService, 'CreateRepository', { repositoryName: 'sar-cluster' });
  await fixture.create(bucketType, { BucketName: BUCKET });
  await fixture.create(projectType, {
    Name: 'sar-build',
    ServiceRole: ROLE,
    Source: { Type: 'CODEPIPELINE' },
    Artifacts: { Type: 'CODEPIPELINE' },
    Environment: { Type: 'LINUX_CONTAINER', ComputeType: 'BUILD_GENERAL1_SMALL', Image: 'image' },
  });
  const pipeline: PipelineFixture['pipeline'] = (operation, input = {}) =>
    fixture.call(codepipelineService, operation, { name: 'sar-pipeline', pipelineName: 'sar-pipeline', ...input });
  return {
    ...fixture,
    pipeline,
    push: (command, branch = 'main') => commitFiles(fixture, 'sar-cluster', filesOf(command), branch),
    createPipeline: (changes = {}) => fixture.create(pipelineType, properties(changes)),
    async executions() {
      await fixture.world.settle();
      return (await pipeline('ListPipelineExecutions'))['pipelineExecutionSummaries'] as PipelineExecutionSummary[];
    },
    async actions() {
      return (await pipeline('ListActionExecutions'))['actionExecutionDetails'] as ActionExecutionDetail[];
    },
    async close() {
      fixture.close();
      await fixture.world.settle();
    },
  };
}

const filesOf = (command: string): Record<string, string> => ({
  'buildspec.yml': `version: 0.2\nphases: { build: { commands: ['${command}'] } }\n`,
  'run.sh': 'echo run',
});

/** A source action with these settings changed. */
export const source = (configuration: Record<string, unknown> = {}) => ({
  Name: 'Source',
  ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeCommit', Version: '1' },
  Configuration: {
    RepositoryName: 'sar-cluster',
    BranchName: 'main',
    PollForSourceChanges: false,
    ...configuration,
  },
  OutputArtifacts: [{ Name: 'SourceArtifact' }],
  Namespace: 'SourceVariables',
});
/** A build action with these properties changed. */
export const build = (changes: Record<string, unknown> = {}) => ({
  Name: 'Build',
  ActionTypeId: { Category: 'Build', Owner: 'AWS', Provider: 'CodeBuild', Version: '1' },
  Configuration: { ProjectName: 'sar-build' },
  InputArtifacts: [{ Name: 'SourceArtifact' }],
  ...changes,
});
/** Properties of AWS::CodePipeline::Pipeline with these changed. */
export const properties = (changes: Record<string, unknown> = {}) => ({
  Name: 'sar-pipeline',
  RoleArn: ROLE,
  ArtifactStore: { Type: 'S3', Location: BUCKET },
  Stages: [
    { Name: 'Source', Actions: [source()] },
    { Name: 'Build', Actions: [build()] },
  ],
  ...changes,
});
