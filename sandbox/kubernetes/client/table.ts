import type { KubernetesObject } from '../cluster-state.ts';

type Column = readonly [title: string, read: (object: KubernetesObject) => string];

const at = (object: KubernetesObject, ...path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
const text = (value: unknown): string =>
  value === undefined || value === null || value === '' ? '<none>' : String(value);

const readyOf = (object: KubernetesObject): boolean =>
  ((at(object, 'status', 'conditions') ?? []) as { type?: string; status?: string }[]).some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );

function podStatus(pod: KubernetesObject): string {
  const [container] = (at(pod, 'status', 'containerStatuses') ?? []) as { state?: { waiting?: { reason?: string } } }[];
  return container?.state?.waiting?.reason ?? text(at(pod, 'status', 'phase'));
}

/** What `kubectl get` shows of a kind beside the name; other kinds have their name and age only. */
const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    ['READY', (pod) => (readyOf(pod) ? '1/1' : '0/1')],
    ['STATUS', podStatus],
    ['RESTARTS', () => '0'],
  ],
  Node: [
    ['STATUS', (node) => (readyOf(node) ? 'Ready' : 'NotReady')],
    ['ROLES', () => '<none>'],
  ],
  Deployment: [
    [
      'READY',
      (deployment) =>
        `${String(at(deployment, 'status', 'readyReplicas') ?? 0)}/${String(at(deployment, 'spec', 'replicas') ?? 1)}`,
    ],
    ['UP-TO-DATE', (deployment) => text(at(deployment, 'status', 'updatedReplicas') ?? 0)],
    ['AVAILABLE', (deployment) => text(at(deployment, 'status', 'availableReplicas') ?? 0)],
  ],
  PersistentVolumeClaim: [
    ['STATUS', (claim) => text(at(claim, 'status', 'phase'))],
    ['VOLUME', (claim) => text(at(claim, 'spec', 'volumeName'))],
    ['CAPACITY', (claim) => text(at(claim, 'spec', 'resources', 'requests', 'storage'))],
    ['STORAGECLASS', (claim) => text(at(claim, 'spec', 'storageClassName'))],
  ],
  PersistentVolume: [
    ['CAPACITY', (volume) => text(at(volume, 'spec', 'capacity', 'storage'))],
    ['RECLAIM POLICY', (volume) => text(at(volume, 'spec', 'persistentVolumeReclaimPolicy'))],
    ['STATUS', (volume) => text(at(volume, 'status', 'phase'))],
  ],
  Service: [
    ['TYPE', (service) => text(at(service, 'spec', 'type'))],
    [
      'PORT(S)',
      (service) =>
        ((at(service, 'spec', 'ports') ?? []) as { port?: number; nodePort?: number }[])
          .map(({ port, nodePort }) => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/TCP`)
          .join(','),
    ],
  ],
  Namespace: [['STATUS', (namespace) => text(at(namespace, 'status', 'phase'))]],
};

const NAMESPACE: Column = ['NAMESPACE', ({ metadata }) => text(metadata.namespace)];

/** Rows of aligned columns, each line ended. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 3))).join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** The table of `kubectl get`. */
export function objectTable(
  kind: string,
  objects: readonly KubernetesObject[],
  options: { namespaces: boolean; headers: boolean },
): string {
  const columns: readonly Column[] = [
    ...(options.namespaces ? [NAMESPACE] : []),
    ['NAME', ({ metadata }) => metadata.name],
    ...(COLUMNS[kind] ?? []),
    ['CREATED', ({ metadata }) => metadata.creationTimestamp],
  ];
  const rows = objects.map((object) => columns.map(([, read]) => read(object)));
  return alignColumns(options.headers ? [columns.map(([title]) => title), ...rows] : rows);
}
