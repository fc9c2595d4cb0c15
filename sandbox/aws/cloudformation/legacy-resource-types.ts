/**
 * Types that CloudFormation still provisions without a registry handler; their errors read differently. The covered
 * ones among the types that `ProvisioningType` calls NON_PROVISIONABLE:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_TypeSummary.html
 */
export const legacyTypes: ReadonlySet<string> = new Set([
  'AWS::CodeBuild::Project',
  'AWS::CodeCommit::Repository',
  'AWS::DLM::LifecyclePolicy',
  'AWS::Route53::RecordSet',
]);

/**
 * Covered types that pre-deployment validation leaves out, section "Resource limitations" of
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html; what is wrong with
 * them shows only when the resource is made.
 */
export const typesWithoutEarlyValidation: ReadonlySet<string> = new Set([
  ...legacyTypes,
  'AWS::Cognito::UserPoolUserToGroupAttachment',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECR::Repository',
  'AWS::EKS::PodIdentityAssociation',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
]);
