import { describe, expect, it } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import type { Volume } from '../ports/aws-ports.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { instantRun } from '../ports/test/instant-run.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import { type DestroyOptions, destroyDeployment } from './destroy.ts';
import type { Receipt } from './receipt.ts';

const clusterTag = { 'kubernetes.io/cluster/sar-cluster': 'owned' };

function volume(id: string, tags: Record<string, string>, state = 'available'): Volume {
  return { id, arn: `arn:aws:ec2:us-west-2:111122223333:volume/${id}`, state, sizeGib: 100, tags };
}

/** An account with one deployment as `deploy` leaves it, used for a while. */
function account(): FakeAws {
  const aws = new FakeAws();
  const { cloudFormation } = aws;
  cloudFormation.contents = {
    'sar-container': [
      { type: 'AWS::S3::Bucket', physicalId: 'opensarlab-pipeline-us-west-2-sar-container' },
      { type: 'AWS::ECR::Repository', physicalId: 'sar-container/sar' },
      { type: 'AWS::Logs::LogGroup', physicalId: '/aws/codebuild/sar-images' },
    ],
    'sar-cluster': [
      { type: 'AWS::EC2::VPC', physicalId: 'vpc-1' },
      { type: 'AWS::EKS::Cluster', physicalId: 'sar-cluster' },
      { type: 'AWS::Events::Rule', physicalId: 'sar-rule' },
    ],
    'sar-cognito': [{ type: 'AWS::Cognito::UserPool', physicalId: 'us-west-2_abc' }],
    'sar-cluster-pipeline': [{ type: 'AWS::S3::Bucket', physicalId: 'opensarlab-pipeline-us-west-2-sar' }],
  };
  for (const { name, fingerprint } of sampleStacks(sampleDeployment()))
    cloudFormation.put(name, 'CREATE_COMPLETE', fingerprint);
  cloudFormation.log.length = 0;
  aws.buckets = new Map([
    ['opensarlab-pipeline-us-west-2-sar-container', 1500],
    ['opensarlab-pipeline-us-west-2-sar', 3],
  ]);
  aws.images = new Map([['sar-container/sar', new Set(['c0ffee0'])]]);
  aws.logGroups = new Map([['/aws/codebuild/sar-images', 5e9]]);
  aws.pools = new Map([['us-west-2_abc', { name: 'sar-cluster', signUpClosed: false, deletionProtection: true }]]);
  aws.clusters = new Map([['sar-cluster', { status: 'ACTIVE', deletionProtection: true, vpcId: 'vpc-1' }]]);
  aws.repositories = new Map([
    ['sar-container', 'c0ffee'],
    ['sar-cluster', 'decade'],
  ]);
  aws.volumes = [volume('vol-1', clusterTag), volume('vol-2', { 'opensarlab:deployment': 'sar' })];
  aws.addExecution('sar-Pipeline', 'decade', 'InProgress');
  // What a deleted stack takes with it.
  cloudFormation.obstacle = (name) => {
    for (const { type, physicalId } of cloudFormation.contents[name] ?? []) {
      if (type === 'AWS::S3::Bucket' && (aws.buckets.get(physicalId) ?? 0) > 0)
        return { logicalId: 'Bucket', reason: 'The bucket is not empty' };
      if (type === 'AWS::EKS::Cluster' && aws.clusters.get(physicalId)?.deletionProtection)
        return { logicalId: 'Cluster', reason: 'Deletion protection' };
      aws.buckets.delete(physicalId);
      aws.images.delete(physicalId);
      aws.clusters.delete(physicalId);
    }
    return undefined;
  };
  return aws;
}

function destroy(
  aws: FakeAws,
  changes: Partial<Deployment> = {},
  options: Partial<DestroyOptions> = {},
): Promise<Receipt> {
  return destroyDeployment({
    ...instantRun(aws, sampleDeployment(changes)),
    ...options,
  });
}

const arns = (list: { arn: string }[]): string[] => list.map(({ arn }) => arn).sort();

describe('destroyDeployment', () => {
  it('counts a resource once that a stack and its tags name differently', async () => {
    const aws = account();
    const addOn = { type: 'AWS::EKS::Addon', physicalId: 'sar-cluster|coredns' };
    aws.cloudFormation.contents['sar-cluster']?.push(addOn);
    const before = await destroy(account());
    const addOnArn = 'arn:aws:eks:us-west-2:111122223333:addon/sar-cluster/coredns/0a';
    aws.taggedArns = [addOnArn, 'arn:aws:eks:us-west-2:111122223333:access-entry/sar-cluster/role/1/x/0b'];
    const { gone } = await destroy(aws);
    expect(gone.filter(({ type }) => type === 'AWS::EKS::Addon').map(({ arn }) => arn)).toEqual([addOnArn]);
    expect(gone).toHaveLength(before.gone.length + 1);
  });

  it('asks about a certificate that its stack and its tags name, once', async () => {
    const aws = account();
    const certificate = 'arn:aws:acm:us-west-2:111122223333:certificate/0a1b';
    aws.cloudFormation.contents['sar-cluster']?.push({
      type: 'AWS::CertificateManager::Certificate',
      physicalId: certificate,
    });
    aws.taggedArns = [certificate];
    const receipt = await destroy(aws);
    expect(receipt.outcome).toBe('succeeded');
    expect(receipt.gone.filter(({ arn }) => arn === certificate)).toEqual([
      expect.objectContaining({ type: 'AWS::CertificateManager::Certificate', confirmedBy: 'service' }),
    ]);
  });

  it('removes everything in order, keeps what is declared, and proves both', async () => {
    const aws = account();
    const receipt = await destroy(aws);
    expect(receipt).toMatchObject({ outcome: 'succeeded', leftover: [], unverified: [] });
    expect(aws.cloudFormation.log).toEqual([
      'delete sar-container',
      'delete sar-cluster-pipeline',
      'delete sar-jupyterhub',
      'delete sar-cluster',
    ]);
    expect(aws.builds.map(({ environment }) => environment)).toEqual([{ PHASE: 'uninstall', KEEP_VOLUMES: 'true' }]);
    expect(aws.closedStages).toContain('sar-Pipeline/Build');
    expect(aws.executions['sar-Pipeline']?.[0]?.status).toBe('Stopped');
    expect(aws.volumes).toEqual([]);
    expect(aws.pools.get('us-west-2_abc')?.signUpClosed).toBe(true);
    expect(receipt.retained.map(({ rule, monthlyUsd }) => [rule, monthlyUsd])).toEqual(
      expect.arrayContaining([
        ['retain.cognito', 0],
        ['retain.code_commit', 0],
        ['retain.logs', 0.15],
      ]),
    );
    expect(receipt.gone).toContainEqual(expect.objectContaining({ type: 'AWS::EC2::VPC', confirmedBy: 'service' }));
    expect(JSON.parse(JSON.stringify(receipt))).toEqual(receipt);
  });

  it('proves the same when run again, and changes nothing', async () => {
    const aws = account();
    const first = await destroy(aws);
    const log = aws.cloudFormation.log.length;
    const second = await destroy(aws);
    expect(second.outcome).toBe('succeeded');
    expect(aws.cloudFormation.log).toHaveLength(log);
    expect(arns(second.retained)).toEqual(arns(first.retained));
    expect(arns(second.gone)).toEqual(expect.arrayContaining(['arn:aws:ec2:us-west-2:111122223333:vpc/vpc-1']));
  });

  it('fails on one leftover that nothing explains, although every step succeeded', async () => {
    const aws = account();
    aws.taggedArns = ['arn:aws:ec2:us-west-2:111122223333:security-group/sg-9'];
    aws.presence.set('AWS::EC2::SecurityGroup sg-9', 'exists');
    const receipt = await destroy(aws);
    expect(receipt.steps.every(({ outcome }) => outcome === 'succeeded' || outcome === 'skipped')).toBe(true);
    expect(receipt).toMatchObject({
      outcome: 'failed',
      leftover: [{ arn: expect.stringContaining('sg-9'), foundIn: 'tags' }],
    });
  });

  it('is unknown when a service cannot be asked, or nobody can be asked', async () => {
    const aws = account();
    aws.presence.set('AWS::EC2::VPC vpc-1', new Failure({ code: 'Throttled', source: 'aws', message: 'slow down' }));
    expect(await destroy(aws)).toMatchObject({ outcome: 'unknown', unverified: [{ type: 'AWS::EC2::VPC' }] });
    const other = account();
    other.taggedArns = ['arn:aws:sagemaker:us-west-2:111122223333:endpoint/x'];
    expect(await destroy(other)).toMatchObject({
      outcome: 'unknown',
      unverified: [{ failure: { code: 'NoVerifier' } }],
    });
  });

  it('takes for gone what only CloudFormation can confirm, and says so', async () => {
    const aws = account();
    aws.presence.set('AWS::Events::Rule sar-rule', 'unverifiable');
    const receipt = await destroy(aws);
    expect(receipt.outcome).toBe('succeeded');
    expect(receipt.gone).toContainEqual(expect.objectContaining({ type: 'AWS::Events::Rule', confirmedBy: 'stack' }));
  });

  it('tries a failed deletion once more and then names the resource', async () => {
    const aws = account();
    const natural = aws.cloudFormation.obstacle;
    let tries = 0;
    aws.cloudFormation.obstacle = (name) => {
      if (name === 'sar-jupyterhub') tries += 1;
      return name === 'sar-jupyterhub' && tries < 2 ? { logicalId: 'Role', reason: 'in use' } : natural(name);
    };
    expect((await destroy(aws)).outcome).toBe('succeeded');
    const stuck = account();
    stuck.cloudFormation.obstacle = (name) =>
      name === 'sar-cluster' ? { logicalId: 'Subnet', reason: 'DependencyViolation' } : undefined;
    stuck.presence.set('AWS::EC2::VPC vpc-1', 'exists');
    const receipt = await destroy(stuck);
    expect(receipt).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining(
        'Subnet: something outside of the stack still uses it. AWS says: DependencyViolation',
      ),
    });
    expect(stuck.cloudFormation.log.filter((line) => line === 'delete sar-cluster')).toHaveLength(2);
    expect(stuck.volumes).toHaveLength(2);
    expect(arns(receipt.leftover)).toContain('arn:aws:ec2:us-west-2:111122223333:vpc/vpc-1');
  });

  it('never touches what belongs to a deployment whose name begins alike', async () => {
    const aws = account();
    aws.cloudFormation.put('sar-test-cluster', 'CREATE_COMPLETE', 'x');
    aws.volumes.push(
      volume('vol-9', { 'kubernetes.io/cluster/sar-test-cluster': 'owned', 'opensarlab:deployment': 'sar-test' }),
    );
    aws.repositories.set('sar-test-cluster', 'x');
    aws.images.set('sar-test-container/sar', new Set(['1']));
    aws.logGroups.set('/aws/codebuild/sar-images-old', 1);
    const receipt = await destroy(aws, {
      retain: { cognito: true, logs: false, code_commit: false, final_snapshots: false },
    });
    expect(receipt.outcome).toBe('succeeded');
    expect(aws.volumes.map(({ id }) => id)).toEqual(['vol-9']);
    expect(aws.cloudFormation.get('sar-test-cluster')?.state.status).toBe('CREATE_COMPLETE');
    expect([...aws.repositories.keys()]).toEqual(['sar-test-cluster']);
    expect([...aws.images.keys()]).toEqual(['sar-test-container/sar']);
    expect([...aws.logGroups.keys()]).toEqual(['/aws/codebuild/sar-images-old']);
  });

  it('keeps volumes and snapshots that are marked, at a price', async () => {
    const aws = account();
    aws.volumes.push(volume('vol-3', { ...clusterTag, 'Do-Not-Delete': 'True' }));
    const receipt = await destroy(aws);
    expect(receipt.outcome).toBe('succeeded');
    expect(aws.volumes.map(({ id }) => id)).toEqual(['vol-3']);
    expect(receipt.retained).toContainEqual(expect.objectContaining({ rule: 'tag do-not-delete', monthlyUsd: 8 }));
  });

  it('makes final snapshots before anything else goes, once, and keeps them', async () => {
    const aws = account();
    const retain = { ...sampleDeployment().retain, final_snapshots: true };
    const receipt = await destroy(aws, { retain });
    expect(aws.snapshots.map(({ volumeId }) => volumeId).sort()).toEqual(['vol-1', 'vol-2']);
    expect(receipt.retained.filter(({ rule }) => rule === 'retain.final_snapshots')).toHaveLength(2);
    expect((await destroy(aws, { retain })).outcome).toBe('succeeded');
    expect(aws.snapshots).toHaveLength(2);
  });

  it('goes on without the hub when it cannot be uninstalled, and says so', async () => {
    const aws = account();
    aws.buildEnds['uninstall'] = 'FAILED';
    const receipt = await destroy(aws);
    expect(receipt.outcome).toBe('succeeded');
    expect(receipt.steps.find(({ id }) => id === 'uninstall')).toMatchObject({
      change: 'not uninstalled',
      detail: expect.stringContaining('exit status 1'),
    });
  });

  it('is unknown when the time runs out', async () => {
    const aws = account();
    aws.cloudFormation.looks = Number.POSITIVE_INFINITY;
    const receipt = await destroy(aws);
    expect(receipt.outcome).not.toBe('succeeded');
    expect(receipt.steps.find(({ id }) => id === 'stack container')).toMatchObject({ outcome: 'unknown' });
  });

  it('refuses a protected deployment and credentials of another account before doing anything', async () => {
    const aws = account();
    await expect(destroy(aws, { protected: true })).rejects.toMatchObject({ code: 'Protected', source: 'user' });
    aws.accountId = '999999999999';
    await expect(destroy(aws)).rejects.toMatchObject({ code: 'WrongAccount' });
    expect(aws.cloudFormation.log).toEqual([]);
    expect(aws.closedStages).toEqual([]);
  });
});
