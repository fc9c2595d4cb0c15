import { spawn } from 'node:child_process';
import type { DescribeVolumesResult } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ec2Service } from '../../aws/services/ec2/ec2-service.ts';
import { findCluster } from '../../aws/services/eks/eks-state.ts';
import { type ClusterFixture, REGISTRY } from '../cluster-fixture.ts';
import { kubernetesOf } from '../cluster-state.ts';
import { hubValues, installAutoscaler, installHub, openHubCluster } from '../jupyterhub-fixture.ts';
import { hubPort } from './hub-server.ts';

let cluster: ClusterFixture;
let token: string;
let base: string;

beforeEach(async () => {
  cluster = await openHubCluster();
});
afterEach(() => cluster.close());

/** Installs a hub, and connects to it as the service `smoke`. */
async function openHub(values: object = hubValues()): Promise<void> {
  expect(await installHub(cluster, values)).toMatchObject({ status: 0 });
  const path = '{.data.hub\\.services\\.smoke\\.apiToken}';
  const { stdout } = await cluster.kubectl('-n', 'jupyter', 'get', 'secret', 'hub', '-o', `jsonpath=${path}`);
  token = Buffer.from(stdout, 'base64').toString();
  const { world, region } = cluster.account;
  base = `http://127.0.0.1:${await hubPort(world, kubernetesOf(world, findCluster(world, region, 'sar-cluster')), 'jupyter')}/hub`;
}

type Reply = { status: number; body: Record<string, unknown> };
type Server = { ready: boolean; pending: string | null };

async function hub(method: string, path: string, body?: object, as = token): Promise<Reply> {
  const response = await fetch(`${base}/api${path}`, {
    method,
    headers: as === '' ? {} : { authorization: `token ${as}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Reply['body']) };
}
const serverOf = async (name: string): Promise<Server | undefined> =>
  ((await hub('GET', `/users/${name}`)).body['servers'] as Record<string, Server>)[''];
const wait = (seconds: number): void => cluster.account.clock.advance(seconds);
const homeVolumes = async () => {
  const { Volumes = [] } = await cluster.account.call<DescribeVolumesResult>(ec2Service, 'DescribeVolumes', {
    Filters: [{ Name: 'tag:kubernetes.io/created-for/pvc/name', Values: ['claim-*'] }],
  });
  return Volumes;
};
const startFor = async (name: string, options: object = {}): Promise<Reply> => {
  await hub('POST', `/users/${name}`);
  return hub('POST', `/users/${name}/server`, options);
};

describe('the REST API', () => {
  it('only says who it is to those without a token', async () => {
    await openHub();
    expect(await hub('GET', '/', undefined, '')).toEqual({ status: 200, body: { version: '5.5.0' } });
    const refusal = { status: 403, message: 'Missing or invalid credentials.' };
    expect(await hub('GET', '/users', undefined, '')).toEqual({ status: 403, body: refusal });
    expect((await hub('POST', '/users/eve', undefined, 'wrong')).status).toBe(403);
    expect((await fetch(`${base}/health`)).status).toBe(200);
  });

  it('lets a service do what its role says, and no more', async () => {
    await openHub();
    expect((await hub('GET', '/info')).status).toBe(200);
    expect((await hub('POST', '/users/ada')).status).toBe(201);
    expect((await hub('POST', '/users/ada')).status).toBe(409);
    expect((await hub('GET', '/services')).status).toBe(403);
    expect((await hub('PUT', '/users/ada')).status).toBe(405);
    expect((await hub('GET', '/nothing')).status).toBe(404);
  });

  it('lets a service whose role names a user make, start and delete that one only', async () => {
    const role = (user: string) => ['admin:users', 'admin:servers'].map((scope) => `${scope}!user=${user}`);
    const loadRoles = { smoke: { scopes: [...role('ada'), ...role('smoke')], services: ['smoke'] } };
    await openHub(hubValues({ hub: { loadRoles } }));
    expect((await startFor('ada')).status).toBe(202);
    expect((await hub('POST', '/users/eve')).status).toBe(404);
    expect((await hub('DELETE', '/users/ada')).status).toBe(204);
    // A service cannot delete a user of its own name.
    expect((await hub('POST', '/users/smoke')).status).toBe(201);
    expect(await hub('DELETE', '/users/smoke')).toMatchObject({
      status: 400,
      body: { message: 'Cannot delete yourself!' },
    });
  });

  it('lets a service without a role do nothing', async () => {
    await openHub(hubValues({ hub: { ...(hubValues() as { hub: object }).hub, loadRoles: {} } }));
    expect((await hub('GET', '/info')).status).toBe(403);
    expect((await hub('POST', '/users/ada')).status).toBe(403);
  });
});

describe('a server', () => {
  it('starts on a node that is added for it, with a home volume that carries the cluster’s tags', async () => {
    await installAutoscaler(cluster);
    await openHub();
    expect((await startFor('ada', { profile: 'sar-1' })).status).toBe(202);
    wait(80);
    expect(await serverOf('ada')).toMatchObject({ ready: false, pending: 'spawn' });
    wait(40);
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

  it('frees its volume when it stops, and takes it up again', async () => {
    await installAutoscaler(cluster);
    await openHub();
    await startFor('ada');
    wait(120);
    expect((await hub('POST', '/users/ada/server')).body['message']).toBe('ada is already running');
    expect((await hub('DELETE', '/users/ada/server')).status).toBe(202);
    expect(await serverOf('ada')).toMatchObject({ pending: 'stop' });
    wait(5);
    expect(await serverOf('ada')).toBeUndefined();
    wait(10);
    const [before] = await homeVolumes();
    expect(before?.State).toBe('available');
    await hub('POST', '/users/ada/server', {});
    wait(30);
    expect(await serverOf('ada')).toMatchObject({ ready: true });
    expect((await homeVolumes()).map(({ VolumeId }) => VolumeId)).toEqual([before?.VolumeId]);
  });

  it('loses its volume with its user, and its node after ten idle minutes', async () => {
    await installAutoscaler(cluster);
    await openHub();
    await startFor('ada');
    wait(120);
    await hub('DELETE', '/users/ada/server');
    wait(20);
    expect((await hub('DELETE', '/users/ada')).status).toBe(204);
    wait(30);
    expect(await homeVolumes()).toEqual([]);
    const nodes = async () => (await cluster.kubectl('get', 'nodes', '-o', 'name')).stdout.trim().split('\n').length;
    expect(await nodes()).toBe(2);
    wait(700);
    await nodes();
    expect(await nodes()).toBe(1);
  });

  it('is refused with a profile that does not exist', async () => {
    await openHub();
    const message = 'No such profile: gpu. Options include: sar-1';
    expect(await startFor('ada', { profile: 'gpu' })).toEqual({ status: 400, body: { status: 400, message } });
  });

  it('gets credentials through its service account, which must exist', async () => {
    const singleuser = (hubValues() as { singleuser: object }).singleuser;
    await openHub(hubValues({ singleuser: { ...singleuser, serviceAccountName: 'reader' } }));
    expect((await startFor('ada')).status).toBe(202);
    expect((await hub('GET', '/users/ada/server/progress')).body['message']).toBe(
      'Spawn failed: (403) pods "jupyter-ada" is forbidden: error looking up service account jupyter/reader: serviceaccount "reader" not found',
    );
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader', namespace: 'jupyter' } };
    await cluster.kubectl('apply', '-f', cluster.file('account.yaml', account));
    await cluster.account.create('AWS::EKS::PodIdentityAssociation', {
      ClusterName: 'sar-cluster',
      Namespace: 'jupyter',
      ServiceAccount: 'reader',
      RoleArn: 'arn:aws:iam::123456789012:role/reader',
    });
    await startFor('ada');
    const { stdout } = await cluster.kubectl('-n', 'jupyter', 'get', 'pod', 'jupyter-ada', '-o', 'json');
    const { spec } = JSON.parse(stdout) as { spec: { containers: { env: unknown[] }[] } };
    expect(spec).toMatchObject({ serviceAccountName: 'reader', automountServiceAccountToken: true });
    expect(spec.containers[0]?.env).toContainEqual({
      name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      value: 'http://169.254.170.23/v1/credentials',
    });
  });

  it('is given up when no node comes for it, and the hub says why', async () => {
    await openHub(
      hubValues({ singleuser: { ...(hubValues() as { singleuser: object }).singleuser, startTimeout: 60 } }),
    );
    expect((await startFor('bob')).status).toBe(202);
    wait(61);
    expect(await serverOf('bob')).toBeUndefined();
    const { body } = await hub('GET', '/users/bob/server/progress');
    expect(body).toMatchObject({ failed: true, message: expect.stringContaining('did not start in 60 seconds') });
  });

  it('does not start from an image that is not in the registry', async () => {
    await installAutoscaler(cluster);
    const image = `${REGISTRY}/sar-container/sar:old`;
    const profileList = [
      { display_name: 'Old', kubespawner_override: { image, node_selector: { server_type: 'sar' } } },
    ];
    await openHub(hubValues({ singleuser: { storage: { dynamic: { storageClass: 'gp3' } }, profileList } }));
    await startFor('bob', { profile: 'old' });
    wait(200);
    expect(await serverOf('bob')).toMatchObject({ ready: false });
    expect((await cluster.kubectl('-n', 'jupyter', 'get', 'pods')).stdout).toMatch(
      /jupyter-bob +0\/1 +ImagePullBackOff/,
    );
  });

  it('comes of `custom.profiles` where the chart has no list, under an escaped name', async () => {
    await installAutoscaler(cluster);
    const profile = {
      slug: 'sar',
      display_name: 'SAR',
      kubespawner_override: { node_selector: { server_type: 'sar' } },
    };
    const { hub: hubPart } = hubValues() as { hub: { config: object } };
    const config = { ...hubPart.config, KubeSpawner: { slug_scheme: 'escape' } };
    const storage = { dynamic: { storageClass: 'gp3', pvcNameTemplate: 'claim-{username}' } };
    await openHub(
      hubValues({
        hub: { ...hubPart, config },
        singleuser: { storage, profileList: [] },
        custom: { profiles: [profile] },
      }),
    );
    expect((await startFor('lab-smoke', { profile: 'sar' })).status).toBe(202);
    wait(120);
    expect(await serverOf('lab-smoke')).toMatchObject({ ready: true });
    expect((await cluster.kubectl('-n', 'jupyter', 'get', 'pvc', '-o', 'name')).stdout).toContain('claim-lab-2dsmoke');
  });
});

describe('the kernels of a server', () => {
  const { hub: hubPart } = hubValues() as { hub: { loadRoles: { smoke: { scopes: string[] } } } };
  const scopes = [...hubPart.loadRoles.smoke.scopes, 'access:servers!user=ada'];
  const accessible = { ...hubPart, loadRoles: { smoke: { scopes, services: ['smoke'] } } };
  const kernels = (): string => `${base.slice(0, -'/hub'.length)}/user/ada/api/kernels`;
  const make = () => fetch(kernels(), { method: 'POST', headers: { authorization: `token ${token}` } });

  /** What a kernel prints to a cell; undefined when the WebSocket is refused. */
  const run = (id: string, code: string, as = token): Promise<string | undefined> =>
    new Promise((resolve) => {
      const Client = WebSocket as unknown as new (url: string, options: object) => WebSocket;
      const url = `${kernels().replace('http', 'ws')}/${id}/channels`;
      const socket = new Client(url, { headers: { authorization: `token ${as}` } });
      let printed = '';
      socket.onerror = () => resolve(undefined);
      socket.onopen = () =>
        socket.send(JSON.stringify({ header: { msg_id: 'm', msg_type: 'execute_request' }, content: { code } }));
      socket.onmessage = ({ data }) => {
        const { header, content } = JSON.parse(String(data)) as { header: { msg_type: string }; content: object };
        if (header.msg_type === 'stream' && 'text' in content) printed += String(content.text);
        if (header.msg_type === 'error' && 'ename' in content) printed += String(content.ename);
        if (!('execution_state' in content) || content.execution_state !== 'idle') return;
        socket.close();
        resolve(printed);
      };
    });

  it('multiply for who may reach the server, while it runs', async () => {
    await installAutoscaler(cluster);
    await openHub(hubValues({ hub: accessible }));
    expect((await make()).status).toBe(424);
    await startFor('ada');
    wait(120);
    const made = await make();
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect(await run(id, 'print(6*7)')).toBe('42\n');
    expect(await run(id, 'import os')).toBe('NotImplementedError');
    expect(await run('another', 'print(6*7)')).toBeUndefined();
    expect(await run(id, 'print(6*7)', 'nobody')).toBeUndefined();
  });

  it('are closed to who may only start servers', async () => {
    await installAutoscaler(cluster);
    await openHub();
    await startFor('ada');
    wait(120);
    expect((await make()).status).toBe(403);
  });
});

describe('signing in', () => {
  const signIn = (name: string) =>
    hub('POST', `/users/${name}/tokens`, { auth: { username: name, password: 'x' } }, '');
  const login = () => {
    const body = new URLSearchParams({ username: 'eve', password: 'x' });
    return fetch(`${base}/login`, { method: 'POST', body, redirect: 'manual' });
  };

  it('is refused to everybody while the authenticator is `null`', async () => {
    await openHub();
    expect((await signIn('eve')).status).toBe(403);
    expect((await login()).status).toBe(403);
  });

  it('lets anybody in as anybody when no authenticator is configured', async () => {
    const values = hubValues() as { hub: { config?: object } };
    delete values.hub.config;
    await openHub(values);
    const { status, body } = await signIn('eve');
    expect(status).toBe(201);
    const own = String(body['token']);
    expect((await hub('POST', '/users/eve/server', {}, own)).status).toBe(202);
    expect((await hub('GET', '/users/eve', undefined, own)).status).toBe(200);
    expect((await hub('GET', '/users', undefined, own)).status).toBe(403);
    expect((await login()).status).toBe(302);
  });

  it('goes to the provider with an OAuth authenticator', async () => {
    const { hub: hubPart } = hubValues() as { hub: object };
    const provider = {
      authorize_url: 'https://sar.auth.us-west-2.amazoncognito.com/oauth2/authorize',
      client_id: 'c1',
    };
    const config = { JupyterHub: { authenticator_class: 'generic-oauth' }, GenericOAuthenticator: provider };
    await openHub(hubValues({ hub: { ...hubPart, config } }));
    const location = (await login()).headers.get('location');
    expect(location).toBe(`${provider.authorize_url}?response_type=code&client_id=c1`);
    expect((await signIn('eve')).status).toBe(403);
  });
});

it('answers through kubectl port-forward', async () => {
  await openHub();
  const args = ['-n', 'jupyter', 'port-forward', 'svc/proxy-public', ':80'];
  const forward = spawn('kubectl', args, { env: cluster.env, stdio: ['ignore', 'pipe', 'inherit'] });
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
