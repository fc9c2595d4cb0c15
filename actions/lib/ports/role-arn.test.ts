import { describe, expect, it } from 'vitest';
import { policyArn, powerlessRole, roleArn } from './role-arn.ts';

describe('ARNs of IAM', () => {
  it.each([
    ['us-west-2', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
  ])('of %s are in the partition %s', (region, partition) => {
    const account = '123456789012';
    expect(roleArn(account, 'opensarlab-plan', region)).toBe(`arn:${partition}:iam::${account}:role/opensarlab-plan`);
    expect(policyArn(account, 'limits', region)).toBe(`arn:${partition}:iam::${account}:policy/limits`);
  });

  it('the role without permissions is named after CloudFormation’s', () => {
    expect(powerlessRole('lab-cloudformation')).toBe('lab-cloudformation-powerless');
  });
});
