import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AccountFixture, openAccount, refusalOf } from '../ec2/account-fixture.ts';
import { dlmResourceTypes, lifecyclePolicies } from './dlm-resource-types.ts';

let account: AccountFixture;
beforeEach(() => {
  account = openAccount(dlmResourceTypes);
});
afterEach(() => account.close());

const properties = (more: object = {}) => ({
  Description: 'Lifecycle Policy for sar-cluster',
  State: 'ENABLED',
  ExecutionRoleArn: 'arn:aws:iam::123456789012:role/dlm',
  PolicyDetails: {
    ResourceTypes: ['VOLUME'],
    TargetTags: [{ Key: 'kubernetes.io/cluster/sar-cluster', Value: 'owned' }],
    Schedules: [{ Name: 'daily' }],
  },
  ...more,
});

it('a policy is kept until it is deleted', async () => {
  const { physicalId } = await account.create('AWS::DLM::LifecyclePolicy', properties());
  expect(lifecyclePolicies(account.world, account.region).get(physicalId)).toMatchObject({
    state: 'ENABLED',
    tags: { 'osl-billing': 'sar' },
  });
  await account.remove('AWS::DLM::LifecyclePolicy', physicalId);
  expect(lifecyclePolicies(account.world, account.region).size).toBe(0);
});

it.each([
  [{ Description: 'täglich' }, 'must match'],
  [{ PolicyDetails: { Schedules: [{}] } }, 'TargetTags must be specified'],
  [{ PolicyDetails: { TargetTags: [{}], Schedules: [] } }, 'between 1 and 4 schedules'],
])('a policy with %j is refused', async (more, message) => {
  const refusal = await refusalOf(account.create('AWS::DLM::LifecyclePolicy', properties(more)));
  expect(refusal).toEqual({ code: 'InvalidRequestException', message: expect.stringContaining(message) });
});
