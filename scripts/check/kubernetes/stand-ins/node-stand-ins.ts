import { type ApiClient, type ApiStatus, type KubernetesObject, mergePatch } from '../api-client.ts';
import { type Pod, podStep } from './pod-lifecycle.ts';
import { type Claim, driver, isVolumeToDelete, type StorageClass, type Volume, volumeFor } from './volume-lifecycle.ts';

/** A node that is only written down: its name and its labels. */
export type StandInNode = { name: string; labels: Record<string, string> };

export type StandIns = {
  /** What went wrong in them; a check that stands on them cannot hold then. */
  readonly problems: readonly string[];
  close(): Promise<void>;
};

/** The controller manager gives a node 40 to 50 s (kubernetes.io/docs/concepts/architecture/nodes, "Heartbeats"). */
const HEARTBEAT_MILLISECONDS = 10_000;
const ZONE = 'us-west-2a';
const HOST_IP = '10.0.0.1';
/** Where a hub that runs here as a process asks users' servers whether they answer. */
const LOOPBACK = '127.0.0.1';

const isUserServer = ({ metadata: { labels = {} } }: Pod): boolean => labels['component'] === 'singleuser-server';

/**
 * Stands in for machines, their kubelets and the driver of their volumes: registers nodes, runs pods that the scheduler puts
 * there, ends those that are to go, makes and deletes volumes. No container runs and no byte is stored.
 */
export async function startStandIns(client: ApiClient, nodes: readonly StandInNode[]): Promise<StandIns> {
  const problems: string[] = [];
  const stop = new AbortController();
  const own = new Set(nodes.map(({ name }) => name));
  let pods = 0;

  await createUnlessThere(client, '/apis/storage.k8s.io/v1/csidrivers', {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: driver } },
    // Nothing attaches volumes to machines that there are not.
    spec: { attachRequired: false },
  });
  for (const node of nodes) await register(client, node);
  const beat = setInterval(() => {
    Promise.all(nodes.map(({ name }) => heartbeat(client, name))).catch((error: unknown) =>
      problems.push(`a heartbeat: ${String(error)}`),
    );
  }, HEARTBEAT_MILLISECONDS);

  /** One object after the other, so that none is worked on twice at once. */
  const followed = (path: string, work: (object: KubernetesObject) => Promise<void>): Promise<void> => {
    let last = Promise.resolve();
    const tell = (object: KubernetesObject): void => {
      last = last
        .then(() => work(object))
        .catch((error: unknown) => {
          if (!stop.signal.aborted) problems.push(`${path} ${object.metadata.name}: ${String(error)}`);
        });
    };
    return client
      .follow(path, tell, stop.signal)
      .then(() => last)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) problems.push(`${path}: ${String(error)}`);
      });
  };

  const all = [
    followed('/api/v1/pods', async (object) => {
      const pod = object as Pod;
      if (!own.has(pod.spec?.nodeName ?? '')) return;
      const podIp = isUserServer(pod) ? LOOPBACK : `10.244.${Math.floor(pods / 250)}.${(pods % 250) + 1}`;
      const step = podStep(pod, { hostIp: HOST_IP, podIp, now: new Date() });
      if (step.does === 'nothing') return;
      const { name, namespace, uid } = pod.metadata;
      const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
      if (step.does === 'remove') {
        await accepted(client.request('DELETE', path, { gracePeriodSeconds: 0, preconditions: { uid } }));
        return;
      }
      pods += 1;
      // With the UID, so that a successor of the same name keeps its own status.
      await accepted(client.request('PATCH', `${path}/status`, { metadata: { uid }, status: step.status }, mergePatch));
    }),
    followed('/api/v1/persistentvolumeclaims', async (object) => {
      const claim = object as Claim;
      const name = claim.spec?.storageClassName;
      if (name === undefined || claim.status?.phase === 'Bound') return;
      const found = await client.request('GET', `/apis/storage.k8s.io/v1/storageclasses/${name}`);
      if (found.status !== 200) return;
      const volume = volumeFor(claim, found.body as StorageClass, ZONE);
      if (volume !== undefined) await createUnlessThere(client, '/api/v1/persistentvolumes', volume);
    }),
    followed('/api/v1/persistentvolumes', async (object) => {
      if (isVolumeToDelete(object as Volume))
        await accepted(client.request('DELETE', `/api/v1/persistentvolumes/${object.metadata.name}`));
    }),
  ];
  return {
    problems,
    async close() {
      clearInterval(beat);
      stop.abort();
      await Promise.all(all);
    },
  };
}

/** What is gone or was changed meanwhile is told again by the next event. */
async function accepted(request: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await request;
  if (status >= 300 && status !== 404 && status !== 409) throw new Error((body as ApiStatus).message ?? `${status}`);
}

async function createUnlessThere(client: ApiClient, path: string, object: object): Promise<void> {
  await accepted(client.request('POST', path, object));
}

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');

async function register(client: ApiClient, { name, labels }: StandInNode): Promise<void> {
  const zoned = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  const metadata = { name, labels: { ...zoned, 'topology.kubernetes.io/zone': ZONE, ...labels } };
  await createUnlessThere(client, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata });
  const { body } = await client.request('GET', `/api/v1/nodes/${name}`);
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid: (body as KubernetesObject).metadata.uid };
  await createUnlessThere(client, '/apis/storage.k8s.io/v1/csinodes', {
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name, ownerReferences: [owner] } },
    spec: { drivers: [{ name: driver, nodeID: name, topologyKeys: ['topology.kubernetes.io/zone'] }] },
  });
  await createUnlessThere(client, LEASES, {
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, ownerReferences: [owner] } },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTime() },
  });
  await accepted(client.request('PATCH', `/api/v1/nodes/${name}/status`, { status: nodeStatus() }, mergePatch));
}

async function heartbeat(client: ApiClient, name: string): Promise<void> {
  await accepted(client.request('PATCH', `${LEASES}/${name}`, { spec: { renewTime: microTime() } }, mergePatch));
}

function nodeStatus(): object {
  const amounts = { cpu: '16', memory: '64Gi', pods: '110', 'ephemeral-storage': '200Gi' };
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
    ...{ type, status: type === 'Ready' ? 'True' : 'False', reason: 'StandIn', message: 'written by the check' },
    ...{ lastHeartbeatTime: now, lastTransitionTime: now },
  }));
  return { capacity: amounts, allocatable: amounts, conditions, addresses: [{ type: 'InternalIP', address: HOST_IP }] };
}
