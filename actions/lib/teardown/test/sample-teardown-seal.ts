import type { TeardownSeal } from '../../plan/seal.ts';
import type { TeardownPlan } from '../teardown-plan.ts';

/** A sealed teardown plan of the sample deployment. */
export function sampleTeardownSeal(
  plan: Partial<TeardownPlan> = {},
  origin: Partial<TeardownSeal['origin']> = {},
): TeardownSeal {
  return {
    version: 1,
    kind: 'teardown',
    origin: {
      repositoryId: 1,
      pullRequest: 7,
      head: 'a'.repeat(40),
      base: 'b'.repeat(40),
      run: '100',
      attempt: 1,
      ...origin,
    },
    deployment: 'sar',
    accountId: '111122223333',
    region: 'us-west-2',
    decision: 'd'.repeat(64),
    plan: {
      deployment: 'sar',
      accountId: '111122223333',
      region: 'us-west-2',
      basis: 'inventory',
      refusals: [],
      steps: [],
      goes: [],
      stays: [],
      ...plan,
    },
  };
}
