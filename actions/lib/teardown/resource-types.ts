/** How the resource part of an ARN tells a physical id: the first group is the id, `ARN` the whole ARN. */
export type ArnReader = {
  service: string;
  resource: RegExp;
  physicalId?: 'ARN' | ((match: RegExpExecArray) => string);
};

/** What a teardown knows about resources of one type. */
type ResourceKnowledge = {
  /**
   * Whose word counts that a resource is gone: its own `service`'s, which `adapters/aws/existence.ts` asks; its `stack`'s,
   * where this product does not talk to the service; its `owner`'s, for a part that has no identity of its own.
   */
  confirmedBy: 'service' | 'stack' | 'owner';
  /**
   * What follows `arn:PARTITION:` in ARNs, where the physical id is a part of it (Service Authorization Reference; `R` region,
   * `A` account, `I` physical id); otherwise how the id is read from one. Without it, nothing of the type is found by tags.
   */
  arn?: string | ArnReader;
};

/** Every type of resource that a deployment has, one row each; CloudFormation's names, sorted. */
export const resourceTypes = {
  'AWS::AutoScaling::AutoScalingGroup': {
    confirmedBy: 'service',
    arn: { service: 'autoscaling', resource: /^autoScalingGroup:[^:]+:autoScalingGroupName\/(.+)$/ },
  },
  'AWS::CertificateManager::Certificate': { confirmedBy: 'service' },
  'AWS::CloudFormation::Stack': {
    confirmedBy: 'stack',
    arn: { service: 'cloudformation', resource: /^stack\//, physicalId: 'ARN' },
  },
  'AWS::CodeBuild::Project': { confirmedBy: 'service', arn: 'codebuild:R:A:project/I' },
  'AWS::CodeCommit::Repository': { confirmedBy: 'service', arn: 'codecommit:R:A:I' },
  'AWS::CodePipeline::Pipeline': { confirmedBy: 'service', arn: 'codepipeline:R:A:I' },
  'AWS::Cognito::UserPool': { confirmedBy: 'service', arn: 'cognito-idp:R:A:userpool/I' },
  'AWS::Cognito::UserPoolClient': { confirmedBy: 'owner' },
  'AWS::Cognito::UserPoolDomain': { confirmedBy: 'service' },
  'AWS::Cognito::UserPoolGroup': { confirmedBy: 'owner' },
  'AWS::Cognito::UserPoolUser': { confirmedBy: 'owner' },
  'AWS::Cognito::UserPoolUserToGroupAttachment': { confirmedBy: 'owner' },
  'AWS::DLM::LifecyclePolicy': { confirmedBy: 'stack', arn: 'dlm:R:A:policy/I' },
  'AWS::EC2::EIP': { confirmedBy: 'service', arn: { service: 'ec2', resource: /^elastic-ip\/(.+)$/ } },
  'AWS::EC2::Instance': { confirmedBy: 'service', arn: 'ec2:R:A:instance/I' },
  'AWS::EC2::InternetGateway': { confirmedBy: 'service', arn: 'ec2:R:A:internet-gateway/I' },
  'AWS::EC2::LaunchTemplate': { confirmedBy: 'service', arn: 'ec2:R:A:launch-template/I' },
  'AWS::EC2::NatGateway': { confirmedBy: 'service', arn: 'ec2:R:A:natgateway/I' },
  'AWS::EC2::NetworkInterface': { confirmedBy: 'service', arn: 'ec2:R:A:network-interface/I' },
  'AWS::EC2::Route': { confirmedBy: 'owner' },
  'AWS::EC2::RouteTable': { confirmedBy: 'service', arn: 'ec2:R:A:route-table/I' },
  'AWS::EC2::SecurityGroup': { confirmedBy: 'service', arn: 'ec2:R:A:security-group/I' },
  'AWS::EC2::SecurityGroupEgress': { confirmedBy: 'owner' },
  'AWS::EC2::SecurityGroupIngress': { confirmedBy: 'owner' },
  'AWS::EC2::Snapshot': { confirmedBy: 'service', arn: 'ec2:R::snapshot/I' },
  'AWS::EC2::Subnet': { confirmedBy: 'service', arn: 'ec2:R:A:subnet/I' },
  'AWS::EC2::SubnetRouteTableAssociation': { confirmedBy: 'owner' },
  'AWS::EC2::VPC': { confirmedBy: 'service', arn: 'ec2:R:A:vpc/I' },
  'AWS::EC2::VPCEndpoint': { confirmedBy: 'service', arn: 'ec2:R:A:vpc-endpoint/I' },
  'AWS::EC2::VPCGatewayAttachment': { confirmedBy: 'owner' },
  'AWS::EC2::Volume': { confirmedBy: 'service', arn: 'ec2:R:A:volume/I' },
  'AWS::ECR::Repository': { confirmedBy: 'service', arn: 'ecr:R:A:repository/I' },
  'AWS::EKS::AccessEntry': { confirmedBy: 'service' },
  'AWS::EKS::Addon': {
    confirmedBy: 'service',
    arn: { service: 'eks', resource: /^addon\/([^/]+)\/([^/]+)\//, physicalId: (m) => `${m[1]}|${m[2]}` },
  },
  'AWS::EKS::Cluster': { confirmedBy: 'service', arn: 'eks:R:A:cluster/I' },
  'AWS::EKS::Nodegroup': {
    confirmedBy: 'service',
    arn: { service: 'eks', resource: /^nodegroup\/([^/]+)\/([^/]+)\//, physicalId: (m) => `${m[1]}/${m[2]}` },
  },
  'AWS::EKS::PodIdentityAssociation': {
    confirmedBy: 'service',
    arn: { service: 'eks', resource: /^podidentityassociation\//, physicalId: 'ARN' },
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    confirmedBy: 'service',
    arn: { service: 'elasticloadbalancing', resource: /^listener\//, physicalId: 'ARN' },
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    confirmedBy: 'service',
    arn: { service: 'elasticloadbalancing', resource: /^loadbalancer\//, physicalId: 'ARN' },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    confirmedBy: 'service',
    arn: { service: 'elasticloadbalancing', resource: /^targetgroup\//, physicalId: 'ARN' },
  },
  'AWS::Events::Rule': { confirmedBy: 'stack', arn: 'events:R:A:rule/I' },
  'AWS::IAM::InstanceProfile': {
    confirmedBy: 'service',
    arn: { service: 'iam', resource: /^instance-profile\/(?:.+\/)?([^/]+)$/ },
  },
  'AWS::IAM::ManagedPolicy': {
    confirmedBy: 'service',
    arn: { service: 'iam', resource: /^policy\//, physicalId: 'ARN' },
  },
  'AWS::IAM::OIDCProvider': {
    confirmedBy: 'service',
    arn: { service: 'iam', resource: /^oidc-provider\//, physicalId: 'ARN' },
  },
  'AWS::IAM::Role': { confirmedBy: 'service', arn: { service: 'iam', resource: /^role\/(?:.+\/)?([^/]+)$/ } },
  'AWS::IAM::RolePolicy': { confirmedBy: 'owner' },
  'AWS::KMS::Key': { confirmedBy: 'stack', arn: 'kms:R:A:key/I' },
  'AWS::Lambda::Function': { confirmedBy: 'stack', arn: 'lambda:R:A:function:I' },
  'AWS::Lambda::Permission': { confirmedBy: 'owner' },
  'AWS::Logs::LogGroup': { confirmedBy: 'service', arn: 'logs:R:A:log-group:I' },
  'AWS::Route53::RecordSet': { confirmedBy: 'stack' },
  'AWS::S3::Bucket': { confirmedBy: 'service', arn: 's3:::I' },
  'AWS::S3::BucketPolicy': { confirmedBy: 'owner' },
  'AWS::SecretsManager::Secret': {
    confirmedBy: 'service',
    arn: { service: 'secretsmanager', resource: /^secret:/, physicalId: 'ARN' },
  },
} as const satisfies Readonly<Record<string, ResourceKnowledge>>;

type ResourceTypes = typeof resourceTypes;

/** The types of which a service is asked; the compiler asks for a check of each. */
export type ConfirmedType = {
  [Type in keyof ResourceTypes]: ResourceTypes[Type]['confirmedBy'] extends 'service' ? Type : never;
}[keyof ResourceTypes];

/** The rows as a list, for those who look one up by a text. */
export const knownTypes: ReadonlyMap<string, ResourceKnowledge> = new Map(Object.entries(resourceTypes));
