// Starts a server of every profile through the hub's API, as a user that nobody can sign in as, and stops it again.
// Reads opensarlab/smoke-test.json: {"user": …, "profiles": [slug, …]}. Exits 1 when a profile does not start.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Milliseconds for a server to start; a new machine and a large image take a quarter of an hour. */
const patience = Number(process.env.SMOKE_TIMEOUT_SECONDS ?? 1500) * 1000;
const pause = Number(process.env.SMOKE_POLL_SECONDS ?? 5) * 1000;

const { user, profiles } = JSON.parse(readFileSync('opensarlab/smoke-test.json', 'utf8'));

/** The token that the chart made for the service `smoke-test`. */
async function serviceToken() {
  const path = '{.data.hub\\.services\\.smoke-test\\.apiToken}';
  const { stdout } = await promisify(execFile)('kubectl', [
    '-n',
    'jupyter',
    'get',
    'secret',
    'hub',
    '-o',
    `jsonpath=${path}`,
  ]);
  if (stdout === '') throw new Error('The secret `hub` has no token for the smoke test.');
  return Buffer.from(stdout, 'base64').toString('utf8');
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Calls `probe` until it returns something; throws with `what` when the patience ends. */
async function until(what, milliseconds, probe) {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    const found = await probe();
    if (found !== undefined) return found;
    await sleep(pause);
  }
  throw new Error(`${what} took longer than ${milliseconds / 1000} s.`);
}

/** JupyterHub's REST API. */
function hubApi(port, token) {
  const request = (method, path, timeout, body) =>
    fetch(`http://127.0.0.1:${port}/hub/api${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeout),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const call = async (method, path, body) => {
    const response = await request(method, path, 60_000, body);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const progress = () => request('GET', `/users/${user}/server/progress`, 3000);
  return { call, progress };
}

/** What the hub tells about the start of the server, e.g. that no machine has room. It goes on telling while that starts. */
async function wordsAbout(progress) {
  const words = [];
  try {
    const response = await progress();
    if (response.status !== 200) return words;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (const [, event] of text.matchAll(/^data: ?(.*)\n/gm)) words.push(JSON.parse(event).message);
      text = text.slice(text.lastIndexOf('\n') + 1);
    }
  } catch (error) {
    if (error.name !== 'TimeoutError') words.push(`The hub does not tell why: ${error.message}`);
  }
  return words;
}

function expectStatus(what, { status, body }, allowed) {
  if (allowed.includes(status)) return;
  throw new Error(`${what}: the hub answered ${status}${body?.message ? ` (${body.message})` : ''}.`);
}

async function stopServer(call) {
  expectStatus('stopping', await call('DELETE', `/users/${user}/server`), [202, 204, 400, 404]);
  await until('Stopping', patience, async () => {
    const { body } = await call('GET', `/users/${user}`);
    return body?.servers?.[''] === undefined ? true : undefined;
  });
}

async function tryProfile(call, slug) {
  expectStatus('starting', await call('POST', `/users/${user}/server`, { profile: slug }), [201, 202]);
  await until('Starting', patience, async () => {
    const { status, body } = await call('GET', `/users/${user}`);
    const server = body?.servers?.[''];
    if (server?.ready) return server;
    // A start that failed leaves neither a server nor anything pending.
    if (status === 200 && server === undefined) throw new Error('the hub gave up starting the server');
    return undefined;
  });
}

async function tryProfiles({ call, progress }) {
  const failures = [];
  for (const slug of profiles) {
    const started = Date.now();
    try {
      await tryProfile(call, slug);
      console.log(`profile ${slug}: started after ${Math.round((Date.now() - started) / 1000)} s`);
    } catch (error) {
      failures.push(slug);
      console.error([`profile ${slug}: ${error.message}`, ...(await wordsAbout(progress)).slice(-5)].join('\n  '));
    }
    await stopServer(call);
  }
  return failures;
}

const port = await freePort();
const forward = spawn('kubectl', ['-n', 'jupyter', 'port-forward', 'svc/proxy-public', `${port}:80`], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  const api = hubApi(port, await serviceToken());
  const { call } = api;
  const version = await until('Reaching the hub', 120_000, async () => {
    if (forward.exitCode !== null) throw new Error(`kubectl port-forward ended with ${forward.exitCode}.`);
    return (await call('GET', '/').catch(() => undefined))?.body?.version;
  });
  console.log(`JupyterHub ${version}`);
  expectStatus(`making the user ${user}`, await call('POST', `/users/${user}`), [201, 409]);
  const failures = await tryProfiles(api);
  expectStatus(`removing the user ${user}`, await call('DELETE', `/users/${user}`), [204, 404]);
  if (failures.length > 0)
    throw new Error(`${failures.length} of ${profiles.length} profiles did not start: ${failures.join(', ')}`);
  console.log(`All ${profiles.length} profiles start.`);
} catch (error) {
  console.error(`Smoke test failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  forward.kill();
}
