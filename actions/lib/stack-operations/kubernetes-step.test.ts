import { describe, expect, it } from 'vitest';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import { settleParameters } from './kept-parameters.ts';
import { kubernetesStepProblem } from './kubernetes-step.ts';

const sources = new FakeAws().ports();
const state = (parameters: Record<string, string>) => ({
  ...{ name: 'sar-cluster', id: '1', status: 'CREATE_COMPLETE', outputs: {}, parameters },
  ...{ terminationProtection: false, createdAt: new Date(0) },
});

async function stackWith(
  parameters: Parameters<typeof settleParameters>[0]['parameters'],
  now?: Record<string, string>,
) {
  const [, cluster] = sampleStacks(sampleDeployment());
  if (cluster === undefined) throw new RangeError('no cluster');
  return settleParameters({ ...cluster, parameters }, now === undefined ? undefined : state(now), sources);
}

describe('the step of Kubernetes', () => {
  it.each([
    ['1.35', '1.36', undefined],
    ['1.36', '1.36', undefined],
    ['1.9', '1.10', undefined],
    ['1.34', '1.36', 'takes one minor version at a time'],
    ['1.36', '1.35', 'never goes back'],
  ])('from %s to %s: %s', async (from, to, problem) => {
    const stack = await stackWith({ KubernetesVersion: to });
    expect(kubernetesStepProblem(stack, undefined)).toBeUndefined();
    const found = kubernetesStepProblem(stack, state({ KubernetesVersion: from }));
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found?.message).toContain(problem);
  });

  it('names the version to go to first', async () => {
    const stack = await stackWith({ KubernetesVersion: '1.36' });
    expect(kubernetesStepProblem(stack, state({ KubernetesVersion: '1.33' }))?.hint).toContain('Put 1.34 into');
  });
});

describe('values that a stack keeps', () => {
  const kept = { Name: 'a', Address: { first: 'new@example.org', until: 'Name' } };

  it('are the first ones of a new stack, and what it has as long as the other parameter stays', async () => {
    expect((await stackWith(kept)).parameters.Address).toBe('new@example.org');
    expect((await stackWith(kept, { Name: 'a', Address: 'old@example.org' })).parameters.Address).toBe(
      'old@example.org',
    );
    expect((await stackWith(kept, { Name: 'b', Address: 'old@example.org' })).parameters.Address).toBe(
      'new@example.org',
    );
    expect((await stackWith(kept, { Name: 'a' })).parameters.Address).toBe('new@example.org');
  });

  it('are looked up for add-ons only when they are needed', async () => {
    const addon = { Kubernetes: '1.36', Cni: { first: { addon: 'vpc-cni', kubernetes: '1.36' }, until: 'Kubernetes' } };
    expect((await stackWith(addon)).parameters.Cni).toBe('v1.0.0-eksbuild.1');
    expect((await stackWith(addon, { Kubernetes: '1.36', Cni: 'v0' })).parameters.Cni).toBe('v0');
    expect((await stackWith(addon, { Kubernetes: '1.35', Cni: 'v0' })).parameters.Cni).toBe('v1.0.0-eksbuild.1');
  });
});
