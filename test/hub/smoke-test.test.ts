import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPlayground, type Playground } from './stub-commands.ts';

const program = fileURLToPath(new URL('../../cluster/jupyterhub/smoke-test.mjs', import.meta.url));

/**
 * A `kubectl` whose port-forward leads to a hub with JupyterHub's REST API (users, servers) that starts every profile but
 * `broken`, which it gives up, and `slow`, which never gets ready.
 */
const hub = `
if (args.includes('secret')) process.stdout.write(Buffer.from('token1').toString('base64'));
if (args.includes('port-forward')) {
  const users = {};
  const [port] = args.at(-1).split(':');
  const log = (line) => require('node:fs').appendFileSync(require('node:path').join(__dirname, '../calls.log'), line + '\\n');
  require('node:http').createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
      const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {};
      const answer = (status, value) => response.writeHead(status).end(value ? JSON.stringify(value) : '');
      if (request.headers.authorization !== 'token token1') return answer(403, { message: 'no' });
      const [, , , , name, server] = request.url.split('/');
      if (!name) return answer(200, { version: '5.5.0' });
      log('hub ' + request.method + ' ' + request.url + (body.profile ? ' ' + body.profile : ''));
      if (server) {
        const user = users[name];
        if (request.method === 'DELETE') { user.servers = {}; return answer(204); }
        if (body.profile === 'unknown') return answer(400, { message: 'no such profile' });
        user.servers = body.profile === 'broken' ? {} : { '': { ready: body.profile !== 'slow', pending: null } };
        return answer(202);
      }
      if (request.method === 'POST') { users[name] = { name, servers: {} }; return answer(201, users[name]); }
      if (request.method === 'DELETE') { delete users[name]; return answer(204); }
      return users[name] ? answer(200, users[name]) : answer(404, {});
    });
  }).listen(Number(port), '127.0.0.1');
}`;

let playground: Playground;

beforeEach(() => {
  playground = createPlayground();
  playground.command('kubectl', hub);
});

afterEach(() => playground.remove());

function smoke(profiles: string[]) {
  playground.write('opensarlab/smoke-test.json', JSON.stringify({ user: 'opensarlab-smoke', profiles }));
  const env = { SMOKE_TIMEOUT_SECONDS: '0.4', SMOKE_POLL_SECONDS: '0.02' };
  return playground.run(process.execPath, [program], env);
}

test('starts and stops a server of every profile and removes its user', async () => {
  const { code, stdout, stderr } = await smoke(['hello-world', 'sar-1']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain('JupyterHub 5.5.0\n');
  expect(stdout).toContain('All 2 profiles start.');
  const api = '/hub/api/users/opensarlab-smoke';
  expect(playground.calls().filter((call) => call.startsWith('hub') && !call.startsWith('hub GET'))).toEqual([
    `hub POST ${api}`,
    `hub POST ${api}/server hello-world`,
    `hub DELETE ${api}/server`,
    `hub POST ${api}/server sar-1`,
    `hub DELETE ${api}/server`,
    `hub DELETE ${api}`,
  ]);
});

test.each([
  ['broken', 'the hub gave up starting the server'],
  ['slow', 'Starting took longer than 0.4 s.'],
  ['unknown', 'the hub answered 400 (no such profile)'],
])('a profile that is %s fails the test, and the others are still tried', async (profile, reason) => {
  const { code, stdout, stderr } = await smoke([profile, 'hello-world']);
  expect(code).toBe(1);
  expect(stderr).toContain(`profile ${profile}: `);
  expect(stderr).toContain(reason);
  expect(stderr).toContain(`1 of 2 profiles did not start: ${profile}`);
  expect(stdout).toContain('profile hello-world: started');
});
