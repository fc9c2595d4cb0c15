import { ApiError } from './api-error.ts';
import type { Caller } from './authentication.ts';

/** What is asked for, as a Kubernetes authorizer sees it. */
export type Access = {
  verb: 'get' | 'list' | 'create' | 'delete' | 'patch' | 'update';
  /** Plural, e.g. `pods`, `pods/portforward`. */
  resource: string;
  group: string;
  /** Undefined for resources of the whole cluster, and for all namespaces at once. */
  namespace: string | undefined;
};

/** Resources outside namespaces; only administrators of the cluster change them. */
const CLUSTER_RESOURCES: ReadonlySet<string> = new Set([
  'namespaces',
  'nodes',
  'persistentvolumes',
  'storageclasses',
  'clusterroles',
  'clusterrolebindings',
  'priorityclasses',
  'volumesnapshotclasses',
]);

const isReading = ({ verb }: Access): boolean => verb === 'get' || verb === 'list';

/** What each access policy lets through within its scope (eks/latest/userguide/access-policy-permissions.html). */
const POLICIES: Readonly<Record<string, (access: Access) => boolean>> = {
  AmazonEKSClusterAdminPolicy: () => true,
  AmazonEKSAdminPolicy: (access) =>
    !CLUSTER_RESOURCES.has(access.resource) || (isReading(access) && access.resource === 'namespaces'),
  AmazonEKSEditPolicy: (access) =>
    !CLUSTER_RESOURCES.has(access.resource) &&
    (isReading(access) || !['roles', 'rolebindings'].includes(access.resource)),
  AmazonEKSViewPolicy: (access) =>
    isReading(access) &&
    access.resource !== 'secrets' &&
    (!CLUSTER_RESOURCES.has(access.resource) || access.resource === 'namespaces'),
  AmazonEKSAdminViewPolicy: isReading,
};

/**
 * Checks that one of the caller's access policies allows something. Kubernetes groups of an access entry would need
 * role bindings for them; the sandbox has none, so such groups give nothing.
 * @throws ApiError Forbidden
 */
export function authorize(caller: Caller, access: Access): void {
  const allowed = caller.entry.policies.some(({ policyArn, scope }) => {
    if (scope.type === 'namespace' && !scope.namespaces.includes(access.namespace ?? '')) return false;
    return POLICIES[policyArn.split('/').at(-1) ?? '']?.(access) ?? false;
  });
  if (allowed) return;
  const place = access.namespace === undefined ? 'at the cluster scope' : `in the namespace "${access.namespace}"`;
  const [plural] = access.resource.split('/');
  throw new ApiError(
    'Forbidden',
    `${plural} is forbidden: User "${caller.username}" cannot ${access.verb} resource "${access.resource}" in API group "${access.group}" ${place}`,
  );
}
