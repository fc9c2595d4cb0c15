import type { ApiClient, KubernetesObject } from './api-client.ts';

/** Everything that a cluster holds, by `Kind namespace/name`. */
export type Snapshot = ReadonlyMap<string, KubernetesObject>;

/** What became of objects between two snapshots, by their keys, each list sorted. */
export type Changes = {
  added: string[];
  removed: string[];
  /** Another object of the same name. */
  replaced: string[];
  /** The same object with another content; what controllers report in `status` does not count. */
  changed: string[];
};

/** What the cluster writes by itself all the time. */
const RESTLESS: ReadonlySet<string> = new Set(['events', 'leases', 'endpoints', 'endpointslices', 'componentstatuses']);

type Resource = { name: string; kind: string; verbs: string[]; namespaced: boolean };

/** Lists every object of every kind that the server lets be listed. */
export async function takeSnapshot(client: ApiClient): Promise<Snapshot> {
  const { groups } = await client.read<{ groups: { preferredVersion: { groupVersion: string } }[] }>('/apis');
  const paths = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found = new Map<string, KubernetesObject>();
  for (const path of paths) {
    const { resources } = await client.read<{ resources: Resource[] }>(path);
    for (const { name, kind, verbs } of resources) {
      if (!verbs.includes('list') || !verbs.includes('watch') || RESTLESS.has(name)) continue;
      const { items } = await client.read<{ items: KubernetesObject[] }>(`${path}/${name}`);
      for (const item of items) found.set(keyOf(kind, item), { ...item, kind });
    }
  }
  return found;
}

const keyOf = (kind: string, { metadata: { namespace, name } }: KubernetesObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** What is different in the later snapshot. */
export function changesBetween(before: Snapshot, after: Snapshot): Changes {
  const both = [...after.keys()].filter((key) => before.has(key));
  const isReplaced = (key: string): boolean => before.get(key)?.metadata.uid !== after.get(key)?.metadata.uid;
  const isChanged = (key: string): boolean => content(before.get(key)) !== content(after.get(key));
  return {
    added: [...after.keys()].filter((key) => !before.has(key)).sort(),
    removed: [...before.keys()].filter((key) => !after.has(key)).sort(),
    replaced: both.filter(isReplaced).sort(),
    changed: both.filter((key) => !isReplaced(key) && isChanged(key)).sort(),
  };
}

/** What somebody asked for, without what the server and its controllers note beside it. */
function content(object: KubernetesObject | undefined): string {
  if (object === undefined) return '';
  const { metadata, status: _status, ...rest } = object;
  const {
    resourceVersion: _version,
    managedFields: _fields,
    generation: _generation,
    annotations,
    ...kept
  } = metadata as KubernetesObject['metadata'] & { managedFields?: unknown; generation?: unknown };
  const own = Object.entries(annotations ?? {}).filter(([key]) => key !== 'deployment.kubernetes.io/revision');
  return JSON.stringify([rest, kept, own]);
}

/** Objects without those that a pattern names. */
export const without = (keys: readonly string[], ...patterns: readonly RegExp[]): string[] =>
  keys.filter((key) => !patterns.some((pattern) => pattern.test(key)));

/** Each pod with its UID and how often its containers were started again: nothing restarted when these are the same. */
export function podLives(snapshot: Snapshot): Map<string, string> {
  const pods = [...snapshot].filter(([, { kind }]) => kind === 'Pod');
  return new Map(
    pods.map(([key, { metadata, status }]) => {
      const { containerStatuses = [] } = (status ?? {}) as { containerStatuses?: { restartCount: number }[] };
      return [key, `${metadata.uid} ${containerStatuses.map(({ restartCount }) => restartCount).join(',')}`];
    }),
  );
}
