import { spawn } from 'node:child_process';
import type { DescribeVolumesResult } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ec2Service } from '../../aws/services/ec2/ec2-service.ts';
import { findCluster } from '../../aws/services/eks/eks-state.ts';
import type { ClusterFixture } from '../cluster-fixture.ts';
import { kubernetesOf } from '../cluster-state.ts';
import { hubValues, installAutoscaler, installHub, openHubCluster } from '../jupyterhub-fixture.ts';
import { hubPort } from './hub-server.ts';

let cluster: ClusterFixture;
let token: string;
let port: number;
beforeAll(async () => {
  cluster = await openHubCluster();
  await installAutoscaler(cluster);
  expect(await installHub(cluster)).toMatchObject({ status: 0 });
  const { stdout } = await cluster.kubectl(
    '-n',
    'jupyter',
    'get',
    'secret',
    'hub',
    '-o',
    'jsonpath={.data.hub\\.services\\.smoke\\.apiToken}',
  );
  token = Buffer.from(stdout, 'base64').toString();
  port = await portOf(cluster);
});
afterAll(() => cluster.close());

const portOf = ({ account }: ClusterFixture): Promise<number> =>
  hubPort(
    account.world,
    kubernetesOf(account.world, findCluster(account.world, account.region, 'sar-cluster')),
    'jupyter',
  );

type Server = { ready: boolean; pending: string | null };
type Reply = { status: number; body: { servers?: Record<string, Server>; message?: string; version?: string } };

async function hub(method: string, path: string, body?: object, as: string | undefined = token): Promise<Reply> {
  const response = await fetch(`http://127.0.0.1:${port}/hub/api${path}`, {
    method,
    headers: as === undefined ? {} : { authorization: `token ${as}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Reply['body']) };
}
const serverOf = async (name: string) => (await hub('GET', `/users/${name}`)).body.servers?.[''];
const homeVolumes = async () => {
  const { Volumes } = await cluster.account.call<DescribeVolumesResult>(ec2Service, 'DescribeVolumes', {
    Filters: [{ Name: 'tag:kubernetes.io/created-for/pvc/name', Values: ['claim-*'] }],
  });
  return Volumes ?? [];
};

it('without a token only says who it is', async () => {
  expect(await hub('GET', '/', undefined, '')).toMatchObject({ status: 200, body: { version: '5.5.0' } });
  expect(await hub('GET', '/users', undefined, '')).toEqual({
    status: 403,
    body: { status: 403, message: 'Missing or invalid credentials.' },
  });
  expect((await hub('POST', '/users/eve', undefined, 'wrong')).status).toBe(403);
  expect((await fetch(`http://127.0.0.1:${port}/hub/health`)).status).toBe(200);
});

it('lets a service do what its role says, and no more', async () => {
  expect((await hub('GET', '/info')).status).toBe(200);
  expect(await hub('GET', '/services')).toMatchObject({ status: 403 });
});

it('starts a server on a node that is added for it, with a home volume that carries the cluster’s tags', async () => {
  expect((await hub('POST', '/users/ada')).status).toBe(201);
  expect((await hub('POST', '/users/ada')).status).toBe(409);
  expect(await hub('POST', '/users/ada/server', { profile: 'no-such' })).toEqual({
    status: 400,
    body: { status: 400, message: 'No such profile: no-such. Options include: sar-1' },
  });
  expect((await hub('POST', '/users/ada/server', { profile: 'sar-1' })).status).toBe(202);
  expect(await serverOf('ada')).toMatchObject({ ready: false, pending: 'spawn' });
  cluster.account.clock.advance(80);
  expect(await serverOf('ada')).toMatchObject({ ready: false, pending: 'spawn' });
  cluster.account.clock.advance(40);
  expect(await serverOf('ada')).toMatchObject({ ready: true, pending: null });
  const [volume] = await homeVolumes();
  const tags = Object.fromEntries((volume?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
  expect(volume).toMatchObject({ State: 'in-use', Size: 500, Encrypted: true, AvailabilityZone: 'us-west-2a' });
  expect(tags).toEqual({
    'kubernetes.io/cluster/sar-cluster': 'owned',
    KubernetesCluster: 'sar-cluster',
    Name: expect.stringMatching(/^sar-cluster-dynamic-pvc-[0-9a-f-]{36}$/),
    'ebs.csi.aws.com/cluster': 'true',
    'ebs.csi.aws.com/cluster-name': 'sar-cluster',
    CSIVolumeName: expect.stringMatching(/^pvc-/),
    'kubernetes.io/created-for/pvc/name': 'claim-ada',
    'kubernetes.io/created-for/pvc/namespace': 'jupyter',
    'kubernetes.io/created-for/pv/name': tags['CSIVolumeName'],
    'osl-billing': 'sar',
  });
});

it('stops a server, which frees the volume, and takes it up again', async () => {
  expect((await hub('DELETE', '/users/ada/server')).status).toBe(202);
  expect(await serverOf('ada')).toMatchObject({ pending: 'stop' });
  cluster.account.clock.advance(5);
  expect(await serverOf('ada')).toBeUndefined();
  cluster.account.clock.advance(10);
  const [before] = await homeVolumes();
  expect(before?.State).toBe('available');
  await hub('POST', '/users/ada/server', {});
  cluster.account.clock.advance(30);
  expect(await serverOf('ada')).toMatchObject({ ready: true });
  expect((await homeVolumes()).map(({ VolumeId }) => VolumeId)).toEqual([before?.VolumeId]);
  expect((await hub('POST', '/users/ada/server')).body.message).toBe('ada is already running');
});

it('gives up a start that takes too long, and says why', async () => {
  const values = hubValues({
    singleuser: {
      startTimeout: 60,
      storage: { dynamic: { storageClass: 'gp3' } },
      profileList: [{ display_name: 'Other', kubespawner_override: { node_selector: { server_type: 'none' } } }],
    },
  });
  await installHub(cluster, values);
  await hub('POST', '/users/bob');
  expect((await hub('POST', '/users/bob/server')).status).toBe(202);
  cluster.account.clock.advance(61);
  expect(await serverOf('bob')).toBeUndefined();
  const progress = await hub('GET', '/users/bob/server/progress');
  expect(progress.body).toMatchObject({
    failed: true,
    message: expect.stringContaining('did not start in 60 seconds'),
  });
  await installHub(cluster);
});

it('deletes a user’s volume with the user', async () => {
  await hub('DELETE', '/users/ada/server');
  cluster.account.clock.advance(30);
  expect((await hub('DELETE', '/users/ada')).status).toBe(204);
  cluster.account.clock.advance(60);
  await hub('GET', '/info');
  cluster.account.clock.advance(30);
  expect(
    (await homeVolumes()).map(({ Tags }) => Tags?.find(({ Key }) => Key?.endsWith('pvc/name'))?.Value),
  ).not.toContain('claim-ada');
  expect((await hub('GET', '/users/ada')).status).toBe(404);
});

describe('signing in', () => {
  const signIn = (name: string) =>
    hub('POST', `/users/${name}/tokens`, { auth: { username: name, password: 'x' } }, '');
  const login = async () =>
    fetch(`http://127.0.0.1:${port}/hub/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'eve', password: 'x' }),
      redirect: 'manual',
    });

  it('is refused to everybody while the authenticator is `null`', async () => {
    expect((await signIn('eve')).status).toBe(403);
    expect((await login()).status).toBe(403);
  });

  it('lets anybody in as anybody when no authenticator is configured', async () => {
    const base = hubValues() as { hub: Record<string, unknown> };
    const { config: _config, ...withoutConfig } = base.hub;
    await installHub(cluster, { ...base, hub: withoutConfig });
    const { status, body } = await signIn('eve');
    expect(status).toBe(201);
    const { token: own } = body as unknown as { token: string };
    expect((await hub('POST', '/users/eve/server', {}, own)).status).toBe(202);
    expect((await hub('GET', '/users', undefined, own)).status).toBe(403);
    expect(await login()).toMatchObject({ status: 302 });
  });
});

it('answers through kubectl port-forward', async () => {
  await installHub(cluster);
  const forward = spawn('kubectl', ['-n', 'jupyter', 'port-forward', 'svc/proxy-public', ':80'], {
    env: cluster.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const line = await new Promise<string>((resolve) =>
      forward.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    );
    const local = /^Forwarding from 127\.0\.0\.1:(\d+) -> 80\n/.exec(line)?.[1];
    expect(await (await fetch(`http://127.0.0.1:${local}/hub/api/`)).json()).toEqual({ version: '5.5.0' });
  } finally {
    forward.kill();
  }
  const refused = await cluster.kubectl('-n', 'jupyter', 'port-forward', 'svc/proxy-public', ':81');
  expect(refused).toMatchObject({ status: 1, stderr: 'error: Service proxy-public does not have a service port 81\n' });
});
