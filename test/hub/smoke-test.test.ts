import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPlayground, type Playground } from './stub-commands.ts';

const program = fileURLToPath(new URL('../../cluster/jupyterhub/smoke-test.mjs', import.meta.url));

/**
 * A `kubectl` whose port-forward leads to a hub with JupyterHub's REST API (users, servers) and Jupyter Server's kernels.
 * It starts every profile but `broken`, which it gives up, and `slow`, which never gets ready; `other-image` runs another
 * image, `mute` has kernels that say nothing of use, and `busy` answers the first requests with 503.
 */
const hub = `
const fs = require('node:fs'), path = require('node:path'), crypto = require('node:crypto');
const file = (name) => path.join(__dirname, '..', name);
const log = (line) => fs.appendFileSync(file('calls.log'), line + '\\n');
if (args.includes('secret')) process.stdout.write(Buffer.from('token1').toString('base64'));
if (args.includes('pods')) {
  const profiles = JSON.parse(fs.readFileSync(file('profiles.json'), 'utf8'));
  const items = Object.entries(profiles).map(([user, slug]) => ({
    metadata: { annotations: { 'hub.jupyter.org/username': user } },
    spec: { containers: [{ name: 'notebook', image: slug === 'other-image' ? 'elsewhere:1' : slug + ':1' }] },
  }));
  process.stdout.write(JSON.stringify({ items }));
}
if (args.includes('port-forward')) {
  const users = {}, profiles = {};
  let sick = Number(fs.readFileSync(file('sick.txt'), 'utf8'));
  const running = (name) => Object.values(users[name]?.servers ?? {})[0];
  const server = require('node:http').createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
      const answer = (status, value) => response.writeHead(status).end(value ? JSON.stringify(value) : '');
      if (request.headers.authorization !== 'token token1') return answer(403, { message: 'no' });
      const parts = request.url.split('/');
      if (parts[1] === 'user') return running(parts[2])?.ready ? answer(201, { id: 'k1' }) : answer(424);
      const [, , , , name, verb] = parts;
      if (!name) return answer(200, { version: '5.5.0' });
      if (sick-- > 0) return response.writeHead(503).end('<html>Service Unavailable');
      log('hub ' + request.method + ' ' + request.url + (body.profile ? ' ' + body.profile : ''));
      if (verb) {
        const user = users[name];
        if (request.method === 'DELETE') { user.servers = {}; return answer(204); }
        if (body.profile === 'unknown') return answer(400, { message: 'no such profile' });
        profiles[name] = body.profile;
        fs.writeFileSync(file('profiles.json'), JSON.stringify(profiles));
        if (body.profile === 'forgotten' && !global.forgot) { global.forgot = true; sick = 3; return answer(202); }
        user.servers = body.profile === 'broken' ? {} : { '': { ready: body.profile !== 'slow', pending: null } };
        if (body.profile === 'lost') sick = 1e9;
        if (body.profile === 'answered-late') { sick = 2; return response.writeHead(504).end(); }
        return answer(202);
      }
      if (request.method === 'POST') { users[name] ??= { name, servers: {} }; return answer(201, users[name]); }
      if (request.method === 'DELETE') { delete users[name]; return answer(204); }
      return users[name] ? answer(200, users[name]) : answer(404, {});
    });
  });
  server.on('upgrade', (request, socket) => {
    const [, , name, , , id, channels] = request.url.split(/[/?]/);
    const proof = crypto.createHash('sha1')
      .update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
    if (request.headers.authorization !== 'token token1' || id !== 'k1' || channels !== 'channels')
      return socket.end('HTTP/1.1 403 Forbidden\\r\\n\\r\\n');
    socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: ' + proof + '\\r\\n\\r\\n');
    const frame = (first, payload) => {
      const head = payload.length > 125 ? Buffer.from([first, 126, payload.length >> 8, payload.length & 255]) : Buffer.from([first, payload.length]);
      return Buffer.concat([head, payload]);
    };
    socket.on('error', () => {});
    socket.once('data', (data) => {
      const long = (data[1] & 127) === 127 ? 10 : (data[1] & 127) === 126 ? 4 : 2;
      const mask = data.subarray(long, long + 4);
      const { header, content } = JSON.parse(data.subarray(long + 4).map((byte, index) => byte ^ mask[index % 4]).toString());
      log('kernel of ' + profiles[name] + ' ' + content.code);
      const say = (msg_type, inner) => Buffer.from(JSON.stringify({ header: { msg_type }, parent_header: header, content: inner }));
      const text = say('stream', { text: profiles[name] === 'mute' ? '?\\n' : '42\\n' });
      // A ping, and a message in two frames that arrive byte by byte at their borders.
      const all = Buffer.concat([
        frame(0x89, Buffer.from('x')), frame(0x01, text.subarray(0, 10)), frame(0x80, text.subarray(10)),
        frame(0x81, profiles[name] === 'failing' ? say('error', { ename: 'OSError', evalue: 'disk full' }) : Buffer.from('{}')),
        frame(0x81, say('status', { execution_state: 'idle' })),
      ]);
      socket.write(all.subarray(0, 5));
      setImmediate(() => socket.write(all.subarray(5)));
    });
  });
  server.listen(Number(args.at(-1).split(':')[0]), '127.0.0.1');
}`;

let playground: Playground;

beforeEach(() => {
  playground = createPlayground();
  playground.command('kubectl', hub);
  playground.write('sick.txt', '0');
});

afterEach(() => playground.remove());

function smoke(slugs: string[], users = ['smoke-1', 'smoke-2'], more: Record<string, string> = {}) {
  const profiles = slugs.map((slug) => ({ slug, image: `${slug}:1` }));
  playground.write('opensarlab/smoke-test.json', JSON.stringify({ users, profiles }));
  const env = { SMOKE_TIMEOUT_SECONDS: '2', SMOKE_POLL_SECONDS: '0.02', ...more };
  return playground.run(process.execPath, [program], env);
}

/** What was changed at the hub, and what kernels were asked, as one line each. */
const changes = () => playground.calls().filter((call) => /^(hub (POST|DELETE)|kernel)/.test(call));
const api = '/hub/api/users';

test('starts a server of every profile, asks a kernel in it, stops it and removes its users', async () => {
  const { code, stdout, stderr } = await smoke(['hello-world', 'sar-1', 'sar-2'], ['smoke-1']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain('JupyterHub 5.5.0\n');
  expect(stdout).toContain('All 3 profiles start.');
  const one = (slug: string) => [
    `hub POST ${api}/smoke-1/server ${slug}`,
    `kernel of ${slug} print(6*7)`,
    `hub DELETE ${api}/smoke-1/server`,
  ];
  const middle = ['hello-world', 'sar-1', 'sar-2'].flatMap(one);
  expect(changes()).toEqual([`hub POST ${api}/smoke-1`, ...middle, `hub DELETE ${api}/smoke-1`]);
});

test('tries as many profiles at once as there are users, and each once', async () => {
  const slugs = ['a', 'b', 'c', 'd', 'e'];
  const { code, stderr } = await smoke([...slugs, 'slow']);
  expect(stderr).toContain('1 of 6 profiles did not start: slow');
  expect(code).toBe(1);
  const started = changes().flatMap((call) => /\/server (\S+)$/.exec(call)?.[1] ?? []);
  expect([...started].sort()).toEqual([...slugs, 'slow']);
  const users = new Set(changes().flatMap((call) => /users\/([^/ ]+)/.exec(call)?.[1] ?? []));
  expect([...users].sort()).toEqual(['smoke-1', 'smoke-2']);
  for (const user of users) expect(changes()).toContain(`hub DELETE ${api}/${user}`);
});

test.each([
  ['broken', 'the hub gave up starting the server'],
  ['slow', 'Starting took longer than 2 s.'],
  ['unknown', 'the hub answered 400 (no such profile)'],
  ['other-image', 'it runs the image elsewhere:1, not other-image:1'],
  ['mute', 'the kernel said "?\\n" to print(6*7)'],
  ['failing', 'the kernel failed: OSError: disk full'],
])('a profile that is %s fails the test, and the others are still tried', async (profile, reason) => {
  const { code, stdout, stderr } = await smoke([profile, 'hello-world'], ['smoke-1']);
  expect(code).toBe(1);
  expect(stderr).toContain(`profile ${profile}: `);
  expect(stderr).toContain(reason);
  expect(stderr).toContain(`1 of 2 profiles did not start: ${profile}`);
  expect(stdout).toContain('profile hello-world: started');
  expect(changes().at(-1)).toBe(`hub DELETE ${api}/smoke-1`);
});

describe('a hub that restarts', () => {
  test('is asked again and is no verdict on a profile', async () => {
    playground.write('sick.txt', '12');
    const { code, stderr } = await smoke(['hello-world', 'sar-1']);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('gets no second start of a server when it had taken in the first', async () => {
    const { code, stderr } = await smoke(['answered-late'], ['smoke-1']);
    expect([code, stderr]).toEqual([0, '']);
    expect(changes().filter((call) => call.includes('/server answered-late'))).toHaveLength(1);
  });

  test('is told again to start what it forgot', async () => {
    const { code, stderr } = await smoke(['forgotten'], ['smoke-1']);
    expect([code, stderr]).toEqual([0, '']);
    expect(changes().filter((call) => call.includes('/server forgotten'))).toHaveLength(2);
  });

  test('and stays away fails the test, without blaming the profiles', async () => {
    const { code, stderr } = await smoke(['lost', 'sar-1'], ['smoke-1'], { SMOKE_TIMEOUT_SECONDS: '0.3' });
    expect(code).toBe(1);
    expect(stderr).toContain('2 of 2 profiles could not be tested: lost, sar-1');
    expect(stderr).toContain('at the end the hub answered 503');
    expect(stderr).not.toContain('did not start');
  });
});

test('what an interrupted test left is stopped first', async () => {
  playground.command(
    'kubectl',
    hub.replace(
      'const users = {}',
      `const users = { 'smoke-1': { name: 'smoke-1', servers: { '': { ready: true, pending: null } } } }`,
    ),
  );
  expect((await smoke(['hello-world'], ['smoke-1'])).code).toBe(0);
  expect(changes().slice(0, 3)).toEqual([
    `hub POST ${api}/smoke-1`,
    `hub DELETE ${api}/smoke-1/server`,
    `hub POST ${api}/smoke-1/server hello-world`,
  ]);
});

test('a test that is stopped tidies up', async () => {
  // Whoever runs the build stops it while the server starts.
  playground.command(
    'kubectl',
    hub.replace('\n        return answer(202);', `answer(202); return process.kill(process.ppid, 'SIGTERM');`),
  );
  const { code, stderr } = await smoke(['slow', 'sar-1'], ['smoke-1']);
  expect(code).toBe(130);
  expect(stderr).toBe('Smoke test failed: The smoke test was stopped (SIGTERM).\n');
  expect(changes().slice(-2)).toEqual([`hub DELETE ${api}/smoke-1/server`, `hub DELETE ${api}/smoke-1`]);
});
