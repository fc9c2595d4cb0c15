import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { ToolError } from '../../tools/run-tool.ts';
import { parseDuration } from './duration.ts';
import type { KubectlCall } from './kubectl-objects.ts';

/** `deployment/NAME` or `deployment NAME`. */
function workloadOf(words: readonly string[]): { word: string; name: string } {
  const [first = '', second] = words;
  const [word = '', name] = first.split('/');
  const found = name ?? second;
  if (found === undefined) throw new ToolError('error: required resource not specified');
  return { word, name: found };
}

export async function rollout(call: KubectlCall): Promise<number> {
  const [, command, ...words] = call.line.positional;
  const { word, name } = workloadOf(words);
  if (!['deploy', 'deployment', 'deployments', 'deployment.apps'].includes(word)) {
    throw new ToolError(`error: the sandbox rolls out deployments only, not ${word}`);
  }
  const cluster = await call.cluster();
  const timeout = call.line.value('--timeout');
  const target = { name, namespace: call.namespace };
  if (command === 'status') {
    const timeoutSeconds = timeout === undefined ? undefined : parseDuration(timeout);
    call.input.stdout(`${await cluster<string>('rolloutStatus', { ...target, timeoutSeconds })}\n`);
  } else if (command === 'restart') {
    call.input.stdout(`${await cluster<string>('rolloutRestart', target)}\n`);
  } else {
    throw new ToolError(`error: the sandbox has no "rollout ${command}"`);
  }
  return 0;
}

export async function scale(call: KubectlCall): Promise<number> {
  const replicas = Number(call.line.value('--replicas') ?? Number.NaN);
  if (!Number.isInteger(replicas) || replicas < 0)
    throw new ToolError('error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  const { name } = workloadOf(call.line.positional.slice(1));
  const cluster = await call.cluster();
  call.input.stdout(`${await cluster<string>('scale', { name, namespace: call.namespace, replicas })}\n`);
  return 0;
}

export async function logs(call: KubectlCall): Promise<number> {
  const [target = ''] = call.line.positional.slice(1);
  const [word, name] = target.includes('/') ? target.split('/') : ['pod', target];
  const cluster = await call.cluster();
  call.input.stdout(`${await cluster<string>('logs', { word, name, namespace: call.namespace })}\n`);
  return 0;
}

/**
 * `kubectl port-forward svc/NAME LOCAL:REMOTE`: passes TCP connections on until the process ends. `LOCAL` may be 0 or
 * left out (`:80`) for a free port.
 */
export async function portForward(call: KubectlCall): Promise<number> {
  const [target = '', mapping = ''] = call.line.positional.slice(1);
  const [word, name] = target.includes('/') ? target.split('/') : ['pod', target];
  const [local = '', remote = local] = mapping.split(':');
  const port = Number(remote);
  if (!Number.isInteger(port) || port < 1) throw new ToolError(`error: error parsing remote port ${remote}`);
  const cluster = await call.cluster();
  const answer = await cluster<{ port: number }>('portForward', { word, name, port, namespace: call.namespace });
  const server = await listen(Number(local), answer.port);
  call.input.stdout(`Forwarding from 127.0.0.1:${(server.address() as AddressInfo).port} -> ${port}\n`);
  await new Promise<void>((resolve) => server.once('close', resolve));
  return 0;
}

function listen(local: number, target: number): Promise<Server> {
  const server = createServer((incoming) => {
    const outgoing = connect(target, '127.0.0.1');
    incoming.pipe(outgoing).pipe(incoming);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => incoming.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ToolError(
          `Unable to listen on port ${local}: ${error.message}\nerror: unable to listen on any of the requested ports: [{${local}}]`,
        ),
      ),
    );
    server.listen(local, '127.0.0.1', () => resolve(server));
  });
}
