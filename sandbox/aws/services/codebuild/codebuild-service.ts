import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { buildOperations } from './build-operations.ts';
import { projectOperations } from './project-operations.ts';

/** AWS CodeBuild, API version 2016-10-06 (docs.aws.amazon.com/codebuild/latest/APIReference). */
export const codebuildService: ServiceModule = {
  signingName: 'codebuild',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-codebuild'),
  members: membersRead('codebuild'),
  operations: { ...projectOperations, ...buildOperations },
};
