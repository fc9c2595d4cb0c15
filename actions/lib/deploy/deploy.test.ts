import { describe, expect, it } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { approvedBy, difference } from '../plan/approval.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { Presence } from '../ports/aws-ports.ts';
import { FakeAws, quietReporter } from '../ports/test/fake-aws.ts';
import { instantRun } from '../ports/test/instant-run.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import { memoryOf } from '../verbs/deploy.ts';
import { type DeployOptions, deployDeployment } from './deploy.ts';
import type { DeployRecord } from './deploy-record.ts';
import { approvedPlan, nothingApproved } from './test/approved-plan.ts';

const mirrored = {
  container: 'c0ffee0000000000000000000000000000000000',
  cluster: 'decade0000000000000000000000000000000000',
};
const profile = { name: 'SAR 1', image_name: 'sar', node_name: 'sar1' };

function declared(changes: Partial<Deployment> = {}): Deployment {
  return sampleDeployment({ profiles: [profile as Deployment['profiles'][number]], ...changes });
}

/** An account in which stacks get the outputs that the templates declare, and builds push their images. */
function account(): FakeAws {
  const aws = new FakeAws();
  aws.cloudFormation.outputs = {
    'sar-container': { PipelineName: 'sar-Container-Pipeline', HubImagesProjectName: 'sar-jupyterhub-images' },
    'sar-cluster': {
      ClusterName: 'sar-cluster',
      LoadBalancerDnsName: 'sar-1.elb.amazonaws.com',
      CertificateArn: 'arn:aws:acm:us-west-2:111122223333:certificate/1',
    },
    'sar-cognito': { UserPoolId: 'us-west-2_abc' },
    'sar-jupyterhub': { HubProjectName: 'sar-jupyterhub', HubUrl: 'https://sar.example.org' },
    'sar-cluster-pipeline': { PipelineName: 'sar-Pipeline' },
  };
  aws.executions = { 'sar-Container-Pipeline': [], 'sar-Pipeline': [] };
  aws.images.set('sar-container/sar', new Set(['c0ffee0']));
  aws.pushes['sar-jupyterhub-images'] = { repositories: ['sar-container/hub', 'sar-container/services'] };
  aws.repositories.set('sar-cluster', mirrored.cluster);
  return aws;
}

async function deploy(
  aws: FakeAws,
  options: Partial<DeployOptions> & { revision?: string } = {},
): Promise<DeployRecord> {
  const shared = instantRun(aws, options.deployment ?? declared(), { revision: options.revision });
  const approved = options.approval === undefined ? await approvedPlan(shared) : { lookedUp: {} };
  return await deployDeployment({ ...shared, mirrored, ...approved, ...options } as DeployOptions);
}

function changes(record: DeployRecord): Record<string, string> {
  return Object.fromEntries(record.steps.map(({ id, change }) => [id, change]));
}

describe('deployDeployment', () => {
  it('makes everything of a new deployment, and says what to do with the result', async () => {
    const aws = account();
    const record = await deploy(aws);
    expect(record.outcome).toBe('succeeded');
    expect(changes(record)).toEqual({
      'stack container': 'created',
      'stack cluster': 'created',
      'stack cognito': 'created',
      'stack jupyterhub': 'created',
      'stack cluster-pipeline': 'created',
      'hub-images': 'built',
      images: 'built',
      hub: 'installed',
      smoke: 'tested',
    });
    expect(record.outputs).toMatchObject({
      url: 'https://sar.example.org',
      dnsRecord: { name: 'sar.example.org', type: 'CNAME', value: 'sar-1.elb.amazonaws.com' },
      certificate: { status: 'ISSUED' },
      images: [{ repository: 'sar-container/sar', tag: 'c0ffee0' }],
    });
    expect(aws.cloudFormation.get('sar-jupyterhub')?.state.parameters).toEqual({ UserPoolId: 'us-west-2_abc' });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it('changes nothing on an unchanged deployment and says so in a handful of calls', async () => {
    const aws = account();
    await deploy(aws);
    const before = { calls: aws.calls, log: aws.cloudFormation.log.length, builds: aws.builds.length };
    const record = await deploy(aws, nothingApproved);
    expect(record).toMatchObject({ outcome: 'succeeded', unchanged: true, message: expect.stringMatching(/nothing/) });
    expect(aws.cloudFormation.log).toHaveLength(before.log);
    expect(aws.builds).toHaveLength(before.builds);
    // With a list of what each of the five stacks holds, and one question about all of it.
    expect(aws.calls - before.calls).toBeLessThanOrEqual(19);
  });

  describe('with a node group deleted behind its back', () => {
    const nodes = { type: 'AWS::EKS::Nodegroup', physicalId: 'sar-cluster/users' };
    async function damaged(presence: Presence | Failure = 'gone'): Promise<FakeAws> {
      const aws = account();
      aws.cloudFormation.contents['sar-cluster'] = [nodes];
      aws.presence.set(`${nodes.type} ${nodes.physicalId}`, 'exists');
      await deploy(aws);
      aws.presence.set(`${nodes.type} ${nodes.physicalId}`, presence);
      return aws;
    }

    it('is red and names it, and starts nothing that needs the stack', async () => {
      const record = await deploy(await damaged());
      expect(record).toMatchObject({ outcome: 'failed', unchanged: false });
      expect(record.message).toBe(
        'Of stack sar-cluster, node group sar-cluster/users (Resource0) was deleted outside of this repository.',
      );
      expect(changes(record)).toMatchObject({
        'stack cognito': 'unchanged',
        'stack cluster': 'failed',
        hub: 'not started',
      });
    });

    it('is red too when the stack is changed in other ways, and changes nothing of it', async () => {
      const aws = await damaged();
      const { log } = aws.cloudFormation;
      const before = log.length;
      const record = await deploy(aws, { revision: '2' });
      expect(changes(record)).toMatchObject({ 'stack cognito': 'updated', 'stack cluster': 'failed' });
      expect(log.slice(before)).not.toContain('update sar-cluster');
      const left = [...aws.cloudFormation.changeSets.values()].filter(({ stackName }) => stackName === 'sar-cluster');
      expect(left.map(({ type }) => type)).toEqual(['CREATE']);
    });

    it('goes on when the change itself takes it away', async () => {
      const aws = await damaged();
      const removed = { logicalId: 'Resource0', action: 'Remove' as const, details: [], policyAction: 'Delete' };
      aws.cloudFormation.changes['sar-cluster'] = [{ ...removed, type: nodes.type, physicalId: nodes.physicalId }];
      expect(changes(await deploy(aws, { revision: '2' }))).toMatchObject({ 'stack cluster': 'updated' });
    });

    it.each(['1', '2'])(
      'is unknown, not green, when its owner does not say whether it is there: revision %s',
      async (revision) => {
        const failure = new Failure({ code: 'AccessDenied', source: 'aws', message: 'not allowed', hint: 'bootstrap' });
        const record = await deploy(await damaged(failure), { revision });
        expect(record).toMatchObject({
          outcome: 'unknown',
          unchanged: false,
          message: expect.stringMatching(/not allowed/),
        });
      },
    );
  });

  it('says beside `unchanged` what it knows nobody to ask about', async () => {
    const aws = account();
    aws.cloudFormation.contents['sar-cluster'] = [{ type: 'AWS::SQS::Queue', physicalId: 'queue' }];
    aws.presence.set('AWS::SQS::Queue queue', 'unverifiable');
    await deploy(aws);
    const record = await deploy(aws);
    expect(record).toMatchObject({ outcome: 'succeeded', unchanged: true });
    expect(record.message).toMatch(/AWS::SQS::Queue queue/);
  });

  it.each(['UPDATE_FAILED', 'IMPORT_COMPLETE', 'IMPORT_ROLLBACK_COMPLETE'])(
    'does not take a stack in %s for what its outputs say, but lets CloudFormation compare',
    async (status) => {
      const aws = account();
      await deploy(aws);
      const cluster = aws.cloudFormation.get('sar-cluster');
      if (cluster !== undefined) cluster.state.status = status;
      const record = await deploy(aws);
      expect(changes(record)).toMatchObject({ 'stack cluster': 'updated', 'stack cognito': 'unchanged' });
      expect(cluster?.state.status).toBe('UPDATE_COMPLETE');
    },
  );

  it('does not call a failed update unchanged because a change set finds nothing to change', async () => {
    const aws = account();
    await deploy(aws);
    const cluster = aws.cloudFormation.get('sar-cluster');
    if (cluster !== undefined) cluster.state.status = 'UPDATE_FAILED';
    aws.cloudFormation.unchanged.add('sar-cluster');
    const record = await deploy(aws, nothingApproved);
    expect(record.outcome).toBe('failed');
    expect(record.steps.find(({ id }) => id === 'stack cluster')?.failure).toMatchObject({
      code: 'StackStuck',
      hint: expect.stringContaining('aws cloudformation rollback-stack --stack-name sar-cluster'),
    });
  });

  it('takes a stack whose update was rolled back for its old template, which may be the declared one', async () => {
    const aws = account();
    await deploy(aws);
    aws.cloudFormation.failures['sar-cluster'] = 'Another version is needed';
    expect((await deploy(aws, { revision: '2' })).outcome).toBe('failed');
    expect(aws.cloudFormation.get('sar-cluster')?.state.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const before = aws.cloudFormation.log.filter((entry) => entry.endsWith('sar-cluster')).length;
    expect(changes(await deploy(aws, nothingApproved))).toMatchObject({ 'stack cluster': 'unchanged' });
    expect(aws.cloudFormation.log.filter((entry) => entry.endsWith('sar-cluster'))).toHaveLength(before);
    expect(changes(await deploy(aws, { revision: '2' }))).toMatchObject({ 'stack cluster': 'updated' });
  });

  it('names the first cause of a failed stack, starts nothing that needs it, and converges when run again', async () => {
    const aws = account();
    aws.cloudFormation.failures['sar-cluster'] = 'The maximum number of VPCs has been reached. (VpcLimitExceeded)';
    const failed = await deploy(aws);
    expect(failed.outcome).toBe('failed');
    expect(failed.message).toContain(
      'AWS::EC2::VPC Culprit: the region has as many VPCs as the account may have. AWS says: The maximum number of VPCs',
    );
    expect(changes(failed)).toMatchObject({
      'stack cluster': 'failed',
      'stack jupyterhub': 'not started',
      smoke: 'not started',
      images: 'built',
    });
    expect(failed.stacks.find(({ kind }) => kind === 'cluster')).toMatchObject({
      change: 'failed',
      status: 'ROLLBACK_COMPLETE',
    });
    const again = await deploy(aws);
    expect(again.outcome).toBe('succeeded');
    expect(changes(again)).toMatchObject({
      'stack container': 'unchanged',
      'stack cluster': 'recovered',
      images: 'unchanged',
    });
  });

  it('refuses a replacement that nobody approved, and applies one that was approved', async () => {
    const aws = account();
    await deploy(aws);
    aws.cloudFormation.changes['sar-cluster'] = [
      { logicalId: 'Nodes', type: 'AWS::EKS::Nodegroup', action: 'Modify', replacement: 'True', details: [] },
    ];
    const refused = await deploy(aws, { revision: '2', ...nothingApproved });
    expect(refused.steps.find(({ id }) => id === 'stack cluster')?.failure).toMatchObject({
      code: 'UnapprovedChange',
      message: expect.stringContaining('replace Nodes (AWS::EKS::Nodegroup) in sar-cluster'),
    });
    expect(aws.cloudFormation.log).not.toContain('update sar-cluster');
    expect(aws.cloudFormation.get('sar-cluster')?.state.status).toBe('CREATE_COMPLETE');
    const destructive = [
      { stack: 'sar-cluster', logicalId: 'Nodes', type: 'AWS::EKS::Nodegroup', action: 'replace' as const },
    ];
    expect(refused.refused).toMatchObject([{ item: 'Nodes', act: 'replace' }]);
    const applied = await deploy(aws, { revision: '2' });
    expect(applied.outcome).toBe('succeeded');
    expect(applied.stacks.find(({ kind }) => kind === 'cluster')?.destroyed).toEqual(destructive);
  });

  it('remembers what was approved and is still so, and needs no consent to bring that back', async () => {
    const aws = account();
    let now: readonly PlanRow[] = [];
    const onDeployed = (rows: readonly PlanRow[]): void => {
      now = rows;
    };
    const record = await deploy(aws, { onDeployed });
    const row = { place: 'sar-cluster', item: 'Thing', type: 'AWS::Logs::LogGroup', property: '', act: 'add' as const };
    expect(now).toContainEqual(row);
    const gone = { ...row, item: 'Former', act: 'add' as const };
    const permission = { approval: { baseline: [gone], rows: [row], lookedUp: {} }, lookedUp: {} };
    const request = { run: '1', attempt: 1, commit: 'c0ffee' };
    const { approved } = memoryOf(request, permission, { record, declared: now });
    expect(approved).toEqual([row]);
    // Somebody deleted it: made again, it is what was approved. What the lab no longer has may not come back by itself.
    expect(difference([row], approvedBy(approved, []))).toEqual([]);
    expect(difference([gone], approvedBy(approved, []))).toEqual([gone]);
  });

  it('tells nothing of what it is before it is all deployed', async () => {
    const aws = account();
    aws.buildEnds['smoke'] = 'FAILED';
    const told: unknown[] = [];
    await deploy(aws, { onDeployed: (rows) => told.push(rows) });
    expect(told).toEqual([]);
  });

  it('is unknown, not successful, when the time runs out while AWS works', async () => {
    const aws = account();
    aws.cloudFormation.looks = Number.POSITIVE_INFINITY;
    const record = await deploy(aws);
    expect(record.outcome).toBe('unknown');
    expect(record.steps.find(({ id }) => id === 'stack cluster')?.failure?.code).toBe('DeadlineReached');
    expect(record.stacks.find(({ kind }) => kind === 'cluster')?.change).toBe('unknown');
  });

  it('does not believe a pipeline that succeeded without pushing an image', async () => {
    const aws = account();
    aws.images.clear();
    const record = await deploy(aws);
    expect(record.steps.find(({ id }) => id === 'images')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'ImagesMissing', message: expect.stringContaining('sar-container/sar:c0ffee0') },
    });
    expect(changes(record)).toMatchObject({ smoke: 'not started' });
  });

  it('builds the images of the hub beside the cluster, and installs no hub without them', async () => {
    const aws = account();
    const order: string[] = [];
    const reporter = { ...quietReporter(), info: (line: string) => void order.push(line) };
    await deploy(aws, { reporter });
    const place = (line: string): number => order.findIndex((one) => one.startsWith(line));
    expect(place('build images of the hub: built')).toBeLessThan(place('stack sar-cluster: created'));
    expect(place('build images of the hub: built')).toBeGreaterThan(-1);
    const broken = account();
    delete broken.pushes['sar-jupyterhub-images'];
    const record = await deploy(broken);
    expect(record.steps.find(({ id }) => id === 'hub-images')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'ImagesMissing', message: expect.stringContaining('sar-container/hub:decade0') },
    });
    expect(changes(record)).toMatchObject({ hub: 'not started' });
  });

  it('changes a hub that people use only when the images of its profiles are there', async () => {
    const aws = account();
    await deploy(aws);
    const installed = aws.executions['sar-Pipeline']?.length;
    const next = { container: 'facade0000000000000000000000000000000000', cluster: mirrored.cluster.replace('d', 'e') };
    const record = await deploy(aws, { mirrored: next });
    expect(changes(record)).toMatchObject({ images: 'failed', hub: 'not started', smoke: 'not started' });
    expect(aws.executions['sar-Pipeline']).toHaveLength(installed ?? 0);
    aws.images.get('sar-container/sar')?.add('facade0');
    expect(changes(await deploy(aws, { mirrored: next }))).toMatchObject({ images: 'unchanged', hub: 'installed' });
  });

  it('waits for the build of the hub’s images that an interrupted run has left at work', async () => {
    const aws = account();
    let looks = 0;
    aws.builds.push({
      ...{ id: 'b-1', project: 'sar-jupyterhub-images', startedAt: new Date(0) },
      ...{ commit: mirrored.cluster, environment: {} },
      get status(): 'IN_PROGRESS' | 'SUCCEEDED' {
        looks += 1;
        if (looks < 4) return 'IN_PROGRESS';
        aws.push('sar-jupyterhub-images', mirrored.cluster);
        return 'SUCCEEDED';
      },
    });
    expect(changes(await deploy(aws))).toMatchObject({ 'hub-images': 'built' });
    expect(aws.builds.filter(({ project }) => project === 'sar-jupyterhub-images')).toHaveLength(1);
  });

  it('tests again when the last test failed, although nothing else changed', async () => {
    const aws = account();
    aws.buildEnds['smoke'] = 'FAILED';
    const failed = await deploy(aws);
    expect(failed).toMatchObject({
      outcome: 'failed',
      message: 'The test of the profiles failed: BUILD: exit status 1',
    });
    const second = await deploy(aws);
    expect(second.outcome).toBe('failed');
    aws.buildEnds['smoke'] = 'SUCCEEDED';
    expect(changes(await deploy(aws))).toMatchObject({ hub: 'unchanged', smoke: 'tested' });
    expect((await deploy(aws)).unchanged).toBe(true);
  });

  it('installs the hub again when what it is installed into has changed, with the same commit', async () => {
    const aws = account();
    await deploy(aws);
    aws.cloudFormation.outputs['sar-cognito'] = { UserPoolId: 'us-west-2_new' };
    const deployment = declared();
    const stacks = sampleStacks(deployment).map((stack) => ({
      ...stack,
      ...(stack.kind === 'cognito' ? { fingerprint: 'cognito-2' } : {}),
    }));
    aws.time = Date.parse('2026-11-23T11:00:00Z');
    aws.executions['sar-Pipeline'] = [];
    aws.addExecution('sar-Pipeline', mirrored.cluster, 'Succeeded');
    aws.time = Date.parse('2026-11-23T14:00:00Z');
    const record = await deploy(aws, { deployment, stacks });
    expect(changes(record)).toMatchObject({
      'stack cognito': 'updated',
      'stack jupyterhub': 'updated',
      'stack cluster': 'unchanged',
      images: 'unchanged',
      hub: 'installed',
      smoke: 'tested',
    });
  });

  it('waits for a pipeline that already runs for the commit, and not for one of another commit', async () => {
    const aws = account();
    aws.addExecution('sar-Container-Pipeline', 'another', 'Succeeded');
    aws.addExecution('sar-Container-Pipeline', mirrored.container, 'InProgress');
    await deploy(aws);
    expect(aws.executions['sar-Container-Pipeline']).toHaveLength(2);
    expect(aws.executions['sar-Pipeline']).toHaveLength(1);
  });

  it('turns on termination protection for a protected deployment, and off again', async () => {
    const aws = account();
    await deploy(aws, { deployment: declared({ protected: true }) });
    expect(aws.cloudFormation.get('sar-cluster')?.state.terminationProtection).toBe(true);
    const record = await deploy(aws);
    expect(record.unchanged).toBe(false);
    expect(aws.cloudFormation.get('sar-cluster')?.state.terminationProtection).toBe(false);
  });

  it('does nothing with credentials of another account', async () => {
    const aws = account();
    aws.accountId = '999999999999';
    await expect(deploy(aws)).rejects.toMatchObject({ code: 'WrongAccount' });
    expect(aws.cloudFormation.log).toEqual([]);
  });
});
