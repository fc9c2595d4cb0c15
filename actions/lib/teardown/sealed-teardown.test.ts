import { describe, expect, it } from 'vitest';
import type { Deployment } from '../deployment/deployment.ts';
import type { TeardownSeal } from '../plan/seal.ts';
import type { Volume } from '../ports/aws-ports.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { instantRun } from '../ports/test/instant-run.ts';
import { sampleDeployment, sampleStacks } from '../ports/test/sample-deployment.ts';
import { inventoriedTeardown } from './declared-teardown.ts';
import { type DestroyOptions, destroyDeployment } from './destroy.ts';
import { takeInventory } from './inventory.ts';
import type { Receipt } from './receipt.ts';
import { dataOf } from './teardown-data.ts';
import { sampleTeardownSeal } from './test/sample-teardown-seal.ts';

const clusterTag = { 'kubernetes.io/cluster/sar-cluster': 'owned' };
const sealedAt = new Date('2026-11-20T00:00:00Z');

function home(id: string, person: string, more: Partial<Volume> = {}): Volume {
  const tags = { ...clusterTag, 'kubernetes.io/created-for/pvc/name': `claim-${person}`, ...more.tags };
  const arn = `arn:aws:ec2:us-west-2:111122223333:volume/${id}`;
  return { id, arn, state: 'available', sizeGib: 100, ...more, tags };
}

/** A deployment with two homes that nobody has used for a while. */
function account(): FakeAws {
  const aws = new FakeAws();
  aws.cloudFormation.contents = { 'sar-cognito': [{ type: 'AWS::Cognito::UserPool', physicalId: 'us-west-2_abc' }] };
  for (const { name, fingerprint } of sampleStacks(sampleDeployment()))
    aws.cloudFormation.put(name, 'CREATE_COMPLETE', fingerprint);
  aws.clusters = new Map([['sar-cluster', { status: 'ACTIVE', deletionProtection: false, vpcId: 'vpc-1' }]]);
  aws.pools = new Map([['us-west-2_abc', { name: 'sar-cluster', signUpClosed: false, deletionProtection: true }]]);
  aws.repositories = new Map([['sar-cluster', 'decade']]);
  aws.images = new Map([['sar-container/sar', new Set(['1'])]]);
  aws.volumes = [
    home('vol-1', 'jane'),
    home('vol-2', 'joe'),
    home('vol-db', 'x', { tags: { 'kubernetes.io/created-for/pvc/name': 'hub-db-dir' } }),
  ];
  aws.cloudFormation.obstacle = (name) => {
    if (name === 'sar-cluster') aws.clusters.clear();
    return undefined;
  };
  return aws;
}

/** What a person approves: the account as it is now. */
async function seal(aws: FakeAws, changes: Partial<Deployment> = {}): Promise<TeardownSeal> {
  const deployment = sampleDeployment(changes);
  const inventory = await takeInventory(deployment, sampleStacks(deployment), aws.ports());
  const data = await dataOf(deployment, inventory, aws.ports());
  return sampleTeardownSeal(inventoriedTeardown(deployment, inventory, { data, storedBytes: new Map() }));
}

type Sealed = { changes?: Partial<Deployment>; used?: string[]; options?: Partial<DestroyOptions> };

function destroy(
  aws: FakeAws,
  approved: TeardownSeal,
  { changes = {}, used = [], options = {} }: Sealed = {},
): Promise<Receipt> {
  const usedHomes = { read: async () => [...used], add: async (ids: readonly string[]) => void used.push(...ids) };
  return destroyDeployment({
    ...instantRun(aws, sampleDeployment(changes)),
    consent: { seal: approved, sealedAt, usedHomes },
    ...options,
  });
}

const finals = (aws: FakeAws) =>
  aws.snapshots.map(({ volumeId, tags }) => `${volumeId} ${tags['opensarlab:final-snapshot']}`);

describe('a teardown under a sealed plan', () => {
  it('deletes what was listed, without final snapshots when they are off', async () => {
    const aws = account();
    const receipt = await destroy(aws, await seal(aws));
    expect(receipt).toMatchObject({ outcome: 'succeeded', leftover: [] });
    expect(aws.volumes).toEqual([]);
    expect(finals(aws)).toEqual([]);
  });

  it('makes a final snapshot of a home that was used since, whatever the plan said', async () => {
    const uses: Partial<Volume>[] = [
      { attachedAt: new Date('2026-11-10T00:00:00Z') },
      { attachedAt: new Date('2026-11-21T00:00:00Z') },
      { tags: { 'server-stop-time': '2026-11-22 10:00:00+00:00' } },
    ];
    for (const use of uses) {
      const aws = account();
      const approved = await seal(aws);
      aws.volumes[0] = home('vol-1', 'jane', use);
      const receipt = await destroy(aws, approved);
      expect(finals(aws)).toEqual(['vol-1 used']);
      expect(aws.volumes).toEqual([]);
      expect(receipt.retained).toContainEqual(expect.objectContaining({ rule: 'used since the plan' }));
      expect(receipt.outcome).toBe('succeeded');
    }
  });

  it('takes a snapshot that somebody made since for use, but not one of the daily policy', async () => {
    const aws = account();
    const approved = await seal(aws);
    const snapshot = (id: string, volumeId: string, more: Record<string, string>) => {
      const startedAt = new Date('2026-11-25T00:00:00Z');
      return {
        id,
        arn: `arn:${id}`,
        volumeId,
        state: 'completed',
        sizeGib: 100,
        tags: { ...clusterTag, ...more },
        startedAt,
      };
    };
    aws.snapshots = [
      snapshot('snap-a', 'vol-1', {}),
      snapshot('snap-b', 'vol-2', { 'aws:dlm:lifecycle-policy-id': 'policy-1' }),
    ];
    await destroy(aws, approved);
    expect(finals(aws)).toEqual(['vol-1 used']);
  });

  it('remembers use over an interruption, when servers are stopped already', async () => {
    const aws = account();
    const approved = await seal(aws);
    aws.volumes[0] = home('vol-1', 'jane', { attachedAt: new Date('2026-11-21T00:00:00Z') });
    const used: string[] = [];
    aws.buildEnds['uninstall'] = 'IN_PROGRESS';
    const clock = instantClock();
    await destroy(aws, approved, { used, options: { clock, deadline: new Date(clock.now().getTime() + 10_000) } });
    expect(used).toEqual(['vol-1']);
    delete aws.buildEnds['uninstall'];
    aws.volumes[0] = home('vol-1', 'jane');
    await destroy(aws, approved, { used });
    expect(finals(aws)).toEqual(['vol-1 used']);
  });

  it('snapshots, keeps and reports a home that appeared since', async () => {
    const aws = account();
    const approved = await seal(aws);
    aws.volumes.push(home('vol-9', 'new'));
    const receipt = await destroy(aws, approved);
    expect(aws.volumes.map(({ id }) => id)).toEqual(['vol-9']);
    expect(finals(aws)).toEqual(['vol-9 appeared']);
    expect(receipt.outcome).toBe('succeeded');
    const kept = receipt.retained.filter(({ rule }) => rule === 'not in the plan');
    expect(kept.map(({ type }) => type).sort()).toEqual(['AWS::EC2::Snapshot', 'AWS::EC2::Volume']);
    expect(kept[0]?.hint).toContain('adopt: destroy-only');
    // Once more, as after an interruption: the same.
    expect((await destroy(aws, approved)).outcome).toBe('succeeded');
    expect(finals(aws)).toEqual(['vol-9 appeared']);
  });

  it('deletes snapshots that were listed and those of listed homes, and no other', async () => {
    const aws = account();
    const snapshot = (id: string, volumeId: string) => {
      return { id, arn: `arn:${id}`, volumeId, state: 'completed', sizeGib: 100, tags: { ...clusterTag } };
    };
    aws.snapshots = [snapshot('snap-listed', 'vol-gone')];
    const approved = await seal(aws);
    aws.snapshots.push(snapshot('snap-new', 'vol-1'), snapshot('snap-other', 'vol-unknown'));
    const receipt = await destroy(aws, approved);
    expect(aws.snapshots.map(({ id }) => id)).toEqual(['snap-other']);
    expect(receipt).toMatchObject({ outcome: 'succeeded', leftover: [] });
  });

  it('lets machines’ own disks follow, listed or not', async () => {
    const aws = account();
    const approved = await seal(aws);
    aws.volumes.push({ ...home('vol-root', 'x'), tags: { 'opensarlab:deployment': 'sar' }, endsWithMachine: true });
    await destroy(aws, approved);
    expect(aws.volumes).toEqual([]);
    expect(finals(aws)).toEqual([]);
  });

  it('lets stacks made since follow, and keeps their data', async () => {
    const aws = account();
    const changes = { retain: { cognito: false, logs: false, code_commit: false, final_snapshots: false } };
    aws.pools.clear();
    aws.images.clear();
    aws.repositories.clear();
    aws.cloudFormation.contents = {};
    const approved = await seal(aws, changes);
    aws.pools.set('us-west-2_new', { name: 'sar-cluster', signUpClosed: false, deletionProtection: true });
    aws.images.set('sar-container/sar', new Set(['1']));
    aws.repositories.set('sar-cluster', 'decade');
    const receipt = await destroy(aws, approved, { changes });
    expect(receipt.outcome).toBe('succeeded');
    expect(aws.pools.get('us-west-2_new')).toMatchObject({ signUpClosed: true, deletionProtection: true });
    expect([...aws.images.keys()]).toEqual(['sar-container/sar']);
    expect([...aws.repositories.keys()]).toEqual(['sar-cluster']);
    expect(aws.cloudFormation.log.filter((line) => line.startsWith('delete'))).toHaveLength(5);
  });

  it('empties no image repository that came with a stack since, and leaves it out of the deletion', async () => {
    const aws = account();
    aws.images.clear();
    const approved = await seal(aws);
    aws.cloudFormation.stacks.clear();
    aws.clusters.clear();
    aws.cloudFormation.contents['sar-container'] = [{ type: 'AWS::ECR::Repository', physicalId: 'sar-container/sar' }];
    aws.cloudFormation.put('sar-container', 'CREATE_COMPLETE');
    aws.images.set('sar-container/sar', new Set(['1']));
    aws.cloudFormation.obstacle = (name) =>
      name === 'sar-container' && (aws.images.get('sar-container/sar')?.size ?? 0) > 0
        ? { logicalId: 'Resource0', reason: 'not empty' }
        : undefined;
    const receipt = await destroy(aws, approved);
    expect(receipt).toMatchObject({ outcome: 'succeeded', leftover: [] });
    expect(aws.images.get('sar-container/sar')?.size).toBe(1);
    expect(receipt.retained).toContainEqual(
      expect.objectContaining({ arn: expect.stringContaining('sar-container/sar'), rule: 'not in the plan' }),
    );
  });

  it('keeps what either the plan or the declaration keeps', async () => {
    const aws = account();
    const keeps = { retain: { cognito: true, logs: true, code_commit: true, final_snapshots: true } };
    const drops = { retain: { cognito: false, logs: false, code_commit: false, final_snapshots: false } };
    await destroy(aws, await seal(aws, keeps), { changes: drops });
    expect([...aws.repositories.keys()]).toEqual(['sar-cluster']);
    expect(finals(aws)).toEqual(['vol-1 true', 'vol-2 true', 'vol-db true']);
    const other = account();
    await destroy(other, await seal(other, drops), { changes: keeps });
    expect([...other.repositories.keys()]).toEqual(['sar-cluster']);
    expect(finals(other)).toHaveLength(3);
  });

  it('touches nothing that another owner’s tag is on, and shows it beforehand', async () => {
    const aws = account();
    aws.volumes.push(home('vol-f', 'foreign', { tags: { 'opensarlab:deployment': 'sar-test' } }));
    const approved = await seal(aws);
    expect(approved.plan.data?.foreign).toEqual([{ id: 'vol-f', type: 'AWS::EC2::Volume', owner: 'sar-test' }]);
    expect(approved.plan.data?.homes.map(({ id }) => id)).toEqual(['vol-1', 'vol-2']);
    const receipt = await destroy(aws, approved);
    expect(aws.volumes.map(({ id }) => id)).toEqual(['vol-f']);
    expect(receipt.outcome).toBe('succeeded');
  });

  it('believes no seal without a list of what may be lost', async () => {
    const aws = account();
    await expect(destroy(aws, sampleTeardownSeal())).rejects.toMatchObject({ code: 'SealMalformed' });
    const { data, ...plan } = (await seal(aws)).plan;
    if (data === undefined) throw new TypeError('The plan lists no data.');
    const kinds = [
      'homes',
      'databases',
      'otherVolumes',
      'snapshots',
      'pools',
      'images',
      'repositories',
      'logs',
      'stacks',
    ];
    for (const kind of kinds) {
      const without = sampleTeardownSeal({ ...plan, data: { ...data, [kind]: undefined } });
      await expect(destroy(aws, without), kind).rejects.toMatchObject({ code: 'SealMalformed' });
    }
    expect(aws.volumes).toHaveLength(3);
  });
});
