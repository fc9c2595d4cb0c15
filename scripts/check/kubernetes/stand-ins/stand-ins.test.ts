import { describe, expect, it } from 'vitest';
import { type Pod, podStep } from './pod-lifecycle.ts';
import { type Claim, isVolumeToDelete, type StorageClass, type Volume, volumeFor } from './volume-lifecycle.ts';

const facts = { hostIp: '10.0.0.1', podIp: '10.244.0.7', now: new Date('2026-11-30T12:00:00.250Z') };

function pod(metadata: object, nodeName: string | undefined = 'core', phase = 'Pending'): Pod {
  return {
    metadata: { name: 'hub-1', namespace: 'jupyter', uid: 'u-1', ...metadata },
    spec: { nodeName, containers: [{ name: 'hub', image: 'hub:1' }], initContainers: [{ name: 'first' }] },
    status: { phase },
  } as Pod;
}

describe('a pod of a stand-in node', () => {
  it('runs and is ready once the scheduler has placed it', () => {
    expect(podStep(pod({}), facts)).toMatchObject({
      does: 'report',
      status: {
        phase: 'Running',
        podIP: '10.244.0.7',
        startTime: '2026-11-30T12:00:00Z',
        containerStatuses: [{ name: 'hub', ready: true, restartCount: 0, state: { running: {} } }],
        initContainerStatuses: [{ name: 'first', ready: true, state: { terminated: { exitCode: 0 } } }],
      },
    });
  });

  it('has every condition that a rollout waits for', () => {
    const step = podStep(pod({}), facts);
    const { conditions } = (step as { status: { conditions: { type: string; status: string }[] } }).status;
    expect(conditions.filter(({ status }) => status === 'True').map(({ type }) => type)).toContain('Ready');
  });

  it('waits for the scheduler', () => {
    const unplaced = { ...pod({}), spec: { containers: [] } };
    expect(podStep(unplaced, facts)).toEqual({ does: 'nothing' });
  });

  it.each(['Running', 'Succeeded', 'Failed'])('stays as it is when it is %s', (phase) => {
    expect(podStep(pod({}, 'core', phase), facts)).toEqual({ does: 'nothing' });
  });

  it('goes when it is to go, whatever it is', () => {
    const deletionTimestamp = '2026-11-30T12:00:00Z';
    for (const phase of ['Pending', 'Running', 'Succeeded']) {
      expect(podStep(pod({ deletionTimestamp }, 'core', phase), facts)).toEqual({ does: 'remove' });
    }
  });

  it('has done its work at once when it belongs to a Job', () => {
    const ownerReferences = [{ kind: 'Job', name: 'awaiter', uid: 'j' }];
    expect(podStep(pod({ ownerReferences }), facts)).toMatchObject({
      status: { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0 } }, ready: false }] },
    });
  });
});

describe('a volume of the stand-in driver', () => {
  const gp3 = { metadata: { name: 'gp3' }, provisioner: 'ebs.csi.aws.com', reclaimPolicy: 'Delete' } as StorageClass;
  const claim = (metadata: object = {}, more: object = {}): Claim =>
    ({
      metadata: {
        ...{ name: 'claim-ada', namespace: 'jupyter', uid: '0a-1' },
        annotations: { 'volume.kubernetes.io/selected-node': 'user-1' },
        ...metadata,
      },
      spec: { storageClassName: 'gp3', resources: { requests: { storage: '5Gi' } } },
      status: { phase: 'Pending' },
      ...more,
    }) as Claim;

  it('is made for the claim, in the zone of its node', () => {
    const made = volumeFor(claim(), gp3, 'us-west-2a');
    expect(made).toMatchObject({
      metadata: { name: 'pvc-0a-1' },
      spec: {
        ...{ capacity: { storage: '5Gi' }, persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'gp3' },
        claimRef: { namespace: 'jupyter', name: 'claim-ada', uid: '0a-1' },
      },
    });
    expect(JSON.stringify(made)).toContain('"values":["us-west-2a"]');
  });

  it.each([
    ['no pod wants it yet', claim({ annotations: {} }), gp3],
    ['it has a volume', claim({}, { spec: { volumeName: 'pvc-1' } }), gp3],
    ['it is lost', claim({}, { status: { phase: 'Lost' } }), gp3],
    ['it is to go', claim({ deletionTimestamp: 'now' }), gp3],
    ['the class is another driver’s', claim(), { ...gp3, provisioner: 'rancher.io/local-path' }],
  ])('is not made while %s', (_why, wanted, storageClass) => {
    expect(volumeFor(wanted, storageClass, 'a')).toBeUndefined();
  });

  it('is deleted with its claim, where its class says so', () => {
    const volume = (phase: string, policy: string, by = 'ebs.csi.aws.com'): Volume =>
      ({
        metadata: { name: 'v', annotations: { 'pv.kubernetes.io/provisioned-by': by } },
        ...{ spec: { persistentVolumeReclaimPolicy: policy }, status: { phase } },
      }) as Volume;
    expect(isVolumeToDelete(volume('Released', 'Delete'))).toBe(true);
    expect(isVolumeToDelete(volume('Bound', 'Delete'))).toBe(false);
    expect(isVolumeToDelete(volume('Released', 'Retain'))).toBe(false);
    expect(isVolumeToDelete(volume('Released', 'Delete', 'other'))).toBe(false);
  });
});
