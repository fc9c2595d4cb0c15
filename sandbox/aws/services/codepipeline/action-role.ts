import { AwsError, type ServiceModule } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { codebuildService } from '../codebuild/codebuild-service.ts';
import { requireAllowed, type ServiceCall } from '../codebuild/service-role.ts';
import { codecommitService } from '../codecommit/codecommit-service.ts';
import { s3Service } from '../s3/s3-service.ts';
import { assumeRoleAsService } from '../sts/role-session.ts';
import { ActionFailure } from './action-variables.ts';
import type { ActionRun, PipelineRun, StoredPipeline } from './codepipeline-state.ts';
import { artifactLocation } from './source-action.ts';

type Needs = readonly (readonly [ServiceModule, readonly ServiceCall[]])[];

/**
 * What the pipeline's role needs for an action (action-reference-CodeCommit.html and action-reference-CodeBuild.html,
 * "Service role permissions"; for the artifact bucket, security-iam.html).
 */
function needsOf(pipeline: StoredPipeline, action: ActionRun): Needs {
  const { ProjectName, RepositoryName, OutputArtifactFormat } = action.resolvedConfiguration;
  if (action.action.actionTypeId.provider === 'CodeBuild') {
    return [
      [s3Service, action.inputs.map(({ bucket, key }): ServiceCall => ['GetObject', { Bucket: bucket, Key: key }])],
      [
        codebuildService,
        [
          ['StartBuild', { projectName: ProjectName }],
          ['BatchGetBuilds', { ids: [`${ProjectName}:${action.id}`] }],
        ],
      ],
    ];
  }
  const archive =
    OutputArtifactFormat === 'CODEBUILD_CLONE_REF' ? ['GetRepository'] : ['UploadArchive', 'GetUploadArchiveStatus'];
  const reads = ['GetBranch', 'GetCommit', ...archive];
  const outputs = action.action.outputArtifacts.map(({ name }) => artifactLocation(pipeline, name));
  return [
    [codecommitService, reads.map((operation): ServiceCall => [operation, { repositoryName: RepositoryName }])],
    [s3Service, outputs.map(({ bucket, key }): ServiceCall => ['PutObject', { Bucket: bucket, Key: key }])],
  ];
}

/**
 * Assumes the pipeline's role for an action and checks what it may do.
 * @throws ActionFailure PermissionError
 */
export function checkActionRole(world: AwsWorld, pipeline: StoredPipeline, run: PipelineRun, action: ActionRun): void {
  try {
    const { principal } = assumeRoleAsService(world, {
      roleArn: run.declaration.roleArn,
      service: 'codepipeline.amazonaws.com',
      sessionName: run.id,
      context: { 'aws:SourceArn': pipeline.arn },
    });
    for (const [service, calls] of needsOf(pipeline, action)) {
      requireAllowed(world, pipeline.region, principal, service, calls);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new ActionFailure('PermissionError', permissionMessage(action, error.message));
  }
}

function permissionMessage(action: ActionRun, reason: string): string {
  const { RepositoryName } = action.resolvedConfiguration;
  const subject = RepositoryName === undefined ? 'the action' : `the AWS CodeCommit repository named ${RepositoryName}`;
  return (
    `The service role or action role doesn’t have the permissions required to access ${subject}. Update the IAM role ` +
    `permissions, and then try again. Error: ${reason}`
  );
}
