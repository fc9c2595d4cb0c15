import { DescribeListenersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { catalogueSources, repositoryText } from '../fixtures/example-deployment.ts';
import {
  type Change,
  type ChangeScene,
  declaration,
  importCertificate,
  losses,
  lost,
  openChangeScene,
  type Replacement,
} from './change-scene.ts';

let scene: ChangeScene;

beforeAll(async () => {
  scene = await openChangeScene();
});
afterEach(() => scene.restore());
afterAll(() => scene.close());

/** Every change here leaves every resource what it is. */
async function change(...replacements: readonly Replacement[]): Promise<Change> {
  const changed = await scene.changeTo(...replacements);
  expect(losses(changed.plan)).toEqual([]);
  expect(lost(changed)).toEqual([]);
  return changed;
}

it('another certificate is put into the listener', async () => {
  const arn = importCertificate(scene.account);
  const text = declaration(scene.account).replace(/certificate_arn: \S+/, `certificate_arn: ${arn}`);
  const changed = await scene.change({ text });
  expect(changed.changes).toEqual({ 'cluster/HttpsListener': 'Modify' });
  expect(lost(changed)).toEqual([]);
  const client = new ElasticLoadBalancingV2Client(scene.account.settings);
  const ListenerArns = [changed.after.get('cluster/HttpsListener') ?? ''];
  const { Listeners } = await client.send(new DescribeListenersCommand({ ListenerArns }));
  expect(Listeners?.[0]?.Certificates?.map(({ CertificateArn }) => CertificateArn)).toEqual([arn]);
});

it('a certificate of the stack’s own takes the place of a given one', async () => {
  scene.account.sandbox.setup.createHostedZone('Z0123456789ABCDEFGHIJ', 'opensarlab.example.org');
  const { changes } = await change(
    ['  certificate_arn: ', '  # certificate_arn: '],
    ['# hosted_zone_id:', 'hosted_zone_id:'],
  );
  expect(changes).toEqual({
    'cluster/Certificate': 'Add',
    'cluster/HttpsListener': 'Modify',
    'jupyterhub/HubRecord': 'Add',
  });
});

it('another key of the cost tag is a change of machines and of tags, which EKS does not take at once', async () => {
  const another = { text: declaration(scene.account, ['cost_tag_key: osl-billing', 'cost_tag_key: other']) };
  const plan = await scene.plan(another);
  expect(plan.stacks.find(({ kind }) => kind === 'cluster')).toMatchObject({
    action: 'blocked',
    detail: expect.stringContaining('NodeGroupSar1 (LaunchTemplate, Tags)'),
  });
});

it('expiry, owner and budget change no stack', async () => {
  const { changes } = await change(['# expires:', 'expires:'], ['# owner:', 'owner:'], ['# budget:', 'budget:']);
  expect(changes).toEqual({});
});

it('protection is switched on and off in place', async () => {
  const { cloudFormation } = scene.account.connect();
  const on = await change(['protected: false', 'protected: true']);
  expect(on.changes).toMatchObject({ 'cluster/Cluster': 'Modify', 'cluster/LoadBalancer': 'Modify' });
  expect(on.plan.destructive).toEqual([]);
  expect(await cloudFormation.findStack('example-cluster')).toMatchObject({ terminationProtection: true });
  const off = await change();
  expect(off.plan.destructive).toEqual([]);
  expect(await cloudFormation.findStack('example-cluster')).toMatchObject({ terminationProtection: false });
});

it('an image more is a repository more', async () => {
  const profile = `
  - name: GDAL
    description: Only GDAL
    image_name: gdal
    image_tag: latest
    node_name: small
    storage_capacity: 1Gi

# Permissions in AWS that servers`;
  const { changes, plan } = await change(['\n# Permissions in AWS that servers', profile]);
  expect(changes).toEqual({
    'container/ImageRepositoryGdal': 'Add',
    'cognito/GroupGDALa86c29': 'Add',
    'cognito/AdministratorGDALa86c29': 'Add',
    // The role of image builds names each repository that they may write; what refers to the role may change with it.
    'container/ImagesRole': 'Modify',
    'container/ImagesProject': 'Modify',
    'container/PipelineRole': 'Modify',
    'container/Pipeline': 'Modify',
  });
  expect(plan.destructive).toEqual([]);
});

it('another retention of logs is set in place', async () => {
  const shorter = repositoryText('cluster/cloudformation/cluster.yaml').replace('Default: 365', 'Default: 90');
  const templates = { ...catalogueSources().templates, cluster: shorter };
  const changed = await scene.change({ text: declaration(scene.account), sources: { templates } });
  expect(changed.changes).toEqual({ 'cluster/ControlPlaneLogGroup': 'Modify' });
  expect(lost(changed)).toEqual([]);
});

it('keeping logs or not is decided in place', async () => {
  const { changes, plan } = await change(['logs: true', 'logs: false']);
  expect(changes).toMatchObject({ 'container/ImagesLogGroup': 'Modify', 'cluster/ControlPlaneLogGroup': 'Modify' });
  expect(plan.destructive).toEqual([]);
});

it('who may reach the Kubernetes API is set in place', async () => {
  const { changes, plan } = await change(['# eks_public_access_cidrs:', 'eks_public_access_cidrs:']);
  expect(changes).toMatchObject({ 'cluster/Cluster': 'Modify' });
  expect(plan.destructive).toEqual([]);
});
