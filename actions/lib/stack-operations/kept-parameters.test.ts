import { expect, it } from 'vitest';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import type { ParameterValue } from '../stacks/stack.ts';
import { settleParameters } from './kept-parameters.ts';

const clusters = { defaultAddonVersion: async () => 'v1.0.0-eksbuild.1' };

async function settle(parameters: Record<string, ParameterValue>, now?: Record<string, string>) {
  const [, cluster] = sampleStacks(sampleDeployment());
  if (cluster === undefined) throw new RangeError('no cluster');
  const state = {
    ...{ name: 'sar-cluster', id: '1', status: 'CREATE_COMPLETE', outputs: {}, parameters: now ?? {} },
    ...{ terminationProtection: false, createdAt: new Date(0) },
  };
  return (await settleParameters({ ...cluster, parameters }, now && state, clusters)).parameters;
}

const version = { Kubernetes: '1.36', Addon: { first: { addon: 'coredns', kubernetes: '1.36' }, until: 'Kubernetes' } };
const size = { Sizes: '0 to 20', Initial: { first: '0', until: 'Sizes', afterwards: '' } };

it.each([
  ['no stack', version, undefined, { Addon: 'v1.0.0-eksbuild.1' }],
  ['the same', version, { Kubernetes: '1.36', Addon: 'v0.9' }, { Addon: 'v0.9' }],
  ['another', version, { Kubernetes: '1.35', Addon: 'v0.9' }, { Addon: 'v1.0.0-eksbuild.1' }],
  ['no stack', size, undefined, { Initial: '0' }],
  ['a stack without it', size, { Kubernetes: '1.36' }, { Initial: '0' }],
  ['the same', size, { Sizes: '0 to 20', Initial: '0' }, { Initial: '0' }],
  ['another', size, { Sizes: '0 to 10', Initial: '0' }, { Initial: '' }],
  ['the same, after another', size, { Sizes: '0 to 20', Initial: '' }, { Initial: '' }],
])('with %s, %j', async (_, parameters, now, expected) => {
  expect(await settle(parameters, now)).toMatchObject(expected);
});
