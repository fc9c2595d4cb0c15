import { AwsError, type ServiceModule } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { codebuildService } from '../codebuild/codebuild-service.ts';
import { requireAllowed } from '../codebuild/service-role.ts';
import { codecommitService } from '../codecommit/codecommit-service.ts';
import { s3Service } from '../s3/s3-service.ts';
import { assumeRoleAsService } from '../sts/role-session.ts';
import { ActionFailure } from './action-variables.ts';
import type { ActionRun, PipelineRun, StoredPipeline } from './codepipeline-state.ts';

type Needs = readonly (readonly [ServiceModule, readonly string[]])[];

/**
 * What the pipeline's role needs for an action (action-reference-CodeCommit.html and action-reference-CodeBuild.html,
 * "Service role permissions"; for the artifact bucket, security-iam.html).
 */
function needsOf(action: ActionRun): Needs {
  if (action.action.actionTypeId.provider === 'CodeBuild') {
    return [
      [s3Service, ['GetObject']],
      [codebuildService, ['StartBuild', 'BatchGetBuilds']],
    ];
  }
  const clone = action.resolvedConfiguration['OutputArtifactFormat'] === 'CODEBUILD_CLONE_REF';
  const archive = clone ? ['GetRepository'] : ['UploadArchive', 'GetUploadArchiveStatus'];
  return [
    [codecommitService, ['GetBranch', 'GetCommit', ...archive]],
    [s3Service, ['PutObject']],
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
    for (const [service, operations] of needsOf(action)) {
      requireAllowed(world, pipeline.region, principal, service, operations);
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
