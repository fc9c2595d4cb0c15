import type { TypesWith } from './resource-types.ts';

/** A property that is compared with what the resource's owner says. */
export type ComparedProperty = {
  /** CloudFormation's name. */
  property: string;
  /** What counts as declared where the template does not name it; without this, any value is fine then. */
  otherwise?: string | readonly [];
  /** A document, in which a member that the template does not name is a difference too. */
  isDocument?: true;
};

/**
 * What is compared, by type, in a deployment. Not here is what changes legitimately while a lab runs, such as the number of
 * machines that an autoscaler sets, and what an owner's answer about many does not hold.
 */
export const comparedProperties: Readonly<Record<TypesWith<'look', 'compared'>, readonly ComparedProperty[]>> = {
  'AWS::CodeBuild::Project': [
    { property: 'Artifacts' },
    { property: 'ConcurrentBuildLimit' },
    { property: 'Description' },
    { property: 'EncryptionKey' },
    { property: 'Environment' },
    { property: 'LogsConfig' },
    { property: 'ServiceRole' },
    { property: 'Source' },
    { property: 'TimeoutInMinutes' },
  ],
  'AWS::EC2::Route': [{ property: 'GatewayId' }, { property: 'NatGatewayId' }],
  // A group without rules of its own lets nothing in (CreateSecurityGroup).
  'AWS::EC2::SecurityGroup': [{ property: 'SecurityGroupEgress' }, { property: 'SecurityGroupIngress', otherwise: [] }],
  'AWS::EC2::Subnet': [{ property: 'MapPublicIpOnLaunch', otherwise: 'false' }],
  'AWS::EC2::SubnetRouteTableAssociation': [{ property: 'RouteTableId' }],
  'AWS::ECR::Repository': [
    { property: 'ImageScanningConfiguration' },
    { property: 'ImageTagMutability', otherwise: 'MUTABLE' },
  ],
  'AWS::ElasticLoadBalancingV2::Listener': [
    { property: 'Certificates' },
    { property: 'DefaultActions' },
    { property: 'Port' },
    { property: 'Protocol' },
    { property: 'SslPolicy' },
  ],
  'AWS::IAM::InstanceProfile': [{ property: 'Roles' }],
  'AWS::IAM::Role': [
    { property: 'AssumeRolePolicyDocument', isDocument: true },
    { property: 'ManagedPolicyArns', otherwise: [] },
    { property: 'PermissionsBoundary' },
    { property: 'Policies', otherwise: [], isDocument: true },
  ],
  'AWS::IAM::RolePolicy': [{ property: 'PolicyDocument', isDocument: true }],
  'AWS::Logs::LogGroup': [{ property: 'RetentionInDays' }],
};
