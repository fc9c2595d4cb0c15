import { membersRead } from '../../members/members-read.ts';
import type { ServiceModule } from '../../service.ts';
import { executionOperations } from './execution-operations.ts';
import { pipelineOperations } from './pipeline-operations.ts';

/** AWS CodePipeline, API version 2015-07-09 (docs.aws.amazon.com/codepipeline/latest/APIReference). */
export const codepipelineService: ServiceModule = {
  signingName: 'codepipeline',
  protocol: 'json-1.1',
  loadClient: () => import('@aws-sdk/client-codepipeline'),
  members: membersRead('codepipeline'),
  operations: { ...pipelineOperations, ...executionOperations },
};
