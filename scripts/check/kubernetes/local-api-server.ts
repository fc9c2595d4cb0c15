import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServerProgram } from './api-server-programs.ts';

const START_SECONDS = 120;

/**
 * Starts etcd, the API server, the controller manager and the scheduler on loopback, without any node. The API server makes its own certificate; who comes
 * with the token of the kubeconfig may do everything.
 * @param folder empty; holds keys, certificates, data and logs (`*.log`)
 * @param etcd a name on the PATH or a path
 * @param onStart told, before anything runs, of what ends everything and deletes what it kept
 * @returns the file that kubectl and Helm read
 * @throws Error when one of them does not start, with the end of its log
 */
export async function startApiServer(
  programs: Record<ApiServerProgram, string>,
  etcd: string,
  folder: string,
  onStart: (close: () => Promise<void>) => void,
): Promise<string> {
  const path = (name: string): string => join(folder, name);
  for (const name of ['etcd-data', 'certificates']) mkdirSync(path(name), { recursive: true });
  const [client = 0, peer = 0, secure = 0] = await freePorts(3);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = randomBytes(24).toString('hex');
  const secret = { mode: 0o600 };
  writeFileSync(path('service-accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), secret);
  writeFileSync(path('service-accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(path('tokens.csv'), `${token},check,check,"system:masters"\n`, secret);

  const running: Running[] = [];
  const start = (name: string, program: string, args: readonly string[]): Running => {
    const started = run(name, program, args, path(`${name}.log`));
    running.push(started);
    return started;
  };
  const close = async (): Promise<void> => {
    for (const each of running.toReversed()) await each.end();
    rmSync(folder, { recursive: true, force: true });
  };
  onStart(close);
  try {
    const etcdUrl = `http://127.0.0.1:${client}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    start('etcd', etcd, [
      `--data-dir=${path('etcd-data')}`,
      ...[`--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`],
      ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      `--initial-cluster=default=${peerUrl}`,
    ]);
    const server = start('kube-apiserver', programs['kube-apiserver'], [
      ...[`--etcd-servers=${etcdUrl}`, '--bind-address=127.0.0.1', `--secure-port=${secure}`],
      // There is one server, and nothing here would reach it by the address of a service.
      '--endpoint-reconciler-type=none',
      ...[`--cert-dir=${path('certificates')}`, `--token-auth-file=${path('tokens.csv')}`, '--authorization-mode=RBAC'],
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${path('service-accounts.pub')}`,
      `--service-account-signing-key-file=${path('service-accounts.key')}`,
      ...['--service-cluster-ip-range=10.96.0.0/16', '--allow-privileged=true'],
    ]);
    const url = `https://127.0.0.1:${secure}`;
    const authority = path(join('certificates', 'apiserver.crt'));
    await untilReady(`${url}/readyz`, authority, token, server);
    const kubeconfig = path('kubeconfig');
    writeFileSync(kubeconfig, kubeconfigText(url, readFileSync(authority), token), secret);
    const alone = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
    start('kube-controller-manager', programs['kube-controller-manager'], [
      ...alone,
      ...['--use-service-account-credentials=true', `--root-ca-file=${authority}`],
      `--service-account-private-key-file=${path('service-accounts.key')}`,
    ]);
    start('kube-scheduler', programs['kube-scheduler'], alone);
    return kubeconfig;
  } catch (error) {
    await close();
    throw error;
  }
}

type Running = { readonly name: string; failure(): string | undefined; end(): Promise<void> };

function run(name: string, program: string, args: readonly string[], log: string): Running {
  const output = openSync(log, 'w');
  const child: ChildProcess = spawn(program, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  let ended: string | undefined;
  const closed = new Promise<void>((done) => {
    child.on('error', (error) => {
      ended = `${name} could not be started: ${error.message}`;
      done();
    });
    child.on('exit', (code, signal) => {
      ended ??= `${name} ended with ${code ?? signal}:\n${readFileSync(log, 'utf8').split('\n').slice(-8).join('\n')}`;
      done();
    });
  });
  return {
    name,
    failure: () => ended,
    async end() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

async function untilReady(url: string, authority: string, token: string, server: Running): Promise<void> {
  for (let tried = 0; tried < START_SECONDS * 2; tried++) {
    const failure = server.failure();
    if (failure !== undefined) throw new Error(failure);
    if (await answers(url, authority, token)) return;
    await sleep(500);
  }
  throw new Error(`The API server was not ready after ${START_SECONDS} s.`);
}

/** Whether it answers with 200; before it listens, its certificate is not there either. */
function answers(url: string, authority: string, token: string): Promise<boolean> {
  return new Promise((done) => {
    try {
      const agent = new Agent({ ca: readFileSync(authority), keepAlive: false });
      const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.resume();
        done(response.statusCode === 200);
      });
      request.on('error', () => done(false));
    } catch {
      done(false);
    }
  });
}

const kubeconfigText = (server: string, authority: Buffer, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'check',
    clusters: [{ name: 'check', cluster: { server, 'certificate-authority-data': authority.toString('base64') } }],
    contexts: [{ name: 'check', context: { cluster: 'check', user: 'check' } }],
    users: [{ name: 'check', user: { token } }],
  });

/** Ports of loopback that nothing listened at a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
      return server;
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((done) => server.close(done));
      if (address === null || typeof address === 'string') throw new Error('A listening socket has no port.');
      return address.port;
    }),
  );
}
