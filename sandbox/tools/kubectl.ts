import { type ClusterClient, ClusterRefusal, connectCluster } from '../kubernetes/client/cluster-client.ts';
import { readConnection } from '../kubernetes/client/kubeconfig.ts';
import { parseKubectl } from '../kubernetes/client/kubectl-arguments.ts';
import {
  apply,
  changeMetadata,
  create,
  get,
  type KubectlCall,
  remove,
  waitFor,
} from '../kubernetes/client/kubectl-objects.ts';
import { logs, portForward, rollout, scale } from '../kubernetes/client/kubectl-workloads.ts';
import { type Tool, ToolError } from './run-tool.ts';

const COMMANDS: Readonly<Record<string, (call: KubectlCall) => Promise<number>>> = {
  apply: (call) => apply(call),
  create,
  get,
  delete: remove,
  wait: waitFor,
  annotate: (call) => changeMetadata(call, 'annotations'),
  label: (call) => changeMetadata(call, 'labels'),
  rollout,
  scale,
  logs,
  'port-forward': portForward,
  version,
};

/** A stand-in for kubectl (kubernetes.io/docs/reference/kubectl) that talks to the sandbox's clusters. */
export const kubectl: Tool = async (input) => {
  const line = parseKubectl(input.args);
  const [name = ''] = line.positional;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    throw new ToolError(
      `error: unknown command "${name}" for "kubectl" (the sandbox has ${Object.keys(COMMANDS).join(', ')})`,
    );
  const connection = await readConnection(input, {
    file: line.value('--kubeconfig'),
    context: line.value('--context'),
  });
  let client: Promise<ClusterClient> | undefined;
  const cluster = (): Promise<ClusterClient> => {
    if (!connection) {
      throw new ToolError(
        'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
      );
    }
    client ??= connectCluster(connection);
    return client;
  };
  try {
    return await command({
      input,
      line,
      cluster,
      namespace: line.value('--namespace') ?? connection?.namespace ?? 'default',
    });
  } catch (error) {
    if (error instanceof ClusterRefusal) throw new ToolError(printRefusal(error));
    throw error;
  }
};

async function version({ input, line }: KubectlCall): Promise<number> {
  input.stdout('Client Version: v1.36.0 (sandbox stand-in)\n');
  if (!line.flag('--client')) input.stdout('Server Version: as the EKS cluster\n');
  return 0;
}

/** How kubectl prints a refusal: what comes from the server is marked as such. */
function printRefusal({ reason, message }: ClusterRefusal): string {
  // `error when creating` is what kubectl puts before the server's own words.
  if (reason === 'BadRequest' && message.startsWith('error when ')) return `Error from server (${reason}): ${message}`;
  if (reason === 'Unauthorized' || reason === 'BadRequest' || reason === 'Timeout') return `error: ${message}`;
  if (reason === 'Invalid') return message;
  return `Error from server (${reason}): ${message}`;
}
