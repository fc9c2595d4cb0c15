import { describe, expect, it } from 'vitest';
import type { LiveProperties } from '../ports/aws-ports.ts';
import { declaredResources, differencesOf } from './declared-comparison.ts';

const place = { deployment: 'sar', accountId: '111122223333', region: 'us-west-2' };
const templateBody = `
Parameters:
  Cidr: {Type: String}
Resources:
  Balancer:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: users
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Ref Cidr, Description: HTTPS}
  Nodes:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: nodes
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref Balancer}
  Empty:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: nothing}
  Bucket:
    Type: AWS::S3::Bucket
  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /opensarlab/
      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}
      Policies:
        - PolicyName: own
          PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: s3:GetObject, Resource: !Sub '\${Bucket.Arn}/*'}]}
  Attached:
    Type: AWS::IAM::RolePolicy
    Properties: {PolicyName: more, RoleName: !Ref Role, PolicyDocument: {Statement: []}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !GetAtt Elsewhere.Arn
      Port: 443
      DefaultActions: [{Type: forward, TargetGroupArn: !GetAtt Elsewhere.TargetGroupArn}]
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: 30}
`;

const held = [
  { logicalId: 'Balancer', type: 'AWS::EC2::SecurityGroup', physicalId: 'sg-1', status: 'CREATE_COMPLETE' },
  { logicalId: 'Bucket', type: 'AWS::S3::Bucket', physicalId: 'objects', status: 'CREATE_COMPLETE' },
  { logicalId: 'Role', type: 'AWS::IAM::Role', physicalId: 'sar-Role', status: 'CREATE_COMPLETE' },
];
const declared = declaredResources(
  { name: 'sar-cluster', templateBody },
  { parameters: { Cidr: '198.51.100.0/24' } },
  place,
);

const differing = (logicalId: string, type: string, live: LiveProperties): string[] =>
  differencesOf({ logicalId, type }, live, declared, held).map(({ property }) => property);

describe('what owners say, held against what a stack was given', () => {
  const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '198.51.100.0/24', Description: 'HTTPS' };
  const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' };
  it.each([
    ['as declared', 'Balancer', [https], []],
    ['one more, in front', 'Balancer', [ssh, https], ['SecurityGroupIngress']],
    ['none', 'Balancer', [], ['SecurityGroupIngress']],
    ['for everybody', 'Balancer', [{ ...https, CidrIp: '0.0.0.0/0' }], ['SecurityGroupIngress']],
    [
      'from another group',
      'Nodes',
      [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, SourceSecurityGroupId: 'sg-1' }],
      [],
    ],
    [
      'from a wrong group',
      'Nodes',
      [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, SourceSecurityGroupId: 'sg-9' }],
      ['SecurityGroupIngress'],
    ],
    ['where none is declared', 'Empty', [ssh], ['SecurityGroupIngress']],
    ['none where none is declared', 'Empty', [], []],
  ])('rules: %s', (_case, logicalId, SecurityGroupIngress, expected) => {
    expect(differing(logicalId, 'AWS::EC2::SecurityGroup', { SecurityGroupIngress })).toEqual(expected);
  });

  const trust =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}';
  const own = {
    PolicyName: 'own',
    PolicyDocument:
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::objects/*"}]}',
  };
  const role = { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [], Policies: [own] };
  it.each<[string, LiveProperties, string[]]>([
    ['as declared', role, []],
    [
      'with what another resource attaches',
      { ...role, Policies: [own, { PolicyName: 'more', PolicyDocument: '{}' }] },
      [],
    ],
    [
      'with a policy that somebody attached',
      { ...role, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      ['ManagedPolicyArns'],
    ],
    [
      'with a policy that somebody added',
      { ...role, Policies: [own, { PolicyName: 'debug', PolicyDocument: '{}' }] },
      ['Policies'],
    ],
    [
      'with a wider policy',
      { ...role, Policies: [{ ...own, PolicyDocument: own.PolicyDocument.replace('objects/*', '*') }] },
      ['Policies'],
    ],
    [
      'with a condition in addition',
      { ...role, AssumeRolePolicyDocument: trust.replace('"Effect"', '"Condition":{},"Effect"') },
      ['AssumeRolePolicyDocument'],
    ],
  ])('a role %s', (_case, live, expected) => {
    expect(differing('Role', 'AWS::IAM::Role', live)).toEqual(expected);
  });

  it('compares numbers and texts alike, names without regard to case, and nothing that only AWS knows', () => {
    const action = { type: 'forward', targetGroupArn: 'whatever' };
    expect(
      differing('Listener', 'AWS::ElasticLoadBalancingV2::Listener', { Port: 443, DefaultActions: [action] }),
    ).toEqual([]);
    expect(differing('Listener', 'AWS::ElasticLoadBalancingV2::Listener', { Port: 80, DefaultActions: [] })).toEqual([
      'DefaultActions',
      'Port',
    ]);
  });

  it('tells a value that is not set from one that the owner did not tell', () => {
    expect(differing('Logs', 'AWS::Logs::LogGroup', { RetentionInDays: undefined })).toEqual(['RetentionInDays']);
    expect(differing('Logs', 'AWS::Logs::LogGroup', {})).toEqual([]);
    expect(differing('Elsewhere', 'AWS::Logs::LogGroup', { RetentionInDays: 1 })).toEqual([]);
  });
});
