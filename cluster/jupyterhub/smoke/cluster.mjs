// What the smoke test asks Kubernetes: the service's token, the image that runs, and a way to the proxy.
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

const namespace = 'jupyter';

async function kubectl(...args) {
  const { stdout } = await promisify(execFile)('kubectl', ['-n', namespace, ...args], { maxBuffer: 2 ** 24 });
  return stdout;
}

/** The token that the chart made for the service `smoke-test`. */
export async function serviceToken() {
  const path = '{.data.hub\\.services\\.smoke-test\\.apiToken}';
  const token = await kubectl('get', 'secret', 'hub', '-o', `jsonpath=${path}`);
  if (token === '') throw new Error('The secret `hub` has no token for the smoke test.');
  return Buffer.from(token, 'base64').toString('utf8');
}

/** The image that a user's server runs, as its pod names it. KubeSpawner calls the container `notebook`, and the annotation
 *  is the user's name as it is, where labels have it escaped. */
export async function imageOfServer(user) {
  const { items } = JSON.parse(await kubectl('get', 'pods', '--selector', 'component=singleuser-server', '-o', 'json'));
  const pod = items.find(({ metadata }) => metadata.annotations?.['hub.jupyter.org/username'] === user);
  return pod?.spec.containers.find(({ name }) => name === 'notebook')?.image;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * A loopback port that leads to the hub's proxy. `kubectl port-forward` ends with the pod it leads to, so it is started
 * again as long as it is wanted.
 * @returns `base`, `close()`, and `ended()`: with which code it last ended by itself
 */
export async function openForward() {
  const port = await freePort();
  let isWanted = true;
  let lastCode;
  let child;
  const start = () => {
    child = spawn('kubectl', ['-n', namespace, 'port-forward', 'svc/proxy-public', `${port}:80`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('exit', (code) => {
      lastCode = code;
      if (isWanted) setTimeout(() => isWanted && start(), 1000).unref();
    });
  };
  start();
  const close = () => {
    isWanted = false;
    child.kill();
  };
  return { base: `http://127.0.0.1:${port}`, close, ended: () => lastCode };
}
