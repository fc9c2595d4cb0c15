import { type ClusterClient, ClusterRefusal, connectCluster } from '../kubernetes/client/cluster-client.ts';
import { parseHelm } from '../kubernetes/client/helm-arguments.ts';
import {
  getPart,
  type HelmCall,
  history,
  list,
  rollback,
  status,
  uninstall,
  upgrade,
} from '../kubernetes/client/helm-releases.ts';
import { repo } from '../kubernetes/client/helm-repositories.ts';
import { readConnection } from '../kubernetes/client/kubeconfig.ts';
import { type Tool, ToolError } from './run-tool.ts';

const COMMANDS: Readonly<Record<string, (call: HelmCall) => Promise<number>>> = {
  upgrade: (call) => upgrade(call, 'upgrade'),
  install: (call) => upgrade(call, 'install'),
  uninstall,
  delete: uninstall,
  list,
  ls: list,
  status,
  history,
  rollback,
  get: getPart,
};

/** A stand-in for Helm 3 (helm.sh/docs/helm) that installs the imitated charts into the sandbox's clusters. */
export const helm: Tool = async (input) => {
  const line = parseHelm(input.args);
  const [name = ''] = line.positional;
  if (name === 'version') {
    input.stdout('v3.19.2+sandbox\n');
    return 0;
  }
  if (name === 'repo') return repo(input, line);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    throw new ToolError(
      `Error: unknown command "${name}" for "helm" (the sandbox has repo, version, ${Object.keys(COMMANDS).join(', ')})`,
    );
  const connection = await readConnection(input, {
    file: line.value('--kubeconfig'),
    context: line.value('--kube-context'),
  });
  const cluster = async (): Promise<ClusterClient> => {
    if (!connection) {
      throw new ToolError(
        'Error: Kubernetes cluster unreachable: Get "http://localhost:8080/version": dial tcp 127.0.0.1:8080: connect: connection refused',
      );
    }
    return connectCluster(connection);
  };
  try {
    const namespace = line.value('--namespace') ?? input.env['HELM_NAMESPACE'] ?? connection?.namespace ?? 'default';
    return await command({ input, line, cluster, namespace });
  } catch (error) {
    if (!(error instanceof ClusterRefusal)) throw error;
    const unreachable =
      error.reason === 'Unauthorized'
        ? 'Kubernetes cluster unreachable: the server has asked for the client to provide credentials'
        : error.message;
    throw new ToolError(`Error: ${unreachable}`);
  }
};
