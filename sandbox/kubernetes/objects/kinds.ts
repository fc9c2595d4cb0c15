import { ApiError } from '../api-error.ts';

/** A kind of object: how manifests name it and how people may write it on a command line. */
export type Kind = {
  readonly kind: string;
  readonly apiVersions: readonly string[];
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
};

const kind = (
  name: string,
  apiVersion: string | readonly string[],
  names: { plural?: string; short?: readonly string[]; clusterWide?: true } = {},
): Kind => ({
  kind: name,
  apiVersions: typeof apiVersion === 'string' ? [apiVersion] : apiVersion,
  plural: names.plural ?? `${name.toLowerCase()}s`,
  shortNames: names.short ?? [],
  namespaced: !names.clusterWide,
});

/** The kinds the imitated clusters know, with the API versions that Kubernetes 1.30 and newer serve. */
export const KINDS: readonly Kind[] = [
  kind('Namespace', 'v1', { short: ['ns'], clusterWide: true }),
  kind('Node', 'v1', { short: ['no'], clusterWide: true }),
  kind('Pod', 'v1', { short: ['po'] }),
  kind('Service', 'v1', { short: ['svc'] }),
  kind('Secret', 'v1'),
  kind('ConfigMap', 'v1', { short: ['cm'] }),
  kind('ServiceAccount', 'v1', { short: ['sa'] }),
  kind('PersistentVolumeClaim', 'v1', { short: ['pvc'] }),
  kind('PersistentVolume', 'v1', { short: ['pv'], clusterWide: true }),
  kind('ResourceQuota', 'v1', { short: ['quota'] }),
  kind('LimitRange', 'v1', { short: ['limits'] }),
  kind('Deployment', 'apps/v1', { short: ['deploy'] }),
  kind('CronJob', 'batch/v1', { short: ['cj'] }),
  kind('Role', 'rbac.authorization.k8s.io/v1'),
  kind('RoleBinding', 'rbac.authorization.k8s.io/v1'),
  kind('ClusterRole', 'rbac.authorization.k8s.io/v1', { clusterWide: true }),
  kind('ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', { clusterWide: true }),
  kind('NetworkPolicy', 'networking.k8s.io/v1', { plural: 'networkpolicies', short: ['netpol'] }),
  kind('StorageClass', 'storage.k8s.io/v1', { plural: 'storageclasses', short: ['sc'], clusterWide: true }),
  kind('PriorityClass', 'scheduling.k8s.io/v1', { plural: 'priorityclasses', short: ['pc'], clusterWide: true }),
  kind('PodDisruptionBudget', 'policy/v1', { short: ['pdb'] }),
  kind('VolumeSnapshotClass', 'snapshot.storage.k8s.io/v1', { plural: 'volumesnapshotclasses', clusterWide: true }),
];

/**
 * The kind of a manifest.
 * @throws ApiError BadRequest, in kubectl's words
 */
export function kindOfManifest(apiVersion: string, name: string, object: { name: string; file: string }): Kind {
  const found = KINDS.find((each) => each.kind === name && each.apiVersions.includes(apiVersion));
  if (found) return found;
  throw new ApiError(
    'BadRequest',
    `resource mapping not found for name: "${object.name}" namespace: "" from "${object.file}": no matches for kind "${name}" in version "${apiVersion}"\nensure CRDs are installed first`,
  );
}

/**
 * The kind behind a word on the command line: singular, plural or short, in any case.
 * @throws ApiError BadRequest, in kubectl's words
 */
export function kindOfWord(word: string): Kind {
  const [name = ''] = word.toLowerCase().split('.');
  const found = KINDS.find(
    (each) => each.kind.toLowerCase() === name || each.plural === name || each.shortNames.includes(name),
  );
  if (found) return found;
  throw new ApiError('BadRequest', `the server doesn't have a resource type "${word}"`);
}

/** The API group; empty for the core group. */
export const groupOf = ({ apiVersions }: Kind): string => {
  const [version = ''] = apiVersions;
  return version.includes('/') ? (version.split('/')[0] ?? '') : '';
};

/** How kubectl names an object, e.g. `deployment.apps/hub`. */
export const qualifiedName = (found: Kind, name: string): string => {
  const group = groupOf(found);
  return `${found.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`;
};
