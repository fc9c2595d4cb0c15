import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addAddons, addCoreNode, type ClusterFixture, openCluster, REGISTRY } from '../cluster-fixture.ts';
import { hubValues, installHub, openHubCluster } from '../jupyterhub-fixture.ts';

let cluster: ClusterFixture;
afterEach(() => cluster.close());

const claimClass = (storageClassName: string | null) => ({ db: { pvc: { storageClassName } } });
const withImage = (tag: string) => ({ image: { name: `${REGISTRY}/sar-container/hub`, tag }, ...claimClass('gp3') });
const get = async (...args: string[]) => (await cluster.kubectl('-n', 'jupyter', 'get', ...args)).stdout;

describe('a hub that is installed', () => {
  beforeEach(async () => {
    cluster = await openHubCluster();
  });
  const uninstall = () => cluster.helm('uninstall', 'jupyter', '-n', 'jupyter', '--wait', '--timeout', '5m');

  it('is refused with a key the chart’s schema does not know', async () => {
    const values = { ...hubValues(), singleuser: { profilelist: [] }, opensarlab: {} };
    expect(await installHub(cluster, values)).toEqual({
      status: 1,
      stdout: '',
      stderr:
        "Error: values don't meet the specifications of the schema(s) in the following chart(s):\njupyterhub:\n" +
        "- at '': additional properties 'opensarlab' not allowed\n" +
        "- at '/singleuser': additional properties 'profilelist' not allowed\n",
    });
    expect((await cluster.helm('status', 'jupyter', '-n', 'jupyter')).stderr).toBe('Error: release: not found\n');
  });

  it('waits in vain for an image that is not in the registry, stays failed, and is repaired by the next upgrade', async () => {
    const before = cluster.account.clock.now();
    const result = await installHub(cluster, hubValues({ hub: withImage('missing') }));
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/^Error: resource Deployment\/jupyter\/hub not ready/);
    expect(result.stderr).toContain('ImagePullBackOff: Failed to pull image');
    expect(result.stderr).toContain('context deadline exceeded');
    expect(cluster.account.clock.now().getTime() - before.getTime()).toBeGreaterThanOrEqual(600_000);
    expect((await cluster.helm('list', '-n', 'jupyter', '-o', 'json')).stdout).toContain('"status":"failed"');
    expect(await get('pods', '-l', 'component=hub')).toContain('ImagePullBackOff');
    expect(await installHub(cluster)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('has been upgraded'),
    });
  });

  it('has its volume, its service and its secret, and keeps its tokens over an upgrade', async () => {
    expect(await installHub(cluster)).toMatchObject({ status: 0, stdout: expect.stringContaining('STATUS: deployed') });
    expect(await get('pvc', 'hub-db-dir', '-o', 'jsonpath={.status.phase}')).toBe('Bound');
    expect(await get('svc', 'proxy-public', '-o', 'jsonpath={.spec.ports[0].nodePort}')).toBe('30052');
    const token = await get('secret', 'hub', '-o', 'jsonpath={.data.hub\\.services\\.smoke\\.apiToken}');
    expect(Buffer.from(token, 'base64').toString()).toMatch(/^[0-9a-f]{64}$/);
    await installHub(cluster);
    expect(await get('secret', 'hub', '-o', 'jsonpath={.data.hub\\.services\\.smoke\\.apiToken}')).toBe(token);
    expect((await cluster.helm('history', 'jupyter', '-n', 'jupyter', '-o', 'json')).stdout).toMatch(
      /superseded.*deployed/,
    );
  });

  it('goes back to an earlier revision, with its values, under a new number', async () => {
    await installHub(cluster);
    cluster.pushImage('sar-container/hub', 'def5678');
    const { hub } = hubValues() as { hub: object };
    const image = { name: `${REGISTRY}/sar-container/hub`, tag: 'def5678' };
    await installHub(cluster, hubValues({ hub: { ...hub, image } }));
    const ofHub = () => get('deployment', 'hub', '-o', 'jsonpath={.spec.template.spec.containers[0].image}');
    expect(await ofHub()).toMatch(/:def5678$/);
    const rollback = (revision: string) => cluster.helm('rollback', 'jupyter', revision, '-n', 'jupyter', '--wait');
    expect(await rollback('1')).toMatchObject({ status: 0, stdout: 'Rollback was a success! Happy Helming!\n' });
    expect(await ofHub()).toMatch(/:abc1234$/);
    expect((await cluster.helm('history', 'jupyter', '-n', 'jupyter', '-o', 'json')).stdout).toMatch(
      /superseded.*superseded.*deployed.*Rollback to 1/,
    );
    expect(await rollback('9')).toMatchObject({ status: 1, stderr: 'Error: release has no 9 version\n' });
  });

  it('takes its claim along when it is uninstalled', async () => {
    await installHub(cluster);
    expect((await uninstall()).stdout).toBe('release "jupyter" uninstalled\n');
    expect(await get('pods', '-o', 'name')).toBe('');
    expect(await get('pvc', '-o', 'name')).toBe('');
    const again = await uninstall();
    expect(again).toMatchObject({
      status: 1,
      stderr: 'Error: uninstall: Release not loaded: jupyter: release: not found\n',
    });
    expect((await cluster.helm('uninstall', 'jupyter', '-n', 'jupyter', '--ignore-not-found')).status).toBe(0);
  });

  it('leaves its claim when the claim says so, and takes it up again', async () => {
    await installHub(cluster);
    await cluster.kubectl('-n', 'jupyter', 'annotate', 'pvc', 'hub-db-dir', 'helm.sh/resource-policy=keep');
    await uninstall();
    const volume = await get('pvc', 'hub-db-dir', '-o', 'jsonpath={.spec.volumeName}');
    await installHub(cluster);
    expect(await get('pvc', 'hub-db-dir', '-o', 'jsonpath={.spec.volumeName}')).toBe(volume);
  });

  it('is undone at once when it is atomic and fails', async () => {
    const missing = hubValues({ hub: withImage('missing') });
    const first = await installHub(cluster, missing, '--atomic');
    expect(first.stderr).toContain('release jupyter failed, and has been uninstalled due to atomic being set');
    await installHub(cluster);
    const second = await installHub(cluster, missing, '--atomic');
    expect(second.stderr).toMatch(
      /^Error: UPGRADE FAILED: release jupyter failed, and has been rolled back due to atomic/,
    );
    expect(await get('deploy', 'hub', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toMatch(
      /hub:abc1234$/,
    );
  });

  it.each([
    [
      'scope',
      { loadRoles: { smoke: { scopes: ['admin:all'], services: ['smoke'] } } },
      "Scope 'admin:all' does not exist",
    ],
    [
      'authenticator',
      { config: { JupyterHub: { authenticator_class: 'cognito' } } },
      'Could not load authenticator class cognito',
    ],
  ])('does not start with a %s that JupyterHub does not have', async (_what, hub, message) => {
    const { stderr } = await installHub(cluster, hubValues({ hub: { ...withImage('abc1234'), ...hub } }));
    expect(stderr).toContain(message);
  });
});

describe('a hub cannot be installed', () => {
  beforeEach(async () => {
    cluster = await openCluster();
    cluster.pushImage('sar-container/hub', 'abc1234');
    await cluster.helm('repo', 'add', 'jupyterhub', 'https://hub.jupyter.org/helm-chart');
  });

  it('where its node has not joined', async () => {
    await addAddons(cluster);
    await addCoreNode(cluster, { joins: false });
    expect((await cluster.kubectl('get', 'nodes')).stderr).toContain('No resources found');
    const result = await installHub(cluster, hubValues({ hub: claimClass('gp2') }));
    expect(result.stderr).toContain('Unschedulable: 0/0 nodes are available');
  });

  it('without a network plugin, because no node is ready', async () => {
    await addCoreNode(cluster);
    expect((await cluster.kubectl('get', 'nodes')).stdout).toContain('NotReady');
    expect((await installHub(cluster, hubValues({ hub: { db: { type: 'sqlite-memory' } } }))).stderr).toContain(
      '0/0 nodes',
    );
  });

  it('into a namespace that is not there, from a repository that is not, or in a version that is not', async () => {
    const install = async (...args: string[]) => (await cluster.helm('install', 'lab', ...args)).stderr;
    expect(await install('jupyterhub/jupyterhub', '-n', 'lab')).toBe(
      'Error: INSTALLATION FAILED: create: failed to create: namespaces "lab" not found\n',
    );
    expect(await install('nobody/jupyterhub')).toBe('Error: repo nobody not found\n');
    expect(await install('jupyterhub/jupyterhub', '--version', '9.9.9')).toContain(
      'no chart version found for jupyterhub-9.9.9',
    );
    expect((await cluster.helm('repo', 'add', 'x', 'https://charts.example.org')).stderr).toContain(
      'is not a valid chart repository or cannot be reached',
    );
  });

  it.each([
    [null, 'no persistent volumes available for this claim and no storage class is set'],
    ['none', 'storageclass.storage.k8s.io "none" not found'],
    ['gp2', "Waiting for a volume to be created either by the external provisioner 'kubernetes.io/aws-ebs'"],
  ])('on a volume of the storage class %s without a driver', async (storageClass, message) => {
    await cluster.account.create('AWS::EKS::Addon', { ClusterName: 'sar-cluster', AddonName: 'vpc-cni' });
    await addCoreNode(cluster);
    expect((await installHub(cluster, hubValues({ hub: claimClass(storageClass) }))).stderr).toContain(message);
  });

  it('by somebody the cluster does not know', async () => {
    const entry = 'arn:aws:iam::123456789012:user/administrator|sar-cluster';
    await cluster.account.remove('AWS::EKS::AccessEntry', entry, { ClusterName: 'sar-cluster' });
    expect(await installHub(cluster)).toMatchObject({
      status: 1,
      stderr: 'Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials\n',
    });
    expect((await cluster.kubectl('get', 'nodes')).stderr).toBe(
      'error: You must be logged in to the server (Unauthorized)\n',
    );
  });
});
