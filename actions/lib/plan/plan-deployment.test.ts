import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { instantRun } from '../ports/test/instant-run.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import type { Plan } from './plan.ts';
import { type PlanOptions, planDeployment } from './plan-deployment.ts';

function plan(aws: FakeAws, options: Partial<PlanOptions> = {}): Promise<Plan> {
  return planDeployment({
    ...instantRun(aws, options.deployment ?? sampleDeployment(), { seconds: 600 }),
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

  it('calls no stack unchanged of which something is gone, whatever its outputs say', async () => {
    const aws = new FakeAws();
    aws.cloudFormation.contents['sar-cluster'] = [{ type: 'AWS::EKS::Nodegroup', physicalId: 'sar-cluster/users' }];
    for (const { name, fingerprint } of sampleStacks(sampleDeployment())) {
      aws.cloudFormation.outputs[name] = { UserPoolId: 'us-west-2_a' };
      aws.cloudFormation.put(name, 'UPDATE_COMPLETE', fingerprint).state.parameters = { UserPoolId: 'us-west-2_a' };
    }
    const key = 'AWS::EKS::Nodegroup sar-cluster/users';
    const cluster = async () => (await plan(aws)).stacks.find(({ kind }) => kind === 'cluster');
    const detail = /^Of stack sar-cluster, node group sar-cluster\/users \(Resource0\) was deleted outside .* by hand/;
    const gone = [{ logicalId: 'Resource0', physicalId: 'sar-cluster/users', type: 'AWS::EKS::Nodegroup' }];
    expect(await cluster()).toMatchObject({ action: 'blocked', detail: expect.stringMatching(detail), gone });
    aws.presence.set(key, new Failure({ code: 'Throttled', source: 'aws', message: 'slow down' }));
    expect(await cluster()).toMatchObject({
      action: 'blocked',
      detail: expect.stringMatching(/^Nobody can say .*slow/),
    });
    aws.presence.set(key, 'exists');
    expect(await cluster()).toMatchObject({ action: 'unchanged' });
  });

  it('shows what somebody changed outside, and what puts it back, or that nothing does', async () => {
    const aws = new FakeAws();
    aws.cloudFormation.contents['sar-cluster'] = [{ type: 'AWS::EKS::Nodegroup', physicalId: 'sar-cluster/users' }];
    for (const { name, fingerprint } of sampleStacks(sampleDeployment())) {
      aws.cloudFormation.outputs[name] = { UserPoolId: 'us-west-2_a' };
      aws.cloudFormation.put(name, 'UPDATE_COMPLETE', fingerprint).state.parameters = { UserPoolId: 'us-west-2_a' };
    }
    aws.presence.set('AWS::EKS::Nodegroup sar-cluster/users', 'exists');
    const differences = [{ property: 'ScalingConfig/MaxSize', declared: '5', actual: '50' }];
    aws.cloudFormation.drift['sar-cluster Resource0'] = { status: 'modified', differences };
    const cluster = async () => (await plan(aws)).stacks.find(({ kind }) => kind === 'cluster');
    const drift = [expect.objectContaining({ logicalId: 'Resource0', ...differences[0] })];
    const detail = expect.stringMatching(/MaxSize is 50 and not 5\. CloudFormation does not change this back/);
    expect(await cluster()).toMatchObject({ action: 'blocked', drift, detail });

    const path = '/Properties/ScalingConfig/MaxSize';
    const details = [{ path, attribute: 'Properties', name: 'ScalingConfig', requiresRecreation: 'Never' as const }];
    aws.cloudFormation.changes['sar-cluster'] = [
      { logicalId: 'Resource0', type: 'AWS::EKS::Nodegroup', action: 'Modify', replacement: 'False', details },
    ];
    const said = expect.stringMatching(/^Deploy sets back what was changed outside of it: node group/);
    expect(await cluster()).toMatchObject({ action: 'update', drift, detail: said });
    expect([...aws.cloudFormation.changeSets.values()].every(({ revertsDrift }) => revertsDrift)).toBe(true);
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
      { stack: 'sar-cluster', logicalId: 'Key', type: 'AWS::KMS::Key', action: 'may replace' },
      { stack: 'sar-cluster', logicalId: 'Nodes', type: 'AWS::EKS::Nodegroup', action: 'remove' },
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
    aws.buckets.set('opensarlab-pipeline-us-west-2-sar', 0);
    const second = await plan(aws);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.preflight).not.toEqual(first.preflight);
    aws.cloudFormation.put('sar-cluster', 'CREATE_COMPLETE', 'old');
    expect((await plan(aws)).fingerprint).not.toBe(first.fingerprint);
  });

  it('names the images and versions that it looked up, which deploy then uses', async () => {
    const aws = new FakeAws();
    const deployment = sampleDeployment();
    const stacks = sampleStacks(deployment).map((stack) =>
      stack.kind === 'cluster'
        ? { ...stack, parameters: { Image: { first: { machineImage: '/x' }, until: 'K' } } }
        : stack,
    );
    expect((await plan(aws, { stacks })).lookedUp).toEqual({ 'sar-cluster Image': aws.machineImage });
    const { state } = aws.cloudFormation.put('sar-cluster', 'CREATE_COMPLETE', 'cluster-1');
    state.parameters = { Image: aws.machineImage };
    expect((await plan(aws, { stacks })).lookedUp).toEqual({});
    aws.machineImage = 'ami-00000000000000002';
    const newer = await plan(aws, { stacks });
    expect(newer.lookedUp).toEqual({ 'sar-cluster Image': 'ami-00000000000000002' });
    expect(newer.stacks.find(({ kind }) => kind === 'cluster')?.action).toBe('update');
  });
});

const vpc = { logicalId: 'Vpc', physicalId: 'vpc-1', type: 'AWS::EC2::VPC', status: 'CREATE_COMPLETE' };

describe('a half-made stack', () => {
  function halfMade(status: string, isProtected = false): FakeAws {
    const aws = new FakeAws();
    const stack = aws.cloudFormation.put('sar-cluster', status);
    stack.resources = [vpc];
    stack.state.terminationProtection = isProtected;
    return aws;
  }
  const cluster = (value: Plan) => value.stacks.find(({ kind }) => kind === 'cluster');

  it.each(['DELETE_FAILED', 'ROLLBACK_FAILED', 'CREATE_FAILED'])('in %s shows what lives in it', async (status) => {
    const aws = halfMade(status);
    const value = await plan(aws);
    expect(cluster(value)).toMatchObject({ action: 'recover', detail: expect.stringContaining('One living resource') });
    expect(value.rows).toContainEqual({
      ...{ place: 'sar-cluster', item: 'Vpc', type: 'AWS::EC2::VPC', property: 'PhysicalResourceId', act: 'recover' },
      ...{ after: '"vpc-1"', policyAction: 'Delete' },
    });
    expect(value.destructive).toEqual([
      { stack: 'sar-cluster', logicalId: 'Vpc', type: 'AWS::EC2::VPC', action: 'recover' },
    ]);
    expect(value.rows.filter(({ place, act }) => place === 'sar-cluster' && act === 'add')).toHaveLength(2);
    expect(aws.cloudFormation.log).not.toContain('delete sar-cluster');
  });

  it('that was rolled back has nothing to lose', async () => {
    const aws = halfMade('ROLLBACK_COMPLETE');
    const stack = aws.cloudFormation.get('sar-cluster');
    if (stack !== undefined) stack.resources = [{ ...vpc, status: 'DELETE_COMPLETE' }];
    expect((await plan(aws)).rows.some(({ act }) => act === 'recover')).toBe(false);
  });

  it('that is protected is never removed, unless the declaration takes the protection off', async () => {
    const aws = halfMade('DELETE_FAILED', true);
    const deployment = sampleDeployment({ protected: true });
    const kept = await plan(aws, { deployment, stacks: sampleStacks(deployment) });
    expect(cluster(kept)).toMatchObject({ action: 'blocked', detail: expect.stringContaining('`protected: false`') });
    expect(kept.rows.filter(({ place, act }) => place === 'sar-cluster' && act !== 'add')).toEqual([]);
    const freed = (await plan(aws)).rows.filter(({ place }) => place === 'sar-cluster').map(({ act }) => act);
    expect(freed).toContain('unprotect');
    expect(freed).toContain('recover');
  });

  it('whose update’s rollback is stuck loses nothing', async () => {
    const value = await plan(halfMade('UPDATE_ROLLBACK_FAILED'));
    expect(cluster(value)?.action).toBe('recover');
    expect(value.rows.filter(({ place }) => place === 'sar-cluster')).toEqual([]);
  });

  it('on which CloudFormation works leaves the plan unsealable', async () => {
    expect((await plan(halfMade('UPDATE_IN_PROGRESS'))).busy).toEqual(['sar-cluster']);
    expect((await plan(halfMade('ROLLBACK_COMPLETE'))).busy).toEqual([]);
  });
});

describe('what a plan leaves', () => {
  it('is nothing, also in the empty stack of an interrupted plan', async () => {
    const aws = new FakeAws();
    aws.cloudFormation.put('sar-cluster', 'REVIEW_IN_PROGRESS');
    expect((await plan(aws)).stacks[1]?.action).toBe('create');
    expect(aws.cloudFormation.get('sar-cluster')).toBeUndefined();
  });

  it('is the empty stack in which somebody else’s change set or resource is', async () => {
    const aws = new FakeAws();
    const request = {
      ...{
        stackName: 'sar-cluster',
        changeSetName: 'deploy',
        type: 'CREATE' as const,
        templateBody: '',
        parameters: {},
      },
      ...{ tags: {}, roleArn: undefined, description: '', importExisting: false },
    };
    const { changeSetId } = await aws.cloudFormation.createChangeSet(request);
    const held = aws.cloudFormation.put('sar-container', 'REVIEW_IN_PROGRESS');
    held.resources = [vpc];
    await plan(aws);
    expect([...aws.cloudFormation.changeSets.keys()]).toEqual([changeSetId]);
    expect(aws.cloudFormation.get('sar-cluster')?.state.status).toBe('REVIEW_IN_PROGRESS');
    expect(aws.cloudFormation.get('sar-container')?.state.status).toBe('REVIEW_IN_PROGRESS');
    expect(aws.cloudFormation.log.filter((line) => line.startsWith('delete'))).not.toContain('delete sar-cluster');
  });

  it('of an interrupted plan is removed by a later one, when it is old and no deployment’s', async () => {
    const aws = new FakeAws();
    aws.cloudFormation.put('sar-cluster', 'CREATE_COMPLETE', 'cluster-1');
    const name = async (changeSetName: string) => {
      const { changeSetId } = await aws.cloudFormation.createChangeSet({
        ...{ stackName: 'sar-cluster', changeSetName, type: 'UPDATE', templateBody: '', parameters: {}, tags: {} },
        ...{ roleArn: undefined, description: '', importExisting: false },
      });
      return changeSetId;
    };
    const [old, deployment] = [await name('opensarlab-plan-1'), await name('deploy-1')];
    const clock = instantClock(new Date('2026-11-23T12:30:00Z'));
    await plan(aws, { clock });
    expect([...aws.cloudFormation.changeSets.keys()]).toEqual([old, deployment]);
    await plan(aws, { clock: instantClock(new Date('2026-11-23T13:30:00Z')) });
    expect([...aws.cloudFormation.changeSets.keys()]).toEqual([deployment]);
    const others = await name('opensarlab-plan-pr-17-1');
    await name('opensarlab-plan-pr-1-1');
    await plan(aws, { clock, owner: 'pr-1' });
    expect([...aws.cloudFormation.changeSets.keys()]).toEqual([deployment, others]);
  });

  it('is nothing after a cancellation', async () => {
    const aws = new FakeAws();
    const controller = new AbortController();
    const describeChangeSet = aws.cloudFormation.describeChangeSet.bind(aws.cloudFormation);
    aws.cloudFormation.describeChangeSet = async (id) => {
      controller.abort();
      return { ...(await describeChangeSet(id)), status: 'CREATE_IN_PROGRESS' };
    };
    await expect(plan(aws, { signal: controller.signal })).rejects.toMatchObject({ code: 'Cancelled' });
    expect(aws.cloudFormation.changeSets.size).toBe(0);
    expect([...aws.cloudFormation.stacks.values()].every(({ state }) => state.status === 'DELETE_COMPLETE')).toBe(true);
  });

  it('is nothing when one stack cannot be planned, and the reason is that one’s', async () => {
    const aws = new FakeAws();
    const describeChangeSet = aws.cloudFormation.describeChangeSet.bind(aws.cloudFormation);
    aws.cloudFormation.describeChangeSet = async (id) => {
      if (aws.cloudFormation.changeSets.get(id)?.stackName === 'sar-cognito') {
        throw new Failure({ code: 'AccessDenied', source: 'aws', message: 'no' });
      }
      return { ...(await describeChangeSet(id)), status: 'CREATE_IN_PROGRESS' };
    };
    const clock = instantClock();
    const started = clock.now().getTime();
    await expect(plan(aws, { clock })).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(aws.cloudFormation.changeSets.size).toBe(0);
    expect(clock.now().getTime() - started).toBeLessThan(60_000);
  });

  it('may be taken away by another plan: then the change set is made again', async () => {
    const aws = new FakeAws();
    const describeChangeSet = aws.cloudFormation.describeChangeSet.bind(aws.cloudFormation);
    let taken = 0;
    aws.cloudFormation.describeChangeSet = async (id) => {
      if (taken++ > 0) return describeChangeSet(id);
      throw new Failure({ code: 'ChangeSetNotFound', source: 'aws', message: id });
    };
    expect(actions(await plan(aws)).every((action) => action.endsWith('create'))).toBe(true);
  });

  it('waits for a change set that is still being computed before it removes it', async () => {
    const aws = new FakeAws();
    const deleteChangeSet = aws.cloudFormation.deleteChangeSet.bind(aws.cloudFormation);
    let refused = 0;
    aws.cloudFormation.deleteChangeSet = async (id) => {
      if (refused++ > 3) return deleteChangeSet(id);
      throw new Failure({ code: 'InvalidChangeSetStatus', source: 'aws', message: id });
    };
    await plan(aws);
    expect(aws.cloudFormation.changeSets.size).toBe(0);
  });
});
