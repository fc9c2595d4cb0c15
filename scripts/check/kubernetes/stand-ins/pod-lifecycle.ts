import type { KubernetesObject, ObjectMeta } from '../api-client.ts';

type Container = { name: string; image?: string };

/** A pod as far as a kubelet has to know it here. */
export type Pod = KubernetesObject & {
  spec?: { nodeName?: string; containers?: Container[]; initContainers?: Container[] };
  status?: { phase?: string };
};

/** What a kubelet does next with a pod: nothing, let it go, or report a status. */
export type PodStep = { does: 'nothing' } | { does: 'remove' } | { does: 'report'; status: object };

export type PodFacts = { hostIp: string; podIp: string; now: Date };

/**
 * What the stand-in for a kubelet does with a pod of one of its nodes. Containers run and are ready as soon as they are there;
 * those of a Job have done their work at once. A pod that is to go goes.
 */
export function podStep(pod: Pod, facts: PodFacts): PodStep {
  const { metadata, status = {}, spec = {} } = pod;
  if (metadata.deletionTimestamp !== undefined) return { does: 'remove' };
  if (spec.nodeName === undefined || (status.phase ?? 'Pending') !== 'Pending') return { does: 'nothing' };
  const isDone = isOfJob(metadata);
  const at = facts.now.toISOString().replace(/\.\d+Z$/, 'Z');
  const ended = { terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at } };
  const running = { running: { startedAt: at } };
  return {
    does: 'report',
    status: {
      phase: isDone ? 'Succeeded' : 'Running',
      conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
        (type) => ({
          type,
          status: isDone && type.endsWith('Ready') ? 'False' : 'True',
          lastTransitionTime: at,
        }),
      ),
      ...{ hostIP: facts.hostIp, hostIPs: [{ ip: facts.hostIp }], podIP: facts.podIp, podIPs: [{ ip: facts.podIp }] },
      startTime: at,
      initContainerStatuses: (spec.initContainers ?? []).map((each) => statusOf(metadata, each, ended, true)),
      containerStatuses: (spec.containers ?? []).map((each) =>
        statusOf(metadata, each, isDone ? ended : running, !isDone),
      ),
    },
  };
}

/** Pods of a Job end by themselves; users' servers may end too, by their policy, but nothing here makes them. */
const isOfJob = ({ ownerReferences = [] }: ObjectMeta): boolean => ownerReferences.some(({ kind }) => kind === 'Job');

const statusOf = (
  { uid = '' }: ObjectMeta,
  { name, image = '' }: Container,
  state: object,
  ready: boolean,
): object => ({
  ...{ name, image, imageID: image, state, ready, restartCount: 0, started: 'running' in state },
  containerID: `stand-in://${uid}/${name}`,
});
