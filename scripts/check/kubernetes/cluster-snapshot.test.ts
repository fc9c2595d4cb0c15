import { expect, it } from 'vitest';
import type { KubernetesObject } from './api-client.ts';
import { changesBetween, podLives, type Snapshot, without } from './cluster-snapshot.ts';

const object = (name: string, more: object = {}, metadata: object = {}): [string, KubernetesObject] => [
  `ConfigMap jupyter/${name}`,
  { kind: 'ConfigMap', metadata: { name, namespace: 'jupyter', uid: `uid-${name}`, ...metadata }, ...more },
];
const snapshot = (...objects: [string, KubernetesObject][]): Snapshot => new Map(objects);

it('tells what came, went, was replaced and was changed', () => {
  const before = snapshot(object('kept'), object('gone'), object('again'), object('other', { data: { a: '1' } }));
  const after = snapshot(
    object('kept'),
    object('new'),
    object('again', {}, { uid: 'another' }),
    object('other', { data: { a: '2' } }),
  );
  expect(changesBetween(before, after)).toEqual({
    added: ['ConfigMap jupyter/new'],
    removed: ['ConfigMap jupyter/gone'],
    replaced: ['ConfigMap jupyter/again'],
    changed: ['ConfigMap jupyter/other'],
  });
});

it('does not call a change what the server and its controllers note', () => {
  const noted = {
    resourceVersion: '9',
    generation: 2,
    managedFields: [],
    annotations: { 'deployment.kubernetes.io/revision': '2' },
  };
  const before = snapshot(object('hub', { status: { readyReplicas: 0 } }));
  const after = snapshot(object('hub', { status: { readyReplicas: 1 } }, noted));
  expect(changesBetween(before, after).changed).toEqual([]);
});

it('leaves out what a pattern names', () => {
  expect(without(['Secret a/sh.helm.release.v1.x.v1', 'Pod a/b'], /^Secret .*sh\.helm/)).toEqual(['Pod a/b']);
});

it('knows a pod by its UID and the restarts of its containers', () => {
  const pod = (restartCount: number): Snapshot =>
    new Map([
      [
        'Pod a/b',
        { kind: 'Pod', metadata: { name: 'b', uid: 'u' }, status: { containerStatuses: [{ restartCount }] } },
      ],
    ]);
  expect(podLives(pod(0))).toEqual(new Map([['Pod a/b', 'u 0']]));
  expect(podLives(pod(1))).not.toEqual(podLives(pod(0)));
});
