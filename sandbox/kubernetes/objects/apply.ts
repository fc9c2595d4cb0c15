import { randomInt } from 'node:crypto';
import type { AwsWorld } from '../../aws/world.ts';
import { ApiError } from '../api-error.ts';
import { decodeObject, refuseUnknownFields } from '../api-schema/decode.ts';
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
import { invalid } from '../validation/field-error.ts';
import { refuseInvalid, validateObject } from '../validation/validate-object.ts';
import { type Kind, kindOfManifest } from './kinds.ts';

/** What becomes of fields that the kind's type does not have (kubernetes.io/docs/reference/using-api/api-concepts, "Field validation"). */
export type FieldValidation = 'Strict' | 'Warn';

/**
 * Creates an object or changes it to what a manifest says.
 * @param options `fieldValidation`: `Strict` as kubectl asks for; `Warn`, which is also the server's default, drops fields
 *   that it does not know
 * @throws ApiError NotFound without its namespace, BadRequest when it cannot be read, Invalid
 */
export function applyObject(
  world: AwsWorld,
  cluster: KubernetesCluster,
  manifest: NewObject,
  options: { file?: string; fieldValidation: FieldValidation },
): { object: KubernetesObject; kind: Kind; created: boolean } {
  const { name } = manifest.metadata;
  const kind = kindOfManifest(manifest.apiVersion, manifest.kind, { name, file: options.file ?? 'manifest' });
  const read = readObject(manifest, options.fieldValidation);
  const namespace = kind.namespaced ? (manifest.metadata.namespace ?? 'default') : undefined;
  if (namespace !== undefined && !findObject(cluster, 'Namespace', undefined, namespace)) {
    throw new ApiError('NotFound', `namespaces "${namespace}" not found`);
  }
  const { namespace: _given, ...metadata } = read.metadata;
  const placed: NewObject = { ...read, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
  const existing = findObject(cluster, kind.kind, namespace, name);
  validateObject(kind, placed, existing);
  const object = putObject(world, cluster, prepare(cluster, kind, placed, existing));
  if (kind.kind === 'Service') provideLoadBalancer(world, cluster, object);
  return { object, kind, created: existing === undefined };
}

function readObject(manifest: NewObject, fieldValidation: FieldValidation): NewObject {
  const { object, unknown } = decodeObject(manifest);
  if (fieldValidation === 'Strict') refuseUnknownFields(manifest, unknown);
  return object;
}

/**
 * What the API server makes of an object that a program other than kubectl and Helm creates.
 * @throws ApiError BadRequest when it cannot be read, Invalid
 */
export function checkNewObject(manifest: NewObject): NewObject {
  const { name } = manifest.metadata;
  const object = readObject(manifest, 'Warn');
  validateObject(kindOfManifest(manifest.apiVersion, manifest.kind, { name, file: 'request' }), object);
  return object;
}

function prepare(
  cluster: KubernetesCluster,
  kind: Kind,
  manifest: NewObject,
  existing: KubernetesObject | undefined,
): NewObject {
  switch (manifest.kind) {
    case 'PersistentVolumeClaim':
      // What binding added stays.
      return existing
        ? { ...manifest, spec: { ...claimSpec(manifest as KubernetesObject), ...claimSpec(existing) } }
        : manifest;
    case 'Secret':
      return encodeSecret(manifest);
    case 'Service':
      return { ...manifest, spec: withNodePorts(cluster, kind, manifest, existing) };
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
  return { ...rest, type: manifest['type'] ?? 'Opaque', data: all };
}

/** Node ports lie between 30000 and 32767 and belong to one service (kubernetes.io/docs/concepts/services-networking/service). */
function withNodePorts(
  cluster: KubernetesCluster,
  kind: Kind,
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
    const refuse = (reason: string): void =>
      refuseInvalid(kind, manifest.metadata.name, [invalid(`spec.ports[${index}].nodePort`, nodePort, reason)]);
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
