import type { ApiClient, KubernetesObject } from './api-client.ts';
import { find } from './stage.ts';

/** A person's claim and the pod that uses it, as KubeSpawner makes them for this chart. */
export const claimName = 'claim-ada';
export const podName = 'jupyter-ada';

const labels = {
  ...{ app: 'jupyterhub', component: 'singleuser-server', release: 'jupyter', chart: 'jupyterhub-4.4.0' },
  'hub.jupyter.org/username': 'ada',
};

/**
 * Makes the claim unless it is there, and the pod.
 * @param image one that the nodes have
 */
export async function startUserServer(client: ApiClient, image: string): Promise<void> {
  await create(client, 'persistentvolumeclaims', [409], {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: { name: claimName, labels, annotations: { 'hub.jupyter.org/username': 'ada' } },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gp3', resources: { requests: { storage: '1Gi' } } },
  });
  await create(client, 'pods', [], {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: podName, labels } },
    spec: {
      restartPolicy: 'OnFailure',
      containers: [{ name: 'notebook', image, volumeMounts: [{ name: 'home', mountPath: '/home/jovyan' }] }],
      volumes: [{ name: 'home', persistentVolumeClaim: { claimName } }],
    },
  });
}

async function create(client: ApiClient, plural: string, alsoGood: number[], object: object): Promise<void> {
  const { status, body } = await client.request('POST', `/api/v1/namespaces/jupyter/${plural}`, object);
  if (status !== 201 && !alsoGood.includes(status))
    throw new Error(`${plural} were answered with ${status}: ${(body as { message?: string }).message}`);
}

/** Whether the server runs and has its volume; the volume's name. */
export async function userServer(client: ApiClient): Promise<{ isRunning: boolean; volume?: string }> {
  const pod = await find(client, `/api/v1/namespaces/jupyter/pods/${podName}`);
  const claim = await find(client, `/api/v1/namespaces/jupyter/persistentvolumeclaims/${claimName}`);
  const { phase } = (pod?.['status'] ?? {}) as { phase?: string };
  const { volumeName } = ((claim as KubernetesObject | undefined)?.['spec'] ?? {}) as { volumeName?: string };
  return { isRunning: phase === 'Running', ...(volumeName === undefined ? {} : { volume: volumeName }) };
}
