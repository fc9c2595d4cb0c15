import { describe, expect, it } from 'vitest';
import { arnOf, identityOfArn } from './resource-arn.ts';

const place = { accountId: '111122223333', region: 'us-west-2' };

describe('resource ARNs', () => {
  it.each([
    ['AWS::EC2::Volume', 'vol-1', 'arn:aws:ec2:us-west-2:111122223333:volume/vol-1'],
    ['AWS::EFS::FileSystem', 'fs-1', 'arn:aws:elasticfilesystem:us-west-2:111122223333:file-system/fs-1'],
    ['AWS::EC2::Snapshot', 'snap-1', 'arn:aws:ec2:us-west-2::snapshot/snap-1'],
    ['AWS::S3::Bucket', 'opensarlab-pipeline-us-west-2-sar', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-sar'],
    ['AWS::ECR::Repository', 'sar-container/hub', 'arn:aws:ecr:us-west-2:111122223333:repository/sar-container/hub'],
    [
      'AWS::Logs::LogGroup',
      '/aws/codebuild/sar-images',
      'arn:aws:logs:us-west-2:111122223333:log-group:/aws/codebuild/sar-images',
    ],
    ['AWS::Lambda::Function', 'sar-hook', 'arn:aws:lambda:us-west-2:111122223333:function:sar-hook'],
    ['AWS::EKS::Cluster', 'sar-cluster', 'arn:aws:eks:us-west-2:111122223333:cluster/sar-cluster'],
    ['AWS::CodePipeline::Pipeline', 'sar-Pipeline', 'arn:aws:codepipeline:us-west-2:111122223333:sar-Pipeline'],
  ])('%s %s goes there and back', (type, physicalId, arn) => {
    expect(arnOf({ type, physicalId }, place)).toBe(arn);
    expect(identityOfArn(arn)).toEqual({ type, physicalId });
  });

  it.each([
    ['arn:aws:eks:us-west-2:1:nodegroup/sar-cluster/sar1/0a-1b', 'AWS::EKS::Nodegroup', 'sar-cluster/sar1'],
    ['arn:aws:eks:us-west-2:1:addon/sar-cluster/coredns/0a-1b', 'AWS::EKS::Addon', 'sar-cluster|coredns'],
    ['arn:aws:eks:us-west-2:1:access-entry/sar-cluster/role/1/x/0a', 'AWS::EKS::Cluster', 'sar-cluster'],
    [
      'arn:aws:autoscaling:us-west-2:1:autoScalingGroup:0a:autoScalingGroupName/g-1',
      'AWS::AutoScaling::AutoScalingGroup',
      'g-1',
    ],
    ['arn:aws:iam::1:role/opensarlab/sar-role', 'AWS::IAM::Role', 'sar-role'],
    ['arn:aws:ec2:us-west-2:1:elastic-ip/eipalloc-1', 'AWS::EC2::EIP', 'eipalloc-1'],
    ['arn:aws:logs:us-west-2:1:log-group:/aws/x:*', 'AWS::Logs::LogGroup', '/aws/x'],
    // The service is asked by the ARN, so that a certificate that is found by its tags can be proven gone.
    [
      'arn:aws:acm:us-west-2:1:certificate/1',
      'AWS::CertificateManager::Certificate',
      'arn:aws:acm:us-west-2:1:certificate/1',
    ],
  ])('%s is known', (arn, type, physicalId) => {
    expect(identityOfArn(arn)).toEqual({ type, physicalId });
  });

  it('keeps what has no ARN by type and id, and does not guess at unknown ARNs', () => {
    expect(arnOf({ type: 'AWS::EC2::Route', physicalId: 'rtb-1|0.0.0.0/0' }, place)).toBe(
      'AWS::EC2::Route/rtb-1|0.0.0.0/0',
    );
    expect(arnOf({ type: 'AWS::S3::Bucket', physicalId: 'b' }, { ...place, region: 'us-gov-west-1' })).toBe(
      'arn:aws-us-gov:s3:::b',
    );
    expect(identityOfArn('arn:aws:sagemaker:us-west-2:1:endpoint/x')).toBeUndefined();
  });
});
