import { randomInt } from 'node:crypto';
import type { AwsWorld } from '../../aws/world.ts';
import { ApiError } from '../api-error.ts';
import {
  findObject,
  type KubernetesCluster,
  type KubernetesObject,
  type NewObject,
  objectKey,
  objectsOfKind,
  putObject,
  timestamp,
} from '../cluster-state.ts';
import { removePod } from '../nodes/pods.ts';
import { provideLoadBalancer, type ServiceSpec, serviceSpec, withdrawLoadBalancer } from '../services.ts';
import { claimSpec } from '../storage/claims.ts';
import { type Kind, kindOfManifest } from './kinds.ts';

/** Objects are at most 1 MiB (kubernetes.io/docs/concepts/configuration/secret, configmap). */
const MAXIMUM_DATA_BYTES = 1_048_576;

/**
 * Creates an object or changes it to what a manifest says.
 * @throws ApiError NotFound without its namespace, Invalid
 */
export function applyObject(
  world: AwsWorld,
  cluster: KubernetesCluster,
  manifest: NewObject,
  file = 'manifest',
): { object: KubernetesObject; kind: Kind; created: boolean } {
  const { name } = manifest.metadata;
  const kind = kindOfManifest(manifest.apiVersion, manifest.kind, { name, file });
  checkName(kind, name);
  const namespace = kind.namespaced ? (manifest.metadata.namespace ?? 'default') : undefined;
  if (namespace !== undefined && !findObject(cluster, 'Namespace', undefined, namespace)) {
    throw new ApiError('NotFound', `namespaces "${namespace}" not found`);
  }
  const { namespace: _given, ...metadata } = manifest.metadata;
  const placed: NewObject = { ...manifest, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
  const existing = findObject(cluster, kind.kind, namespace, name);
  const object = putObject(world, cluster, prepare(cluster, placed, existing));
  if (kind.kind === 'Service') provideLoadBalancer(world, cluster, object);
  return { object, kind, created: existing === undefined };
}

/** Names are DNS labels or subdomains (kubernetes.io/docs/concepts/overview/working-with-objects/names); RBAC is freer. */
function checkName(kind: Kind, name: string): void {
  if (kind.plural.includes('role') || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)) return;
  throw new ApiError(
    'Invalid',
    `The ${kind.kind} "${name}" is invalid: metadata.name: Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character`,
  );
}

function prepare(cluster: KubernetesCluster, manifest: NewObject, existing: KubernetesObject | undefined): NewObject {
  switch (manifest.kind) {
    case 'PersistentVolumeClaim':
      // What binding added stays; a claim cannot move to another class (persistentvolumeclaims is immutable).
      return existing
        ? { ...manifest, spec: { ...claimSpec(manifest as KubernetesObject), ...claimSpec(existing) } }
        : manifest;
    case 'Secret':
      return encodeSecret(manifest);
    case 'ConfigMap':
      checkSize(manifest, manifest['data']);
      return manifest;
    case 'Service':
      return { ...manifest, spec: withNodePorts(cluster, manifest, existing) };
    default:
      return manifest;
  }
}

/** `stringData` is written in plain text and read back under `data` in base64. */
function encodeSecret(manifest: NewObject): NewObject {
  const { stringData, data, ...rest } = manifest as NewObject & {
    stringData?: Record<string, unknown>;
    data?: Record<string, unknown>;
  };
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ]);
  const all = { ...data, ...Object.fromEntries(encoded) };
  checkSize(manifest, all);
  return { ...rest, type: manifest['type'] ?? 'Opaque', data: all };
}

function checkSize(manifest: NewObject, data: unknown): void {
  if (JSON.stringify(data ?? {}).length <= MAXIMUM_DATA_BYTES) return;
  throw new ApiError(
    'Invalid',
    `${manifest.kind} "${manifest.metadata.name}" is invalid: data: Too long: may not be more than ${MAXIMUM_DATA_BYTES} bytes`,
  );
}

/** Node ports lie between 30000 and 32767 and belong to one service (kubernetes.io/docs/concepts/services-networking/service). */
function withNodePorts(
  cluster: KubernetesCluster,
  manifest: NewObject,
  existing: KubernetesObject | undefined,
): ServiceSpec {
  const spec = (manifest['spec'] ?? {}) as ServiceSpec;
  if ((spec.type ?? 'ClusterIP') === 'ClusterIP') return { ...spec, type: 'ClusterIP' };
  const taken = new Set(
    objectsOfKind(cluster, 'Service')
      .filter((other) => other.metadata.uid !== existing?.metadata.uid)
      .flatMap((other) => (serviceSpec(other).ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])),
  );
  const previous = existing ? (serviceSpec(existing).ports ?? []) : [];
  const ports = (spec.ports ?? []).map((port, index) => {
    const nodePort = port.nodePort ?? previous[index]?.nodePort ?? randomInt(30_000, 32_768);
    const refuse = (reason: string): never => {
      throw new ApiError(
        'Invalid',
        `Service "${manifest.metadata.name}" is invalid: spec.ports[${index}].nodePort: Invalid value: ${nodePort}: ${reason}`,
      );
    };
    if (nodePort < 30_000 || nodePort > 32_767)
      refuse('provided port is not in the valid range. The range of valid ports is 30000-32767');
    if (taken.has(nodePort)) refuse('provided port is already allocated');
    return { ...port, nodePort };
  });
  return { ...spec, ports };
}

/** Deletes an object and what goes with it. Claims that are mounted stay until they are not. */
export function deleteObject(world: AwsWorld, cluster: KubernetesCluster, object: KubernetesObject): void {
  const { namespace, name } = object.metadata;
  if (object.kind === 'Pod') {
    removePod(world, cluster, object);
    return;
  }
  if (object.kind === 'PersistentVolumeClaim') {
    object.metadata.deletionTimestamp ??= timestamp(world.clock.now());
    return;
  }
  if (object.kind === 'Namespace') {
    for (const inside of cluster.objects.values())
      if (inside.metadata.namespace === name) deleteObject(world, cluster, inside);
  }
  if (object.kind === 'Service') withdrawLoadBalancer(world, cluster, object);
  cluster.objects.delete(objectKey(object.kind, namespace, name));
}
