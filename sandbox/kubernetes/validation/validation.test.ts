import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCluster } from '../../aws/services/eks/eks-state.ts';
import { ApiError, type Cause } from '../api-error.ts';
import { type ClusterFixture, openCluster } from '../cluster-fixture.ts';
import { type KubernetesCluster, kubernetesOf, type NewObject } from '../cluster-state.ts';
import { applyObject } from '../objects/apply.ts';
import { parseQuantity } from '../quantity.ts';
import { brokenManifests, soundClaim, soundDeployment, soundObjects, soundService } from './broken-manifests.ts';

let fixture: ClusterFixture;
let cluster: KubernetesCluster;
beforeAll(async () => {
  fixture = await openCluster();
  const { world, region } = fixture.account;
  cluster = kubernetesOf(world, findCluster(world, region, 'sar-cluster'));
});
afterAll(() => fixture.close());

const apply = (manifest: object, fieldValidation: 'Strict' | 'Warn' = 'Strict') =>
  applyObject(fixture.account.world, cluster, manifest as NewObject, { fieldValidation });

function refusal(manifest: object): { message: string; causes: readonly Cause[] } {
  try {
    apply(manifest);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('The manifest was taken.');
}

describe('the API server', () => {
  it.each(brokenManifests.map((each) => [each.title, each] as const))('refuses %s', (_title, broken) => {
    cluster.objects.clear();
    apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
    if (broken.before) apply(broken.before);
    const { message, causes } = refusal(broken.manifest);
    expect(causes.map(({ field }) => field)).toContain(broken.field);
    expect(message).toContain(broken.says);
  });

  it('takes the same objects without the mistakes, twice', () => {
    for (const sound of [...soundObjects, ...soundObjects]) apply(sound());
  });

  it('drops what it does not know, where it is not asked to be strict', () => {
    apply({ ...soundService(), metadata: { name: 'lenient' }, spek: {} }, 'Warn');
    expect(cluster.objects.get('Service/default/lenient')).not.toHaveProperty('spek');
  });

  it('lets a claim grow once a volume is bound to it, and not shrink', () => {
    const sized = (storage: string, more: object = {}) => ({
      ...{ ...soundClaim(), metadata: { name: 'bound' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
    });
    apply(sized('5Gi', { volumeName: 'pvc-1' }));
    expect(apply(sized('9Gi')).created).toBe(false);
    expect(refusal(sized('1Gi')).message).toContain('field can not be less than status.capacity');
  });

  it.each([
    ['1', 1],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1.', 1],
    ['100m', 0.1],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['2Gi', 2 ** 31],
    ['1k', 1000],
    ['+1', 1],
    [2, 2],
  ])('reads the quantity %s', (text, value) => expect(parseQuantity(text)).toBeCloseTo(value));

  it.each(['', '1 Gi', '1GB', '1gi', '1K', '256MiB', 'Gi', '--1', '1e', '1.2.3', true])(
    'reads no quantity in %j',
    (text) => expect(() => parseQuantity(text)).toThrow(ApiError),
  );
});

describe('kubectl', () => {
  const kubectl = (manifest: object) =>
    fixture.kubectl('apply', '-f', fixture.file('m.json', JSON.stringify(manifest)));

  it('tells what the server could not read', async () => {
    const { status, stderr } = await kubectl({ ...soundDeployment(), spek: {} });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Error from server \(BadRequest\): error when (creating|patching) ".*m\.json": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spek"\n$/,
    );
  });

  it('lists the fields that are wrong', async () => {
    const service = { ...soundService(), spec: { type: 'Any', ports: [{ port: 0 }] } };
    expect((await kubectl(service)).stderr).toBe(
      'The Service "web" is invalid: \n' +
        '* spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\n' +
        '* spec.type: Unsupported value: "Any": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"\n',
    );
  });

  it('does not put a label on that is none', async () => {
    const { stderr } = await fixture.kubectl('label', 'namespace', 'default', 'a=b c');
    expect(stderr).toContain('metadata.labels: Invalid value: "b c": a valid label must be');
  });
});
