/**
 * Permissions of handlers that the role lacks on purpose: those that only the named properties need, which no template
 * renders, or those of which something else is so.
 */
export type Unneeded = { permissions: readonly string[] } & (
  | { properties: readonly [string, ...string[]] }
  | { reason: string }
);

const without = (properties: readonly [string, ...string[]], ...permissions: string[]): Unneeded => ({
  properties,
  permissions,
});
const because = (reason: string, ...permissions: string[]): Unneeded => ({ reason, permissions });

const takenAway =
  'Needed only when a template stops to render a property that it renders now; the role gets it with that template.';
const unsaid = 'The schema asks for it without a property that uses it, and AWS does not say what for.';

/** By type. */
export const unneededPermissions: Readonly<Record<string, readonly Unneeded[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': [
    without(['LoadBalancerNames'], 'autoscaling:AttachLoadBalancers', 'autoscaling:DetachLoadBalancers'),
    without(
      ['TrafficSources'],
      ...['autoscaling:AttachTrafficSources', 'autoscaling:DetachTrafficSources', 'vpc-lattice:DeregisterTargets'],
      ...['vpc-lattice:GetTargetGroup', 'vpc-lattice:ListTargets', 'vpc-lattice:RegisterTargets'],
    ),
    without(['LifecycleHookSpecificationList'], 'autoscaling:DeleteLifecycleHook', 'autoscaling:PutLifecycleHook'),
    without(
      ['NotificationConfiguration', 'NotificationConfigurations'],
      ...['autoscaling:DeleteNotificationConfiguration', 'autoscaling:PutNotificationConfiguration'],
    ),
    without(['MetricsCollection'], 'autoscaling:DisableMetricsCollection', 'autoscaling:EnableMetricsCollection'),
    without(['InstanceMaintenancePolicy'], 'autoscaling:CancelInstanceRefresh', 'autoscaling:StartInstanceRefresh'),
    because(
      'A wildcard of reading; of it the group needs the launch template (ec2:GetLaunchTemplateData) and the image (ssm:GetParameters).',
      ...['ec2:Get*', 'ssm:Get*'],
    ),
    because(
      unsaid,
      ...[
        'cloudwatch:PutMetricAlarm',
        'managed-fleets:CreateAutoScalingGroup',
        'managed-fleets:DeleteAutoScalingGroup',
      ],
      ...['managed-fleets:DeregisterAutoScalingGroup', 'managed-fleets:Get*'],
      ...['managed-fleets:RegisterAutoScalingGroup', 'managed-fleets:UpdateAutoScalingGroup'],
    ),
  ],
  'AWS::CertificateManager::Certificate': [
    without(['CertificateAuthorityArn'], 'acm-pca:GetCertificate', 'acm-pca:IssueCertificate'),
    without(['CertificateTransparencyLoggingPreference', 'CertificateExport'], 'acm:UpdateCertificateOptions'),
  ],
  'AWS::CodePipeline::Pipeline': [
    without(
      ['DisableInboundStageTransitions'],
      ...['codepipeline:DisableStageTransition', 'codepipeline:EnableStageTransition'],
    ),
    without(['RestartExecutionOnUpdate'], 'codepipeline:StartPipelineExecution'),
    without(['Stages.Actions.Configuration.ConnectionArn'], 'codestar-connections:PassConnection'),
  ],
  'AWS::Cognito::UserPool': [
    without(['SmsConfiguration'], 'iam:PassRole'),
    without(
      ['LambdaConfig.KMSKeyID', 'KeyConfiguration'],
      ...[
        'kms:CreateGrant',
        'kms:DescribeKey',
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:GenerateDataKeyWithoutPlaintext',
      ],
      ...['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    ),
    because(
      'Needed only when a template adds an attribute to a pool that there is; the role gets it with that template.',
      'cognito-idp:AddCustomAttributes',
    ),
  ],
  'AWS::Cognito::UserPoolClient': [
    without(['AnalyticsConfiguration'], 'iam:CreateServiceLinkedRole', 'iam:PassRole', 'iam:PutRolePolicy'),
  ],
  'AWS::Cognito::UserPoolDomain': [
    without(
      ['CustomDomainConfig'],
      ...[
        'cloudfront:updateDistribution',
        'kms:CreateGrant',
        'kms:DescribeKey',
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKeyWithoutPlaintext',
      ],
      ...['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    ),
  ],
  'AWS::Cognito::UserPoolGroup': [without(['RoleArn'], 'iam:PassRole', 'iam:PutRolePolicy')],
  'AWS::Cognito::UserPoolUser': [because(unsaid, 'iam:PassRole')],
  'AWS::EC2::EIP': [
    without(['InstanceId'], 'ec2:AssociateAddress'),
    without(['TransferAddress'], 'ec2:AcceptAddressTransfer'),
  ],
  'AWS::EC2::NatGateway': [
    without(
      ['PrivateIpAddress', 'SecondaryAllocationIds', 'SecondaryPrivateIpAddresses', 'SecondaryPrivateIpAddressCount'],
      ...['ec2:AssignPrivateNatGatewayAddress', 'ec2:AssociateNatGatewayAddress'],
      ...['ec2:DisassociateNatGatewayAddress', 'ec2:UnassignPrivateNatGatewayAddress'],
    ),
  ],
  'AWS::EC2::Subnet': [
    without(
      ['Ipv6CidrBlock', 'Ipv6CidrBlocks', 'Ipv6IpamPoolId'],
      ...['ec2:AssociateSubnetCidrBlock', 'ec2:DisassociateSubnetCidrBlock'],
    ),
  ],
  'AWS::EC2::VPC': [
    without(['VpcEncryptionControl'], 'ec2:CreateVpcEncryptionControl'),
    without(['InstanceTenancy'], 'ec2:ModifyVpcTenancy'),
  ],
  'AWS::EC2::VPCEndpoint': [
    without(
      ['ServiceNetworkArn'],
      'vpc-lattice:CreateServiceNetworkVpcEndpointAssociation',
      'vpc-lattice:DescribeServiceNetworkVpcEndpointAssociation',
    ),
    without(['ServiceRegion'], 'vpce:AllowMultiRegion'),
  ],
  'AWS::EC2::VPCGatewayAttachment': [without(['VpnGatewayId'], 'ec2:AttachVpnGateway', 'ec2:DetachVpnGateway')],
  'AWS::ECR::Repository': [
    without(['EncryptionConfiguration'], 'kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'),
  ],
  'AWS::EKS::Cluster': [
    without(['CertificateAuthority', 'ActiveCertificateAuthorityId'], 'eks:ActivateCertificateAuthority'),
    without(
      ['ComputeConfig'],
      ...['iam:AddRoleToInstanceProfile', 'iam:CreateInstanceProfile', 'iam:DeleteInstanceProfile'],
      ...['iam:GetInstanceProfile', 'iam:RemoveRoleFromInstanceProfile', 'iam:TagInstanceProfile'],
    ),
  ],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': [
    without(['MinimumLoadBalancerCapacity'], 'elasticloadbalancing:ModifyCapacityReservation'),
    without(['Ipv4IpamPoolId'], 'elasticloadbalancing:ModifyIpPools'),
  ],
  'AWS::IAM::Role': [
    because('Roles keep their boundary for life; nobody may take it off.', 'iam:DeleteRolePermissionsBoundary'),
  ],
  'AWS::Lambda::Function': [
    without(['FileSystemConfigs'], 'elasticfilesystem:DescribeMountTargets', 's3files:ListMountTargets'),
    without(
      ['KmsKeyArn', 'Code.SourceKMSKeyArn'],
      ...['kms:CreateGrant', 'kms:DescribeKey', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
    ),
    without(['CodeSigningConfigArn'], 'lambda:GetCodeSigningConfig'),
    without(['Layers'], 'lambda:GetLayerVersion'),
    without(['CapacityProviderConfig'], 'lambda:PassCapacityProvider'),
    without(['PublishToLatestPublished', 'SnapStart'], 'lambda:PublishVersion'),
    without(['RuntimeManagementConfig'], 'lambda:AssociateRuntimeAlias', 'lambda:PutRuntimeManagementConfig'),
    without(['Code.S3Bucket'], 's3:GetObject', 's3:GetObjectVersion'),
  ],
  'AWS::Logs::LogGroup': [
    without(['KmsKeyId'], 'logs:AssociateKmsKey', 'logs:DisassociateKmsKey'),
    without(
      ['DataProtectionPolicy'],
      ...['firehose:TagDeliveryStream', 'logs:CreateLogDelivery', 'logs:DeleteDataProtectionPolicy'],
      ...['logs:PutDataProtectionPolicy', 's3:REST.PUT.OBJECT'],
    ),
    without(['ResourcePolicyDocument'], 'logs:DeleteResourcePolicy', 'logs:PutResourcePolicy'),
    without(['DeletionProtectionEnabled'], 'logs:PutLogGroupDeletionProtection'),
    without(['FieldIndexPolicies'], 'logs:DeleteIndexPolicy', 'logs:PutIndexPolicy'),
    without(['BearerTokenAuthenticationEnabled'], 'logs:PutBearerTokenAuthentication'),
  ],
  'AWS::Route53::RecordSet': [without(['HostedZoneName'], 'route53:ListHostedZones')],
  'AWS::S3::Bucket': [
    without(
      ['MetadataConfiguration', 'MetadataTableConfiguration'],
      ...['s3:CreateBucketMetadataTableConfiguration', 's3:DeleteBucketMetadataTableConfiguration'],
      ...['s3:UpdateBucketMetadataAnnotationTableConfiguration', 's3:UpdateBucketMetadataInventoryTableConfiguration'],
      ...['s3:UpdateBucketMetadataJournalTableConfiguration', 's3tables:CreateNamespace', 's3tables:CreateTable'],
      ...['s3tables:CreateTableBucket', 's3tables:GetTable', 's3tables:GetTableMetadataLocation'],
      ...['s3tables:PutTableBucketPolicy', 's3tables:PutTableEncryption', 's3tables:PutTablePolicy'],
      's3tables:UpdateTableMetadataLocation',
    ),
    without(['AnalyticsConfigurations'], 's3:DeleteBucketAnalyticsConfiguration', 's3:PutAnalyticsConfiguration'),
    without(['CorsConfiguration'], 's3:DeleteBucketCors', 's3:PutBucketCORS'),
    without(['MetricsConfigurations'], 's3:DeleteBucketMetricsConfiguration', 's3:PutMetricsConfiguration'),
    without(
      ['ReplicationConfiguration'],
      ...['iam:PassRole', 's3:DeleteBucketReplication', 's3:PutBucketReplication', 's3:PutReplicationConfiguration'],
    ),
    without(['WebsiteConfiguration'], 's3:DeleteBucketWebsite', 's3:PutBucketWebsite'),
    without(['AccelerateConfiguration'], 's3:PutAccelerateConfiguration'),
    without(['AbacStatus'], 's3:PutBucketAbac'),
    without(['AccessControl'], 's3:PutBucketAcl', 's3:PutObjectAcl'),
    without(['LoggingConfiguration'], 's3:PutBucketLogging'),
    without(['NotificationConfiguration'], 's3:PutBucketNotification'),
    without(
      ['ObjectLockConfiguration', 'ObjectLockEnabled'],
      ...['s3:PutBucketObjectLockConfiguration', 's3:PutObjectLockConfiguration'],
    ),
    without(['IntelligentTieringConfigurations'], 's3:PutIntelligentTieringConfiguration'),
    without(['InventoryConfigurations'], 's3:PutInventoryConfiguration'),
    because(takenAway, 's3:DeleteBucketEncryption', 's3:DeleteBucketLifecycle'),
    because(unsaid, 's3:DeleteObject'),
  ],
};
