import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Any object of Kubernetes. */
export type KubernetesObject = {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
};

export type ObjectMeta = {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
};

/** What a request that is not granted is answered with (kubernetes.io/docs/reference/kubernetes-api, "Status"). */
export type ApiStatus = {
  kind: 'Status';
  message?: string;
  reason?: string;
  details?: { causes?: { field?: string; message?: string; reason?: string }[] };
};

export type Reply = { status: number; body: unknown };

/** A connection to an API server, with whatever its kubeconfig authenticates by. */
export type ApiClient = {
  /** On loopback; whoever asks there is taken for the user of the kubeconfig. */
  port: number;
  request(method: string, path: string, body?: object, contentType?: string): Promise<Reply>;
  /** The body of a successful GET. @throws Error with the server's words */
  read<Body>(path: string): Promise<Body>;
  /** Tells every object below a path as it is and whenever it changes, until the signal; deleted ones are not told. */
  follow(path: string, tell: (object: KubernetesObject) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

export const mergePatch = 'application/merge-patch+json';

/**
 * Connects by `kubectl proxy`, so that every way to authenticate works that works for kubectl.
 * @param kubectl path of the program
 * @throws Error when it does not start to serve, in its own words
 */
export async function openApiClient(kubectl: string, kubeconfig: string): Promise<ApiClient> {
  const child = spawn(kubectl, ['--kubeconfig', kubeconfig, 'proxy', '--address=127.0.0.1', '--port=0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const port = await servedPort(child);
  const base = `http://127.0.0.1:${port}`;
  const request = async (method: string, path: string, body?: object, contentType = 'application/json') => {
    const response = await fetch(`${base}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } }),
    });
    const text = await response.text();
    return { status: response.status, body: readBody(text) };
  };
  const read = async <Body>(path: string): Promise<Body> => {
    const { status, body } = await request('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${(body as ApiStatus).message}`);
    return body as Body;
  };
  return {
    port,
    request,
    read,
    async follow(path, tell, signal) {
      while (!signal.aborted) {
        type List = { items: KubernetesObject[]; metadata: { resourceVersion: string } };
        const { items, metadata } = await read<List>(path);
        for (const item of items) tell(item);
        await watch(`${base}${path}?watch=1&resourceVersion=${metadata.resourceVersion}`, tell, signal);
      }
    },
    async close() {
      const closed = new Promise((done) => child.once('close', done));
      if (child.exitCode === null && child.kill()) await closed;
    },
  };
}

/** Tells what a watch tells, until the server ends it, which it does after some minutes, or the signal comes. */
async function watch(url: string, tell: (object: KubernetesObject) => void, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal });
    let rest = '';
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { type, object } = JSON.parse(line) as { type: string; object: KubernetesObject };
        if (type === 'ERROR') return;
        if (type !== 'DELETED') tell(object);
      }
    }
  } catch (error) {
    // A connection that broke is as good as one that ended: the next list tells what was missed.
    if (!signal.aborted && !(error instanceof TypeError)) throw error;
  }
}

function readBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

function servedPort(child: ChildProcess): Promise<number> {
  return new Promise((done, failed) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.on('error', failed);
    child.on('exit', (code) => failed(new Error(`kubectl proxy ended with ${code}: ${said.trim()}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /^Starting to serve on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
      if (port !== undefined) done(Number(port));
    });
  });
}
