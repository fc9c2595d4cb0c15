import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ToolError, type ToolInput } from '../../tools/run-tool.ts';

type ExecEntry = { command?: string; args?: string[] | null; env?: { name: string; value: string }[] | null };
type Named<T> = { name: string } & T;
type Kubeconfig = {
  clusters?: Named<{ cluster?: { server?: string } }>[];
  contexts?: Named<{ context?: { cluster?: string; user?: string; namespace?: string } }>[];
  users?: Named<{ user?: { token?: string; exec?: ExecEntry } }>[];
  'current-context'?: string;
};

/** Where the cluster is and how to get a token for it. */
export type Connection = { server: string; namespace: string | undefined; token(): Promise<string> };

/**
 * Reads the kubeconfig file: the given one, else the first of `KUBECONFIG`, else `~/.kube/config`
 * (kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig).
 * @returns undefined when there is none, or it names no cluster
 */
export async function readConnection(
  input: ToolInput,
  options: { file: string | undefined; context: string | undefined },
): Promise<Connection | undefined> {
  const [first] = (input.env['KUBECONFIG'] ?? '').split(':');
  const file = options.file ?? (first || join(input.env['HOME'] ?? '.', '.kube', 'config'));
  const config = await readConfig(file);
  const name = options.context ?? config['current-context'];
  const context = config.contexts?.find((each) => each.name === name)?.context;
  if (options.context !== undefined && !context)
    throw new ToolError(`error: context "${options.context}" does not exist`);
  const server = config.clusters?.find((each) => each.name === context?.cluster)?.cluster?.server;
  if (!context || server === undefined) return undefined;
  const user = config.users?.find((each) => each.name === context.user)?.user;
  return {
    server,
    namespace: context.namespace,
    token: async () => user?.token ?? (await execToken(input, user?.exec)),
  };
}

async function readConfig(file: string): Promise<Kubeconfig> {
  try {
    return ((parse(await readFile(file, 'utf8')) as unknown) ?? {}) as Kubeconfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Runs the program of an `exec` entry and takes the token from its ExecCredential (client-go credential plugins). */
async function execToken(input: ToolInput, entry: ExecEntry | undefined): Promise<string> {
  if (!entry?.command) return '';
  const added = Object.fromEntries((entry.env ?? []).map(({ name, value }) => [name, value]));
  try {
    const { stdout } = await promisify(execFile)(entry.command, entry.args ?? [], { env: { ...input.env, ...added } });
    const { status } = JSON.parse(stdout) as { status?: { token?: string } };
    return status?.token ?? '';
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new ToolError(
      `${stderr}Unable to connect to the server: getting credentials: exec: executable ${entry.command} failed`,
    );
  }
}
