import { request as send } from 'node:http';
import { ToolError } from '../../tools/run-tool.ts';
import type { Connection } from './kubeconfig.ts';

/** The cluster refuses a call. */
export class ClusterRefusal extends Error {
  override readonly name = 'ClusterRefusal';
  /** A reason of the Kubernetes API, e.g. `NotFound`. */
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Calls one operation of the imitated cluster; see `api-server.ts`. */
export type ClusterClient = <Output>(operation: string, input: unknown) => Promise<Output>;

/**
 * A client with one token for its whole life. Calls may take as long as the cluster waits; there is no time limit here.
 * @throws ClusterRefusal what the cluster refuses; ToolError when it cannot be reached
 */
export async function connectCluster(connection: Connection): Promise<ClusterClient> {
  const token = await connection.token();
  return async <Output>(operation: string, input: unknown) => {
    const { status, text } = await post(`${connection.server}/${operation}`, token, JSON.stringify(input));
    const body = JSON.parse(text) as unknown;
    if (status === 200) return body as Output;
    const { reason, message } = body as { reason: string; message: string };
    throw new ClusterRefusal(reason, message);
  };
}

function post(url: string, token: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = send(url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', (error) => reject(new ToolError(`Unable to connect to the server: ${error.message}`)));
    request.end(body);
  });
}
