import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import type { Volume } from '../ports/aws-ports.ts';
import { FakeAws, quietReporter } from '../ports/test/fake-aws.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { deleteSnapshots, deleteVolumes, makeFinalSnapshots, type Sweeping } from './storage-sweep.ts';

const tags = { 'opensarlab:deployment': 'sar' };

function context(aws: FakeAws, finalSnapshots = false): Sweeping {
  const sample = sampleDeployment();
  const clock = instantClock();
  return {
    deployment: { ...sample, retain: { ...sample.retain, final_snapshots: finalSnapshots } },
    ports: aws.ports(),
    reporter: quietReporter(),
    patience: { clock, pollMilliseconds: 5000, deadline: new Date(clock.now().getTime() + 3_600_000) },
    cloudFormationRoleArn: '',
    powerlessRoleArn: '',
    token: (what) => what,
    inventory: { items: [], stackIds: new Map() },
    random: () => 0.5,
  };
}

function volume(id: string, state: string): Volume {
  return {
    id,
    arn: `arn:${id}`,
    state,
    sizeGib: 10,
    tags: { ...tags, 'kubernetes.io/created-for/pvc/name': 'claim-jane' },
  };
}

function snapshot(id: string, volumeId: string, state = 'completed', more: Record<string, string> = {}) {
  return { id, arn: `arn:${id}`, volumeId, state, sizeGib: 10, tags: { ...tags, ...more } };
}

describe('deleteVolumes', () => {
  it('waits until a volume is detached', async () => {
    const aws = new FakeAws();
    aws.volumes = [volume('vol-1', 'in-use')];
    const sweeping = context(aws);
    const { sleep } = sweeping.patience.clock;
    sweeping.patience.clock.sleep = async (...args) => {
      for (const found of aws.volumes) found.state = 'available';
      await sleep(...args);
    };
    expect(await deleteVolumes(sweeping)).toEqual({ change: 'deleted', detail: '1 volume deleted, 0 kept.' });
    expect(aws.volumes).toEqual([]);
  });

  it('names a volume that stays attached', async () => {
    const aws = new FakeAws();
    aws.volumes = [volume('vol-1', 'in-use'), volume('vol-2', 'available')];
    await expect(deleteVolumes(context(aws))).rejects.toMatchObject({
      code: 'VolumeHeld',
      message: expect.stringContaining('vol-1'),
    });
    expect(aws.volumes.map(({ id }) => id)).toEqual(['vol-1']);
  });

  it('slows down when EC2 asks for it', async () => {
    const aws = new FakeAws();
    aws.volumes = [volume('vol-1', 'available')];
    const sweeping = context(aws);
    const remove = sweeping.ports.volumes.delete;
    let refusals = 2;
    const ports = {
      ...sweeping.ports,
      volumes: {
        ...sweeping.ports.volumes,
        find: async () => aws.volumes,
        delete: async (id: string) => {
          refusals -= 1;
          if (refusals >= 0)
            throw new Failure({ code: 'Throttled', source: 'aws', message: 'Request limit exceeded.' });
          await remove(id);
        },
      },
    };
    await deleteVolumes({ ...sweeping, ports });
    expect(aws.volumes).toEqual([]);
  });
});

describe('makeFinalSnapshots', () => {
  it('covers every volume once, with the tags that tell whose it was', async () => {
    const aws = new FakeAws();
    aws.volumes = [volume('vol-1', 'available'), volume('vol-2', 'in-use')];
    aws.snapshots = [snapshot('snap-a', 'vol-1', 'completed', { 'opensarlab:final-snapshot': 'true' })];
    await makeFinalSnapshots(context(aws, true));
    expect(aws.snapshots.map(({ volumeId }) => volumeId)).toEqual(['vol-1', 'vol-2']);
    expect(aws.snapshots[1]?.tags).toEqual({
      'opensarlab:deployment': 'sar',
      'opensarlab:final-snapshot': 'true',
      'kubernetes.io/created-for/pvc/name': 'claim-jane',
    });
  });

  it('stops the teardown when a snapshot ends in error', async () => {
    const aws = new FakeAws();
    aws.volumes = [volume('vol-1', 'available')];
    const sweeping = context(aws, true);
    const { createSnapshot } = sweeping.ports.volumes;
    const volumes = {
      ...sweeping.ports.volumes,
      find: async () => aws.volumes,
      findSnapshots: async () => aws.snapshots,
      createSnapshot: async (...args: Parameters<typeof createSnapshot>) => {
        const made = await createSnapshot(...args);
        made.state = 'error';
        return made;
      },
    };
    await expect(makeFinalSnapshots({ ...sweeping, ports: { ...sweeping.ports, volumes } })).rejects.toMatchObject({
      code: 'SnapshotFailed',
    });
  });

  it('does nothing unless it is asked for', async () => {
    const aws = new FakeAws();
    aws.volumes = [volume('vol-1', 'available')];
    expect(await makeFinalSnapshots(context(aws))).toMatchObject({ outcome: 'skipped' });
    expect(aws.snapshots).toEqual([]);
  });
});

describe('deleteSnapshots', () => {
  it('keeps marked and final ones, and tries all before it names one that an image uses', async () => {
    const aws = new FakeAws();
    aws.snapshots = [
      snapshot('snap-1', 'vol-1'),
      snapshot('snap-2', 'vol-2'),
      snapshot('snap-3', 'vol-3', 'completed', { 'do-not-delete': '' }),
      snapshot('snap-4', 'vol-4', 'completed', { 'opensarlab:final-snapshot': 'true' }),
    ];
    const sweeping = context(aws, true);
    const remove = sweeping.ports.volumes.deleteSnapshot;
    const volumes = {
      ...sweeping.ports.volumes,
      findSnapshots: async () => aws.snapshots,
      deleteSnapshot: async (id: string) => {
        if (id === 'snap-1')
          throw new Failure({ code: 'InvalidSnapshot.InUse', source: 'aws', message: 'snap-1 is in use by ami-1' });
        await remove(id);
      },
    };
    await expect(deleteSnapshots({ ...sweeping, ports: { ...sweeping.ports, volumes } })).rejects.toMatchObject({
      code: 'InvalidSnapshot.InUse',
    });
    expect(aws.snapshots.map(({ id }) => id)).toEqual(['snap-1', 'snap-3', 'snap-4']);
  });
});
