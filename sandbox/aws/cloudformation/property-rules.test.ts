import { describe, expect, it } from 'vitest';
import { type SpecResourceType, specOf } from '../service-spec/service-spec.ts';
import { knownAfterApply } from './intrinsic.ts';
import { checkProperties, describeViolation } from './property-check.ts';
import { coerceProperties } from './property-coercion.ts';
import { diffProperties } from './property-diff.ts';

function spec(type: string): SpecResourceType {
  const found = specOf(type);
  if (found === undefined) throw new Error(`No specification of ${type}.`);
  return found;
}
const check = (type: string, properties: Record<string, unknown>): string[] =>
  checkProperties(spec(type), properties).map(describeViolation);

describe('properties against the specification', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['AWS::EC2::Subnet', {}, ['#: required key [VpcId] not found']],
    ['AWS::S3::Bucket', { Name: 'x' }, ['#: extraneous key [Name] is not permitted']],
    ['AWS::S3::Bucket', { BucketName: ['x'] }, ['#/BucketName: expected type: String, found: JSONArray']],
    ['AWS::S3::Bucket', { Tags: { a: 'b' } }, ['#/Tags: expected type: JSONArray, found: JSONObject']],
    ['AWS::S3::Bucket', { Tags: [{ Key: 'a' }] }, ['#/Tags/0: expected type: JSONObject, found: JSONObject']],
    ['AWS::Logs::LogGroup', { RetentionInDays: 'week' }, ['#/RetentionInDays: week is not a valid enum value']],
    [
      'AWS::EKS::Nodegroup',
      { ClusterName: 'c', NodeRole: 'r', Subnets: [], DiskSize: 'big' },
      ['#/DiskSize: expected type: Integer, found: String'],
    ],
    [
      'AWS::ECR::Repository',
      { ImageTagMutability: 'NEVER' },
      ['#/ImageTagMutability: NEVER is not a valid enum value'],
    ],
    [
      'AWS::S3::Bucket',
      { VersioningConfiguration: { State: 'Enabled' } },
      [
        '#/VersioningConfiguration: required key [Status] not found',
        '#/VersioningConfiguration: extraneous key [State] is not permitted',
      ],
    ],
    [
      'AWS::EKS::Nodegroup',
      { ClusterName: 'c', NodeRole: 'r', Subnets: [], Labels: { a: ['b'] } },
      ['#/Labels/a: expected type: String, found: JSONArray'],
    ],
    ['AWS::EC2::Subnet', { VpcId: knownAfterApply, CidrBlock: knownAfterApply }, []],
    ['AWS::ECR::Repository', { EmptyOnDelete: 'true' }, []],
    ['AWS::IAM::Role', { AssumeRolePolicyDocument: { Statement: [] } }, []],
    ['AWS::IAM::Role', { AssumeRolePolicyDocument: '{}' }, []],
  ])('%s %j → %j', (type, properties, expected) => {
    expect(check(type, properties)).toEqual(expected);
  });

  it('are given the specification’s primitive types', () => {
    const coerced = coerceProperties(spec('AWS::EKS::Nodegroup'), {
      ScalingConfig: { MinSize: '0', MaxSize: 3 },
      ForceUpdateEnabled: 'true',
      Labels: { count: 1 },
      Unknown: 1,
    });
    expect(coerced).toEqual({
      ScalingConfig: { MinSize: 0, MaxSize: 3 },
      ForceUpdateEnabled: true,
      Labels: { count: '1' },
      Unknown: 1,
    });
  });
});

describe('differences between properties', () => {
  const diff = (type: string, before: Record<string, unknown>, after: Record<string, unknown>): unknown[] =>
    diffProperties(spec(type), before, after).map(({ path, kind, recreation }) => [path.join('/'), kind, recreation]);

  it.each<[string, Record<string, unknown>, Record<string, unknown>, unknown[]]>([
    ['AWS::EC2::VPC', { CidrBlock: 'a' }, { CidrBlock: 'b' }, [['CidrBlock', 'Modify', 'Always']]],
    [
      'AWS::EC2::VPC',
      { CidrBlock: 'a' },
      { CidrBlock: 'a', EnableDnsSupport: true },
      [['EnableDnsSupport', 'Add', 'Never']],
    ],
    ['AWS::EC2::VPC', { EnableDnsSupport: 'true' }, { EnableDnsSupport: true }, []],
    [
      'AWS::S3::Bucket',
      { Tags: [{ Key: 'a', Value: '1' }] },
      { Tags: [{ Key: 'a', Value: '2' }] },
      [['Tags/0/Value', 'Modify', 'Never']],
    ],
    ['AWS::S3::Bucket', { Tags: [{ Key: 'a', Value: '1' }] }, { Tags: [] }, [['Tags/0', 'Remove', 'Never']]],
    [
      'AWS::EKS::Nodegroup',
      { InstanceTypes: ['a'] },
      { InstanceTypes: ['a', 'b'] },
      [['InstanceTypes/1', 'Add', 'Always']],
    ],
    [
      'AWS::EKS::Nodegroup',
      { ScalingConfig: { MaxSize: 1 } },
      { ScalingConfig: { MaxSize: 2 } },
      [['ScalingConfig/MaxSize', 'Modify', 'Never']],
    ],
    [
      'AWS::IAM::Role',
      { AssumeRolePolicyDocument: { Version: '1' } },
      { AssumeRolePolicyDocument: { Version: '2' } },
      [['AssumeRolePolicyDocument/Version', 'Modify', 'Never']],
    ],
    ['AWS::S3::BucketPolicy', { Bucket: 'a' }, { Bucket: knownAfterApply }, [['Bucket', 'Modify', 'Always']]],
  ])('%s %j → %j', (type, before, after, expected) => {
    expect(diff(type, before, after)).toEqual(expected);
  });

  it('are none between equal properties in another order', () => {
    expect(diff('AWS::EKS::Nodegroup', { Labels: { a: '1', b: '2' } }, { Labels: { b: '2', a: '1' } })).toEqual([]);
  });
});
