import { ApiError } from './api-error.ts';
import { authorize } from './authorization.ts';
import { findObject, type KubernetesObject } from './cluster-state.ts';
import { deploymentProblem, waitUntil } from './helm/wait.ts';
import { hubPort } from './jupyterhub/hub-server.ts';
import { kindOfWord } from './objects/kinds.ts';
import { deploymentSpec, podsOf, reconcile } from './reconcile.ts';
import { endpointsOf, serviceSpec } from './services.ts';
import { checkAccess, LONGEST_WAIT_SECONDS, notFound, type ToolCall, type ToolOperation } from './tool-call.ts';

export type WorkloadInput = { name: string; namespace: string };

function findDeployment(call: ToolCall, { name, namespace }: WorkloadInput): KubernetesObject {
  return findObject(call.cluster, 'Deployment', namespace, name) ?? notFound('deployments', 'apps', name);
}

/** `kubectl rollout status deployment/NAME` */
async function rolloutStatus(
  call: ToolCall,
  input: WorkloadInput & { timeoutSeconds: number | undefined },
): Promise<string> {
  checkAccess(call, 'get', kindOfWord('deployment'), input.namespace);
  const deployment = findDeployment(call, input);
  const problem = (): string | undefined => {
    reconcile(call.world, call.cluster);
    return deploymentProblem(call.world, call.cluster, deployment);
  };
  const done = await waitUntil(call.world, input.timeoutSeconds ?? LONGEST_WAIT_SECONDS, () => problem() === undefined);
  if (!done) throw new ApiError('Timeout', `${problem() ?? ''}\nerror: timed out waiting for the condition`.trim());
  return `deployment "${input.name}" successfully rolled out`;
}

/** `kubectl rollout restart`: another annotation in the template makes other pods. */
function rolloutRestart(call: ToolCall, input: WorkloadInput): string {
  checkAccess(call, 'patch', kindOfWord('deployment'), input.namespace);
  const deployment = findDeployment(call, input);
  const spec = deploymentSpec(deployment);
  const metadata = {
    ...spec.template?.metadata,
    annotations: { 'kubectl.kubernetes.io/restartedAt': call.world.clock.now().toISOString() },
  };
  deployment['spec'] = { ...spec, template: { ...spec.template, metadata } };
  reconcile(call.world, call.cluster);
  return `deployment.apps/${input.name} restarted`;
}

/** `kubectl scale --replicas` */
function scale(call: ToolCall, input: WorkloadInput & { replicas: number }): string {
  checkAccess(call, 'patch', kindOfWord('deployment'), input.namespace);
  const deployment = findDeployment(call, input);
  deployment['spec'] = { ...deploymentSpec(deployment), replicas: input.replicas };
  reconcile(call.world, call.cluster);
  return `deployment.apps/${input.name} scaled`;
}

/** `kubectl logs`: what is known of the pods, which run no real program. */
function logs(call: ToolCall, input: { word: string } & WorkloadInput): string {
  const kind = kindOfWord(input.word);
  authorize(call.caller, { verb: 'get', resource: 'pods/log', group: '', namespace: input.namespace });
  reconcile(call.world, call.cluster);
  const pods =
    kind.kind === 'Deployment'
      ? podsOf(call.cluster, findDeployment(call, input))
      : [findObject(call.cluster, 'Pod', input.namespace, input.name) ?? notFound('pods', '', input.name)];
  return pods
    .map(({ metadata }) => {
      const run = call.cluster.podRuns.get(metadata.uid);
      const state = run?.problem
        ? `${run.problem.reason}: ${run.problem.message}`
        : run?.readyAt
          ? 'running'
          : 'starting';
      return [`[the sandbox runs no program in pod ${metadata.name}] ${state}`, ...(run?.log ?? [])].join('\n');
    })
    .join('\n');
}

/**
 * Where `kubectl port-forward` connects to: the loopback port behind a service. Only the public proxy of a JupyterHub has
 * something real behind it.
 */
async function portForward(
  call: ToolCall,
  input: { word: string; port: number } & WorkloadInput,
): Promise<{ port: number }> {
  authorize(call.caller, { verb: 'create', resource: 'pods/portforward', group: '', namespace: input.namespace });
  const { kind } = kindOfWord(input.word);
  if (kind !== 'Service')
    throw new ApiError(
      'NotImplemented',
      `The sandbox forwards ports of services only, not of ${input.word}/${input.name}.`,
    );
  reconcile(call.world, call.cluster);
  const service =
    findObject(call.cluster, 'Service', input.namespace, input.name) ?? notFound('services', '', input.name);
  if (!(serviceSpec(service).ports ?? []).some(({ port }) => port === input.port)) {
    throw new ApiError('BadRequest', `Service ${input.name} does not have a service port ${input.port}`);
  }
  if (endpointsOf(call.world, call.cluster, service).length === 0) {
    throw new ApiError('Timeout', 'timed out waiting for the condition');
  }
  if (service.metadata.labels?.['component'] !== 'proxy-public') {
    throw new ApiError(
      'NotImplemented',
      `The sandbox has nothing behind service ${input.name}; only JupyterHub's proxy-public answers.`,
    );
  }
  return { port: await hubPort(call.world, call.cluster, input.namespace) };
}

/** Operations on deployments, pods and services. */
export const workloadOperations = { rolloutStatus, rolloutRestart, scale, logs, portForward } satisfies Record<
  string,
  ToolOperation
>;
