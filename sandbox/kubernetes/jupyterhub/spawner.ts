import { ApiError } from '../api-error.ts';
import { findObject, type KubernetesObject, type NewObject, putObject } from '../cluster-state.ts';
import { admitPod } from '../nodes/pod-admission.ts';
import type { PodSpec, Toleration } from '../nodes/pod-spec.ts';
import { isReady, removePod } from '../nodes/pods.ts';
import { checkNewObject, deleteObject } from '../objects/apply.ts';
import { reconcile } from '../reconcile.ts';
import type { Hub } from './hub.ts';
import type { HubServer, HubUser } from './hub-database.ts';
import { valueAt } from './hub-values.ts';
import { chooseProfile, profilesOf, type ServerSettings, serverSettings } from './profiles.ts';
import { expandTemplate, type SlugScheme, userSlug } from './user-slug.ts';

/** Virtual seconds until a stopped server's pod is gone. */
const STOP_SECONDS = 5;
const START_TIMEOUT_SECONDS = 300;

const podOf = (hub: Hub, server: HubServer): KubernetesObject | undefined =>
  findObject(hub.cluster, 'Pod', hub.namespace, server.podName);

/** Whether a user's server answers. */
export function isServerReady(hub: Hub, { server }: HubUser): boolean {
  const pod = server && podOf(hub, server);
  return (
    server?.stopsAt === undefined && pod !== undefined && isReady(hub.world, hub.cluster.podRuns.get(pod.metadata.uid))
  );
}

/** What a user's server is in the middle of. */
export function pendingOf(hub: Hub, user: HubUser): 'spawn' | 'stop' | null {
  if (!user.server) return null;
  if (user.server.stopsAt !== undefined) return 'stop';
  return isServerReady(hub, user) ? null : 'spawn';
}

/**
 * Starts a user's server: a claim for the home volume, unless there is one, and a pod. A pod that the cluster refuses is a
 * failed start, which the hub tells when it is asked for the progress.
 * @param options `user_options`, with the profile's slug under `profile`
 * @throws ApiError BadRequest for a profile that does not exist
 */
export function startServer(hub: Hub, user: HubUser, options: Record<string, unknown>): void {
  const chosen = chooseProfile(profilesOf(hub.values), options['profile']);
  if (chosen && 'problem' in chosen) throw new ApiError('BadRequest', chosen.problem);
  const settings = serverSettings(hub.values, chosen);
  const scheme = valueAt(hub.values, 'hub', 'config', 'KubeSpawner', 'slug_scheme') === 'escape' ? 'escape' : 'safe';
  const names = namesOf(hub, user.name, scheme);
  user.lastFailure = undefined;
  try {
    ensureClaim(hub, names.claim, settings, user.name);
    putObject(hub.world, hub.cluster, admittedPod(hub, podManifest(hub, user.name, names, settings)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    user.lastFailure = `Spawn failed: (${error.status}) ${error.message}`;
    return;
  }
  user.claims.set(names.claim, { deletesClaim: settings.deletesClaim });
  user.lastActivity = hub.world.clock.now();
  user.server = {
    startedAt: hub.world.clock.now(),
    podName: names.pod,
    claimName: names.claim,
    profileSlug: chosen?.slug,
    userOptions: options,
    deletesClaim: settings.deletesClaim,
    kernels: new Set(),
  };
  reconcile(hub.world, hub.cluster);
}

/** Names by the chart's templates; its own defaults are `claim-{user_server}` and `jupyter-{user_server}`. */
function namesOf(
  { values }: Hub,
  userName: string,
  scheme: SlugScheme,
): { claim: string; pod: string; volume: string } {
  const slug = userSlug(userName, scheme);
  const fill = (template: unknown, fallback: string): string =>
    expandTemplate(String(template ?? fallback), slug, userName);
  return {
    claim: fill(valueAt(values, 'singleuser', 'storage', 'dynamic', 'pvcNameTemplate'), 'claim-{user_server}'),
    volume: fill(valueAt(values, 'singleuser', 'storage', 'dynamic', 'volumeNameTemplate'), 'volume-{user_server}'),
    pod: fill(valueAt(values, 'singleuser', 'podNameTemplate'), 'jupyter-{user_server}'),
  };
}

const userLabels = (userName: string, slug: string): Record<string, string> => ({
  app: 'jupyterhub',
  component: 'singleuser-server',
  'hub.jupyter.org/username': /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(userName) ? userName : slug,
  'app.kubernetes.io/managed-by': 'kubespawner',
});

function ensureClaim(hub: Hub, name: string, settings: ServerSettings, userName: string): void {
  if (findObject(hub.cluster, 'PersistentVolumeClaim', hub.namespace, name)) return;
  const storageClass = valueAt(hub.values, 'singleuser', 'storage', 'dynamic', 'storageClass');
  const claim = checkNewObject({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: hub.namespace,
      labels: { ...userLabels(userName, name), component: 'singleuser-storage' },
      annotations: { 'hub.jupyter.org/username': userName },
    },
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClass ? { storageClassName: String(storageClass) } : {}),
      resources: { requests: { storage: settings.storageCapacity } },
    },
  });
  putObject(hub.world, hub.cluster, claim);
}

function podManifest(
  hub: Hub,
  userName: string,
  names: { claim: string; pod: string; volume: string },
  settings: ServerSettings,
): NewObject {
  const purpose = valueAt(hub.values, 'scheduling', 'userPods', 'nodeAffinity', 'matchNodePurpose');
  const requests = {
    ...(settings.memoryGuarantee === undefined || settings.memoryGuarantee === null
      ? {}
      : { memory: bytesOf(settings.memoryGuarantee) }),
    ...(settings.cpuGuarantee === undefined || settings.cpuGuarantee === null ? {} : { cpu: settings.cpuGuarantee }),
  };
  const spec: PodSpec = {
    nodeSelector: settings.nodeSelector,
    tolerations: settings.tolerations as Toleration[],
    ...(purpose === 'require' ? { affinity: nodePurpose('user') } : {}),
    containers: [{ name: 'notebook', image: settings.image, resources: { requests } }],
    volumes: [{ name: names.volume, persistentVolumeClaim: { claimName: names.claim } }],
    automountServiceAccountToken: settings.mountsToken,
    ...(settings.serviceAccount === undefined ? {} : { serviceAccountName: settings.serviceAccount }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: names.pod,
      namespace: hub.namespace,
      labels: { ...settings.labels, ...userLabels(userName, names.pod) },
      annotations: { 'hub.jupyter.org/username': userName },
    },
    spec,
  };
}

/** The API server reads and validates the pod, then its admission plugins change it. */
function admittedPod({ world, cluster, namespace }: Hub, manifest: NewObject): NewObject {
  const pod = checkNewObject(manifest);
  const { name } = pod.metadata;
  return { ...pod, spec: admitPod(world, cluster, { name, namespace }, pod['spec'] as PodSpec) };
}

/** The affinity that `matchNodePurpose: require` gives pods. */
export const nodePurpose = (purpose: 'core' | 'user'): NonNullable<PodSpec['affinity']> => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'hub.jupyter.org/node-purpose', operator: 'In', values: [purpose] }] },
      ],
    },
  },
});

/** Starts to stop a user's server. */
export function stopServer(hub: Hub, user: HubUser): void {
  if (!user.server || user.server.stopsAt !== undefined) return;
  user.server.stopsAt = new Date(hub.world.clock.now().getTime() + STOP_SECONDS * 1000);
}

/** Brings the hub's view of its servers up to date: stops that are over, starts that took too long, pods that died. */
export function updateServers(hub: Hub): void {
  reconcile(hub.world, hub.cluster);
  const now = hub.world.clock.now();
  const timeout = Number(valueAt(hub.values, 'singleuser', 'startTimeout') ?? START_TIMEOUT_SECONDS) * 1000;
  for (const user of hub.database.users.values()) {
    const { server } = user;
    if (!server) continue;
    const pod = podOf(hub, server);
    if (server.stopsAt !== undefined && server.stopsAt <= now) endServer(hub, user, undefined);
    else if (!pod) endServer(hub, user, 'The pod was deleted.');
    else if (!isServerReady(hub, user) && now.getTime() - server.startedAt.getTime() > timeout) {
      const problem = hub.cluster.podRuns.get(pod.metadata.uid)?.problem;
      endServer(
        hub,
        user,
        `Spawn failed: pod ${server.podName} did not start in ${timeout / 1000} seconds! ${problem?.message ?? ''}`.trim(),
      );
    }
  }
}

function endServer(hub: Hub, user: HubUser, failure: string | undefined): void {
  const pod = user.server && podOf(hub, user.server);
  if (pod) removePod(hub.world, hub.cluster, pod);
  user.server = undefined;
  user.lastFailure = failure;
  reconcile(hub.world, hub.cluster);
}

/**
 * Removes what a user's servers left: with the user goes the claim, and so the home volume, when KubeSpawner's
 * `delete_pvc` says so (kubespawner, `delete_forever`).
 */
export function deleteForever(hub: Hub, user: HubUser): void {
  endServer(hub, user, undefined);
  for (const [name, { deletesClaim }] of user.claims) {
    const claim = deletesClaim ? findObject(hub.cluster, 'PersistentVolumeClaim', hub.namespace, name) : undefined;
    if (claim) deleteObject(hub.world, hub.cluster, claim);
  }
  reconcile(hub.world, hub.cluster);
}

const SUFFIXES: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * Bytes of a spawner's `mem_guarantee` or `mem_limit` (jupyterhub 5.5, traitlets.py, `ByteSpecification`): a number, or one
 * with K, M, G or T, which are powers of 1024 here. The pod gets the bytes.
 * @throws ApiError BadRequest for anything else, which ends the start of a server
 */
export function bytesOf(value: unknown): number {
  if (typeof value === 'number') return Math.trunc(value);
  const [, number = '', suffix = ''] =
    /^\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*([KMGT])$/.exec(String(value)) ?? [];
  const factor = SUFFIXES[suffix];
  if (factor !== undefined) return Math.trunc(Number(number) * factor);
  const problem = 'is not a valid memory specification. Must be an int or a string with suffix K, M, G, T';
  throw new ApiError('BadRequest', `${String(value)} ${problem}`);
}
