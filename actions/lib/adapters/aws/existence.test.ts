import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stackKinds } from '../../stacks/stack.ts';
import { clientSettings } from './client-settings.ts';
import { existenceChecks } from './existence.ts';

/** Parts that have no identity outside of what they are part of, and go with it. */
const parts = [
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolUser',
  'AWS::Cognito::UserPoolUserToGroupAttachment',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
];

/** Things of services that this product does not talk to; that CloudFormation deleted them has to do. */
const takenOnTrust = [
  'AWS::DLM::LifecyclePolicy',
  'AWS::Events::Rule',
  'AWS::KMS::Key',
  'AWS::Lambda::Function',
  'AWS::Route53::RecordSet',
];

const generated = [
  'AWS::ECR::Repository',
  'AWS::EKS::Nodegroup',
  'AWS::EKS::AccessEntry',
  'AWS::Cognito::UserPoolGroup',
];
const checks = existenceChecks(clientSettings('us-west-2', { accessKeyId: 'x', secretAccessKey: 'y' }), { count: 0 });

describe('existence checks', () => {
  it.each(stackKinds)('cover every type of the %s template, except the listed ones', (kind) => {
    const template = readFileSync(new URL(`../../../../cluster/cloudformation/${kind}.yaml`, import.meta.url), 'utf8');
    const resources = template.slice(template.indexOf('\nResources:'));
    const types = [...resources.matchAll(/^ {4}Type: (AWS::\S+)/gm)].map(([, type = '']) => type);
    expect(types.length).toBeGreaterThan(2);
    const uncovered = [...types, ...generated].filter((type) => !Object.hasOwn(checks, type));
    expect(uncovered.filter((type) => !parts.includes(type) && !takenOnTrust.includes(type))).toEqual([]);
  });

  it('cover what is found by tags or names alone', () => {
    const types = ['AWS::EC2::Instance', 'AWS::EC2::NetworkInterface', 'AWS::EC2::Snapshot', 'AWS::EC2::Volume'];
    expect(types.filter((type) => !Object.hasOwn(checks, type))).toEqual([]);
  });
});
