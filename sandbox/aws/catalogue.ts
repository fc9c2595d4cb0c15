import { resourceAccess } from './access/resource-access.ts';
import { createCloudFormationService } from './cloudformation/cloudformation-service.ts';
import type { CloudFormationOptions } from './cloudformation/engine.ts';
import type { ResourceType } from './cloudformation/resource-type.ts';
import type { Principal, ServiceModule } from './service.ts';
import { acmResourceTypes } from './services/acm/acm-resource-types.ts';
import { acmService } from './services/acm/acm-service.ts';
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
import { costExplorerService } from './services/cost-explorer/cost-explorer-service.ts';
import { dlmResourceTypes } from './services/dlm/dlm-resource-types.ts';
import { ec2ResourceTypes } from './services/ec2/ec2-resource-types.ts';
import { ec2Service } from './services/ec2/ec2-service.ts';
import { ecrResourceTypes } from './services/ecr/ecr-resource-types.ts';
import { ecrService } from './services/ecr/ecr-service.ts';
import { eksResourceTypes } from './services/eks/eks-resource-types.ts';
import { eksService } from './services/eks/eks-service.ts';
import { elbv2ResourceTypes } from './services/elbv2/elbv2-resource-types.ts';
import { elbv2Service } from './services/elbv2/elbv2-service.ts';
import { eventsResourceTypes } from './services/events/events-resource-types.ts';
import { requireAccess } from './services/iam/authorizer.ts';
import { iamResourceTypes } from './services/iam/iam-resource-types.ts';
import { iamService } from './services/iam/iam-service.ts';
import { roleByArn } from './services/iam/iam-state.ts';
import { kmsResourceTypes } from './services/kms/kms-resource-types.ts';
import { lambdaResourceTypes } from './services/lambda/lambda-resource-types.ts';
import { logsResourceTypes } from './services/logs/logs-resource-types.ts';
import { logsService } from './services/logs/logs-service.ts';
import { route53ResourceTypes } from './services/route53/route53-resource-types.ts';
import { s3ResourceTypes } from './services/s3/s3-resource-types.ts';
import { s3Service } from './services/s3/s3-service.ts';
import { secretsResourceTypes } from './services/secrets-manager/secrets-resource-types.ts';
import { secretsManagerService } from './services/secrets-manager/secrets-service.ts';
import { serviceQuotasService } from './services/service-quotas/service-quotas-service.ts';
import { sesService } from './services/ses/ses-service.ts';
import { publicParameter, ssmService } from './services/ssm/public-parameters.ts';
import { trustsService } from './services/sts/role-trust.ts';
import { stsService } from './services/sts/sts-service.ts';
import { taggedResourceSources } from './services/tagging/tagged-resource-sources.ts';
import { createTaggingService } from './services/tagging/tagging-service.ts';
import { templateAt } from './template-url.ts';
import type { AwsWorld } from './world.ts';

/** Every CloudFormation type of which the sandbox can make resources. */
export const resourceTypes: readonly ResourceType[] = [
  ...acmResourceTypes,
  ...autoScalingResourceTypes,
  ...codebuildResourceTypes,
  ...codecommitResourceTypes,
  ...codepipelineResourceTypes,
  ...cognitoResourceTypes,
  ...dlmResourceTypes,
  ...ec2ResourceTypes,
  ...ecrResourceTypes,
  ...eksResourceTypes,
  ...elbv2ResourceTypes,
  ...eventsResourceTypes,
  ...iamResourceTypes,
  ...kmsResourceTypes,
  ...lambdaResourceTypes,
  ...logsResourceTypes,
  ...route53ResourceTypes,
  ...s3ResourceTypes,
  ...secretsResourceTypes,
];

/** What CloudFormation asks of the other services. */
const cloudFormationOptions: CloudFormationOptions = {
  ssmParameter: (name, { world, region }) => publicParameter(world, region, name),
  roleExists(world, roleArn) {
    const role = roleByArn(world, roleArn);
    // CloudFormation names the account it acts for (AWSCloudFormation/latest/UserGuide/cross-service-confused-deputy-prevention.html).
    const context = { 'aws:SourceAccount': world.accountId };
    return role !== undefined && trustsService(role, 'cloudformation.amazonaws.com', context);
  },
  requireAccess({ type, verb, request, roleArn, caller }) {
    const { world, region } = request;
    const principal = roleArn === undefined ? caller : serviceSession(world, roleArn);
    if (principal) requireAccess(world, principal, 'query', resourceAccess(type, verb, request), { region });
  },
  templateAt,
};

/** CloudFormation as it works in a role. A role that is gone may do nothing. */
function serviceSession(world: AwsWorld, roleArn: string): Principal {
  const role = roleByArn(world, roleArn);
  const name = role?.name ?? roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    arn: `arn:aws:sts::${world.accountId}:assumed-role/${name}/AWSCloudFormation`,
    accountId: world.accountId,
    userId: `${role?.id ?? 'AROA'}:AWSCloudFormation`,
    accessKeyId: '',
    roleName: name,
  };
}

/** Every service that the sandbox answers for. */
export const services: readonly ServiceModule[] = [
  acmService,
  autoScalingService,
  codebuildService,
  codecommitService,
  codepipelineService,
  cognitoService,
  costExplorerService,
  createCloudFormationService(resourceTypes, cloudFormationOptions),
  createTaggingService(taggedResourceSources),
  ec2Service,
  ecrService,
  eksService,
  elbv2Service,
  iamService,
  logsService,
  s3Service,
  secretsManagerService,
  serviceQuotasService,
  sesService,
  ssmService,
  stsService,
];
