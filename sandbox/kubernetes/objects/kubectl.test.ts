import { join } from 'node:path';
import type { DescribeVolumesResult } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ec2Service } from '../../aws/services/ec2/ec2-service.ts';
import { createRoleSession } from '../../aws/signature/credential-store.ts';
import { kubectl } from '../../tools/kubectl.ts';
import { addAddons, addCoreNode, type ClusterFixture, EXEC_KUBECONFIG, openCluster } from '../cluster-fixture.ts';
import { STORAGE_CLASS } from '../jupyterhub-fixture.ts';

let cluster: ClusterFixture;
beforeEach(async () => {
  cluster = await openCluster();
});
afterEach(() => cluster.close());

const claim = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gp3', resources: { requests: { storage: '5Gi' } } },
});
const deployment = (name: string, claimName: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name, image: 'public.ecr.aws/nginx/nginx:stable' }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
      },
    },
  },
});
const apply = (...manifests: object[]) =>
  cluster.kubectl('apply', '-f', cluster.file('m.json', manifests.map((each) => JSON.stringify(each)).join('\n---\n')));

describe('apply', () => {
  it('creates, changes and leaves alone', async () => {
    const map = (value: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { value },
    });
    expect((await apply(map('1'))).stdout).toBe('configmap/settings created\n');
    expect((await apply(map('1'))).stdout).toBe('configmap/settings unchanged\n');
    expect((await apply(map('2'))).stdout).toBe('configmap/settings configured\n');
    expect((await cluster.kubectl('get', 'cm/settings', '-o', 'jsonpath={.data.value}')).stdout).toBe('2');
  });

  it('refuses a kind that the cluster does not know, and then changes nothing', async () => {
    const good = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab' } };
    const bad = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'users' } };
    const { status, stderr } = await apply(good, bad);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: resource mapping not found for name: "users" namespace: "" from ".*m\.json": no matches/,
    );
    expect((await cluster.kubectl('get', 'ns', 'lab')).stderr).toBe(
      'Error from server (NotFound): namespaces "lab" not found\n',
    );
  });

  it('refuses an API version that is gone', async () => {
    const { stderr } = await apply({
      apiVersion: 'policy/v1beta1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'hub' },
    });
    expect(stderr).toContain('no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"');
  });

  it('needs the namespace', async () => {
    const { stderr } = await apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'none' } });
    expect(stderr).toBe('Error from server (NotFound): namespaces "none" not found\n');
  });

  it('takes what `create --dry-run=client -o yaml` prints', async () => {
    const args = ['create', 'secret', 'generic', 'token', '--from-literal', 'a=b=c', '--dry-run=client', '-o', 'yaml'];
    const { stdout } = await cluster.kubectl(...args);
    const path = cluster.file('secret.yaml', stdout);
    expect((await cluster.kubectl('apply', '-f', path)).stdout).toBe('secret/token created\n');
    expect((await cluster.kubectl('get', 'secret', 'token', '-o', 'jsonpath={.data.a}')).stdout).toBe(btoa('b=c'));
    const again = await cluster.kubectl('create', '-f', path);
    expect(again.stderr).toBe('Error from server (AlreadyExists): secrets "token" already exists\n');
  });

  it('gives a node port to one service only', async () => {
    const service = (name: string, nodePort: number) => ({
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort }] },
    });
    await apply(service('one', 30052));
    expect((await apply(service('two', 30052))).stderr).toContain('provided port is already allocated');
    expect((await apply(service('two', 80))).stderr).toContain('The range of valid ports is 30000-32767');
  });
});

describe('a volume', () => {
  const volumes = async () => {
    const { Volumes = [] } = await cluster.account.call<DescribeVolumesResult>(ec2Service, 'DescribeVolumes', {
      Filters: [{ Name: 'tag:kubernetes.io/created-for/pvc/name', Values: ['data'] }],
    });
    return Volumes.map(({ State }) => State);
  };
  beforeEach(async () => {
    await addAddons(cluster);
    await addCoreNode(cluster);
  });

  it('is made when a pod needs it, stays in use while the pod does, and goes with its claim', async () => {
    await apply(STORAGE_CLASS, claim('data'));
    expect((await cluster.kubectl('get', 'pvc', 'data', '-o', 'jsonpath={.status.phase}')).stdout).toBe('Pending');
    expect(await volumes()).toEqual([]);
    await apply(deployment('web', 'data'));
    expect((await cluster.kubectl('rollout', 'status', 'deployment/web', '--timeout=2m')).stdout).toBe(
      'deployment "web" successfully rolled out\n',
    );
    expect(await volumes()).toEqual(['in-use']);
    const refused = await cluster.kubectl('delete', 'pvc', 'data', '--timeout=30s');
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('timed out waiting for the condition'),
    });
    expect(await volumes()).toEqual(['in-use']);
    await cluster.kubectl('delete', 'deployment', 'web');
    await cluster.kubectl('wait', 'pvc/data', '--for=delete', '--timeout=60s');
    expect(await volumes()).toEqual(['in-use']);
    cluster.account.clock.advance(15);
    expect(await volumes()).toEqual(['deleting']);
    cluster.account.clock.advance(30);
    expect(await volumes()).toEqual([]);
  });

  it('is detached when the deployment has no pods, and kept with the policy Retain', async () => {
    await apply({ ...STORAGE_CLASS, reclaimPolicy: 'Retain' }, claim('data'), deployment('web', 'data'));
    await cluster.kubectl('rollout', 'status', 'deploy/web');
    expect((await cluster.kubectl('scale', 'deploy/web', '--replicas=0')).stdout).toBe('deployment.apps/web scaled\n');
    cluster.account.clock.advance(10);
    expect(await volumes()).toEqual(['available']);
    expect((await cluster.kubectl('delete', 'pvc', '--all')).stdout).toBe('persistentvolumeclaim "data" deleted\n');
    expect(await volumes()).toEqual(['available']);
  });
});

describe('get and delete', () => {
  it('print names, tables, lists and paths', async () => {
    const labels = { app: 'lab' };
    const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } });
    await apply(map('one'), map('two'));
    const get = async (...args: string[]) => (await cluster.kubectl('get', 'configmaps', ...args)).stdout;
    expect(await get('-l', 'app=lab', '-o', 'name')).toBe('configmap/one\nconfigmap/two\n');
    expect(await get('-l', 'app!=lab', '-o', 'name')).toBe('');
    expect(await get('-A', '--no-headers')).toMatch(/^default +one +\S+\ndefault +two +\S+\n$/);
    expect(await get('-o', 'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}')).toBe('one\ntwo\n');
    expect(await get('-o', 'jsonpath={.items[?(@.metadata.name=="two")].metadata.labels.app}')).toBe('lab');
    expect((await cluster.kubectl('delete', 'cm', 'one')).stdout).toBe('configmap "one" deleted\n');
    expect((await cluster.kubectl('delete', 'cm', 'one')).status).toBe(1);
    expect((await cluster.kubectl('delete', 'cm', 'one', '--ignore-not-found')).status).toBe(0);
  });

  it.each([
    [['get', 'nodepools'], 'error: the server doesn\'t have a resource type "nodepools"\n'],
    [['delete', 'pvc'], 'error: resource(s) were provided, but no name was specified\n'],
    [
      ['get', 'pods', '-o', 'table'],
      expect.stringContaining('unable to match a printer suitable for the output format "table"'),
    ],
    [['exec', 'deploy/hub'], expect.stringContaining('unknown command "exec" for "kubectl"')],
    [['get', 'pods', '--watch'], expect.stringContaining('error: unknown flag: --watch')],
  ])('refuse %j', async (args, stderr) => {
    expect(await cluster.kubectl(...args)).toEqual({ status: 1, stdout: '', stderr });
  });
});

describe('access', () => {
  const asRole = (name: string): Record<string, string> => {
    const key = createRoleSession(
      cluster.account.world,
      { name, id: 'AROAEXAMPLE' },
      { name: 'session', seconds: 900 },
    );
    return {
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
      AWS_SESSION_TOKEN: key.sessionToken,
      KUBECONFIG: join(cluster.folder, EXEC_KUBECONFIG),
    };
  };
  const grant = (policy: string, scope: object) =>
    cluster.account.create('AWS::EKS::AccessEntry', {
      ClusterName: 'sar-cluster',
      PrincipalArn: 'arn:aws:iam::123456789012:role/reader',
      AccessPolicies: [{ PolicyArn: `arn:aws:eks::aws:cluster-access-policy/${policy}`, AccessScope: scope }],
    });

  it('is for those only whom an entry names', async () => {
    const result = await cluster.runAs(kubectl, asRole('reader'), 'get', 'pods');
    expect(result).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: You must be logged in to the server (Unauthorized)\n',
    });
  });

  it('ends where the entry’s policy does', async () => {
    await grant('AmazonEKSViewPolicy', { Type: 'namespace', Namespaces: ['default'] });
    const run = (...args: string[]) => cluster.runAs(kubectl, asRole('reader'), ...args);
    expect((await run('get', 'pods')).status).toBe(0);
    expect((await run('get', 'secrets')).stderr).toBe(
      'Error from server (Forbidden): secrets is forbidden: User "arn:aws:sts::123456789012:assumed-role/reader/session" ' +
        'cannot list resource "secrets" in API group "" in the namespace "default"\n',
    );
    expect((await run('-n', 'kube-system', 'get', 'pods')).stderr).toContain('Forbidden');
    expect((await run('delete', 'pvc', '--all')).stderr).toContain('cannot delete resource "persistentvolumeclaims"');
  });

  it('needs a cluster in the kubeconfig', async () => {
    const result = await cluster.runAs(kubectl, { KUBECONFIG: '/nonexistent' }, 'get', 'pods');
    expect(result.stderr).toContain('The connection to the server localhost:8080 was refused');
  });
});
