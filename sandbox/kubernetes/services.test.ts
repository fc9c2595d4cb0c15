import { afterEach, beforeEach, expect, it } from 'vitest';
import { refusalOf } from '../aws/services/ec2/account-fixture.ts';
import { ec2State } from '../aws/services/ec2/ec2-state.ts';
import { answersOn } from '../aws/services/ec2/instance-ports.ts';
import { addAddons, addCoreNode, type ClusterFixture, openCluster } from './cluster-fixture.ts';

let cluster: ClusterFixture;
beforeEach(async () => {
  cluster = await openCluster();
});
afterEach(() => cluster.close());

const service = (spec: object) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
const apply = (content: string) => cluster.kubectl('apply', '-f', cluster.file('m.json', content));

it('a service of type LoadBalancer leaves a load balancer that keeps the subnets until the service goes', async () => {
  await apply(service({ type: 'LoadBalancer', ports: [{ port: 80 }] }));
  const groups = () =>
    [...ec2State(cluster.account.world, cluster.account.region)['security-group'].values()].map(({ name }) => name);
  const [subnet = ''] = cluster.network.privateSubnets;
  expect(groups()).toContainEqual(expect.stringMatching(/^k8s-elb-a[0-9a-f]{32}$/));
  await cluster.kubectl('delete', 'svc', 'web');
  cluster.account.clock.advance(30);
  expect(groups()).not.toContainEqual(expect.stringMatching(/^k8s-elb-/));
  await cluster.account.remove('AWS::EKS::Cluster', 'sar-cluster');
  await cluster.account.remove('AWS::EC2::Subnet', subnet);
});

it('a service of type LoadBalancer that is forgotten blocks the network for good', async () => {
  await apply(service({ type: 'LoadBalancer', ports: [{ port: 80 }] }));
  await cluster.account.remove('AWS::EKS::Cluster', 'sar-cluster');
  const [subnet = ''] = cluster.network.privateSubnets;
  cluster.account.clock.advance(86_400);
  expect((await refusalOf(cluster.account.remove('AWS::EC2::Subnet', subnet))).code).toBe('DependencyViolation');
});

it('nodes answer on a node port while a ready pod is behind it', async () => {
  await addAddons(cluster);
  await addCoreNode(cluster);
  const { world, region } = cluster.account;
  const [instance] = ec2State(world, region).instance.values();
  const answers = () => answersOn(world, region, instance?.id ?? '', 30080);
  await apply(service({ type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30080 }] }));
  expect(answers()).toBe(false);
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx' }] } };
  const spec = { selector: { matchLabels: { app: 'web' } }, template };
  await apply(JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec }));
  await cluster.kubectl('rollout', 'status', 'deploy/web');
  expect(answers()).toBe(true);
  await cluster.kubectl('scale', 'deploy/web', '--replicas=0');
  expect(answers()).toBe(false);
});
