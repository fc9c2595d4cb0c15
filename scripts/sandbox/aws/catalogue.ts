import { createCloudFormationService } from './cloudformation/cloudformation-service.ts';
import type { ResourceType } from './cloudformation/resource-type.ts';
import type { ServiceModule } from './service.ts';
import { autoScalingResourceTypes } from './services/auto-scaling/auto-scaling-resource-types.ts';
import { autoScalingService } from './services/auto-scaling/auto-scaling-service.ts';
import { codebuildResourceTypes } from './services/codebuild/codebuild-resource-types.ts';
import { codebuildService } from './services/codebuild/codebuild-service.ts';
import { codecommitResourceTypes } from './services/codecommit/codecommit-resource-types.ts';
import { codecommitService } from './services/codecommit/codecommit-service.ts';
import { codepipelineResourceTypes } from './services/codepipeline/codepipeline-resource-types.ts';
import { codepipelineService } from './services/codepipeline/codepipeline-service.ts';
import { cognitoResourceTypes } from './services/cognito/cognito-resource-types.ts';
import { cognitoService } from './services/cognito/cognito-service.ts';
import { dlmResourceTypes } from './services/dlm/dlm-resource-types.ts';
import { ec2ResourceTypes } from './services/ec2/ec2-resource-types.ts';
import { ec2Service } from './services/ec2/ec2-service.ts';
import { ecrResourceTypes } from './services/ecr/ecr-resource-types.ts';
import { ecrService } from './services/ecr/ecr-service.ts';
import { elbv2ResourceTypes } from './services/elbv2/elbv2-resource-types.ts';
import { elbv2Service } from './services/elbv2/elbv2-service.ts';
import { iamResourceTypes } from './services/iam/iam-resource-types.ts';
import { iamService } from './services/iam/iam-service.ts';
import { s3ResourceTypes } from './services/s3/s3-resource-types.ts';
import { s3Service } from './services/s3/s3-service.ts';
import { stsService } from './services/sts/sts-service.ts';

/** Every CloudFormation type of which the sandbox can make resources. */
export const resourceTypes: readonly ResourceType[] = [
  ...autoScalingResourceTypes,
  ...codebuildResourceTypes,
  ...codecommitResourceTypes,
  ...codepipelineResourceTypes,
  ...cognitoResourceTypes,
  ...dlmResourceTypes,
  ...ec2ResourceTypes,
  ...ecrResourceTypes,
  ...elbv2ResourceTypes,
  ...iamResourceTypes,
  ...s3ResourceTypes,
];

/** Every service that the sandbox answers for. */
export const services: readonly ServiceModule[] = [
  autoScalingService,
  createCloudFormationService(resourceTypes),
  codebuildService,
  codecommitService,
  codepipelineService,
  cognitoService,
  ec2Service,
  ecrService,
  elbv2Service,
  iamService,
  s3Service,
  stsService,
];
