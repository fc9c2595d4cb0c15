import { describe, expect, it } from 'vitest';
import { FakeAws, quietReporter } from '../ports/test/fake-aws.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import type { Plan } from './plan.ts';
import { type PlanOptions, planDeployment } from './plan-deployment.ts';

function plan(aws: FakeAws, options: Partial<PlanOptions> = {}): Promise<Plan> {
  const deployment = options.deployment ?? sampleDeployment();
  const clock = instantClock();
  return planDeployment({
    deployment,
    stacks: sampleStacks(deployment),
    ports: aws.ports(),
    reporter: quietReporter(),
    random: () => 0.5,
    clock,
    pollMilliseconds: 2000,
    deadline: new Date(clock.now().getTime() + 600_000),
    ...options,
  });
}

function actions(value: Plan): string[] {
  return value.stacks.map(({ kind, action }) => `${kind}: ${action}`);
}

describe('planDeployment', () => {
  it('shows a new deployment, with placeholders for what does not exist, and leaves nothing behind', async () => {
    const aws = new FakeAws();
    const value = await plan(aws);
    expect(actions(value)).toEqual([
      'container: create',
      'cluster: create',
      'cognito: create',
      'jupyterhub: create',
      'cluster-pipeline: create',
    ]);
    expect(value.stacks.map(({ parametersUnknown }) => parametersUnknown)).toEqual([[], [], [], ['UserPoolId'], []]);
    expect(value.stacks[0]?.changes).toMatchObject([{ action: 'Add', type: 'AWS::Logs::LogGroup' }]);
    expect(aws.cloudFormation.changeSets.size).toBe(0);
    expect([...aws.cloudFormation.stacks.values()].map(({ state }) => state.status)).toEqual(
      Array(5).fill('DELETE_COMPLETE'),
    );
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  });

  it('makes no change set for a stack that is as declared', async () => {
    const aws = new FakeAws();
    const deployment = sampleDeployment();
    for (const { name, fingerprint } of sampleStacks(deployment)) {
      aws.cloudFormation.outputs[name] = { UserPoolId: 'us-west-2_a' };
      const stack = aws.cloudFormation.put(name, 'UPDATE_COMPLETE', fingerprint);
      stack.state.parameters = { UserPoolId: 'us-west-2_a' };
    }
    const value = await plan(aws);
    expect(actions(value).every((action) => action.endsWith('unchanged'))).toBe(true);
    expect(aws.cloudFormation.log).toEqual([]);
  });

  it('sees that a value from another stack has changed, although the fingerprint has not', async () => {
    const aws = new FakeAws();
    for (const { name, fingerprint } of sampleStacks(sampleDeployment())) {
      aws.cloudFormation.outputs[name] = { UserPoolId: 'us-west-2_new' };
      aws.cloudFormation.put(name, 'UPDATE_COMPLETE', fingerprint).state.parameters = { UserPoolId: 'us-west-2_old' };
    }
    expect(actions(await plan(aws))).toContain('jupyterhub: update');
  });

  it('lists what would be removed or replaced, and keeps an existing stack', async () => {
    const aws = new FakeAws();
    aws.cloudFormation.put('sar-cluster', 'CREATE_COMPLETE', 'old');
    aws.cloudFormation.changes['sar-cluster'] = [
      { logicalId: 'Nodes', type: 'AWS::EKS::Nodegroup', action: 'Remove', policyAction: 'Delete', details: [] },
      { logicalId: 'Key', type: 'AWS::KMS::Key', action: 'Modify', replacement: 'Conditional', details: [] },
      { logicalId: 'Tag', type: 'AWS::EC2::VPC', action: 'Modify', replacement: 'False', details: [] },
    ];
    const value = await plan(aws);
    expect(value.destructive).toEqual([
      { stack: 'sar-cluster', logicalId: 'Nodes', type: 'AWS::EKS::Nodegroup', action: 'remove' },
      { stack: 'sar-cluster', logicalId: 'Key', type: 'AWS::KMS::Key', action: 'may replace' },
    ]);
    expect(aws.cloudFormation.get('sar-cluster')?.state.status).toBe('CREATE_COMPLETE');
  });

  it.each([
    ['ROLLBACK_COMPLETE', 'recover', /makes it again/],
    ['UPDATE_ROLLBACK_FAILED', 'recover', /rollback/],
    ['UPDATE_IN_PROGRESS', 'recover', /at work/],
    ['IMPORT_ROLLBACK_FAILED', 'blocked', /import/],
  ])('says what happens to a stack in %s without touching it', async (status, action, detail) => {
    const aws = new FakeAws();
    aws.cloudFormation.put('sar-cognito', status);
    const found = (await plan(aws)).stacks.find(({ kind }) => kind === 'cognito');
    expect(found).toMatchObject({ action, stateFound: status, detail: expect.stringMatching(detail) });
    expect(aws.cloudFormation.get('sar-cognito')?.state.status).toBe(status);
  });

  it('has a fingerprint of what would change, whatever the preflight says', async () => {
    const aws = new FakeAws();
    const first = await plan(aws);
    aws.buckets.set('codepipeline-us-west-2-sar', 0);
    const second = await plan(aws);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.preflight).not.toEqual(first.preflight);
    aws.cloudFormation.put('sar-cluster', 'CREATE_COMPLETE', 'old');
    expect((await plan(aws)).fingerprint).not.toBe(first.fingerprint);
  });
});
