import { expect, it } from 'vitest';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import type { ParameterValue } from '../stacks/stack.ts';
import { settleParameters, type ValueSources } from './kept-parameters.ts';

const sources = {
  clusters: { defaultAddonVersion: async () => 'v1.0.0-eksbuild.1' },
  machineImages: { recommended: async () => 'ami-new' },
};

async function settle(
  parameters: Record<string, ParameterValue>,
  now?: Record<string, string>,
  more: Partial<ValueSources> = {},
) {
  const [, cluster] = sampleStacks(sampleDeployment());
  if (cluster === undefined) throw new RangeError('no cluster');
  const state = {
    ...{ name: 'sar-cluster', id: '1', status: 'CREATE_COMPLETE', outputs: {}, parameters: now ?? {} },
    ...{ terminationProtection: false, createdAt: new Date(0) },
  };
  return settleParameters({ ...cluster, parameters }, now && state, { ...sources, ...more });
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
  expect((await settle(parameters, now)).parameters).toMatchObject(expected);
});

const image = { Kubernetes: '1.36', Image: { first: { machineImage: '/aws/x' }, until: 'Kubernetes' } };
const sealed = { lookedUp: { 'sar-cluster Image': 'ami-sealed' } };
const plan = { looksForNewer: true };

it.each<[string, Record<string, string> | undefined, Partial<ValueSources>, string, boolean]>([
  ['no stack and no seal', undefined, {}, 'ami-new', true],
  ['no stack and a seal', undefined, sealed, 'ami-sealed', true],
  ['an image and no seal', { Kubernetes: '1.36', Image: 'ami-old' }, {}, 'ami-old', false],
  ['an image and a seal', { Kubernetes: '1.36', Image: 'ami-old' }, sealed, 'ami-sealed', true],
  ['the sealed image already', { Kubernetes: '1.36', Image: 'ami-sealed' }, sealed, 'ami-sealed', false],
  ['an image of another Kubernetes', { Kubernetes: '1.35', Image: 'ami-old' }, {}, 'ami-new', true],
  ['the parameter of an earlier version', { Kubernetes: '1.36', Image: '/aws/x' }, {}, 'ami-new', true],
  ['an older image, for a plan', { Kubernetes: '1.36', Image: 'ami-old' }, plan, 'ami-new', true],
  ['the newest image, for a plan', { Kubernetes: '1.36', Image: 'ami-new' }, plan, 'ami-new', false],
])('with %s the machine image is right', async (_, now, more, expected, isLookedUp) => {
  const stack = await settle(image, now, more);
  expect(stack.parameters.Image).toBe(expected);
  expect(stack.lookedUp).toEqual(isLookedUp ? { 'sar-cluster Image': expected } : {});
});

it('an add-on has the sealed version, whatever EKS recommends by now', async () => {
  const stack = await settle(version, undefined, { lookedUp: { 'sar-cluster Addon': 'v0.8' } });
  expect(stack).toMatchObject({ parameters: { Addon: 'v0.8' }, lookedUp: { 'sar-cluster Addon': 'v0.8' } });
});
