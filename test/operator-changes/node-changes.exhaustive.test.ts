import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Change, type ChangeScene, losses, lost, openChangeScene, type Replacement } from './change-scene.ts';

let scene: ChangeScene;

beforeAll(async () => {
  scene = await openChangeScene();
});
afterEach(() => scene.restore());
afterAll(() => scene.close());

/** Every change here leaves what lasts, in the plan and in the account. */
async function change(...replacements: readonly Replacement[]): Promise<Change> {
  const changed = await scene.changeTo(...replacements);
  expect(losses(changed.plan)).toEqual([]);
  return changed;
}

/** Ids of the machines of the hub's group. */
async function hubMachines({ after }: Change): Promise<(string | undefined)[]> {
  const client = new AutoScalingClient(scene.account.settings);
  const names = [after.get('cluster/CoreNode') ?? ''];
  const { AutoScalingGroups } = await client.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: names }),
  );
  return (AutoScalingGroups?.[0]?.Instances ?? []).map(({ InstanceId }) => InstanceId);
}

async function nodeTypes(): Promise<Record<string, string[] | undefined>> {
  const eks = new EKSClient(scene.account.settings);
  const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand({ clusterName: 'example-cluster' }));
  const found = nodegroups.map(async (nodegroupName) => {
    const { nodegroup } = await eks.send(
      new DescribeNodegroupCommand({ clusterName: 'example-cluster', nodegroupName }),
    );
    return [nodegroup?.labels?.server_type ?? '', nodegroup?.instanceTypes] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

const anotherNode = `
  - name: gpu
    instance: g5.xlarge
    min_number: 0
    max_number: 2
    node_policy: user

profiles:`;

it('other instance types make the node group anew, beside the old one, and nothing else', async () => {
  const changed = await change(['m6a.2xlarge, m5a.2xlarge', 'm6i.2xlarge']);
  expect(changed.changes).toEqual({ 'cluster/NodeGroupSar1': 'Replace' });
  expect(lost(changed)).toEqual(['cluster/NodeGroupSar1']);
  expect(await nodeTypes()).toEqual({ small: ['m6a.large', 'm5a.large'], sar1: ['m6i.2xlarge'] });
});

it('spot machines make the node group anew', async () => {
  const changed = await change(['# is_spot: true ', 'is_spot: true ']);
  expect(changed.changes).toEqual({ 'cluster/NodeGroupSar1': 'Replace' });
});

it('another number of machines is set in place, and those that run go on', async () => {
  const { after } = await change();
  const [clusterName, nodegroupName] = (after.get('cluster/NodeGroupSar1') ?? '').split('/');
  const eks = new EKSClient(scene.account.settings);
  const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
  const AutoScalingGroupName = nodegroup?.resources?.autoScalingGroups?.[0]?.name;
  const scaling = new AutoScalingClient(scene.account.settings);
  await scaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }));
  const changed = await change(['max_number: 20', 'max_number: 30']);
  const now = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
  expect(now.nodegroup?.scalingConfig).toEqual({ minSize: 0, maxSize: 30, desiredSize: 3 });
  expect(changed.changes).toEqual({ 'cluster/NodeGroupSar1': 'Modify' });
  expect(lost(changed)).toEqual([]);
});

it('a node type is added and removed without touching the others', async () => {
  const added = await change(['\nprofiles:', anotherNode]);
  expect(added.changes).toEqual({ 'cluster/LaunchTemplateGpu': 'Add', 'cluster/NodeGroupGpu': 'Add' });
  expect(lost(added)).toEqual([]);
  expect(await nodeTypes()).toMatchObject({ gpu: ['g5.xlarge'] });
  const removed = await change();
  expect(removed.changes).toEqual({ 'cluster/LaunchTemplateGpu': 'Remove', 'cluster/NodeGroupGpu': 'Remove' });
  expect(lost(removed)).toEqual(['cluster/LaunchTemplateGpu', 'cluster/NodeGroupGpu']);
});

it('a larger root volume is a new version of the launch template, and machines are exchanged one by one', async () => {
  const changed = await change(['root_volume_size: 100', 'root_volume_size: 200']);
  expect(changed.changes).toEqual({ 'cluster/LaunchTemplateSar1': 'Modify', 'cluster/NodeGroupSar1': 'Modify' });
  expect(lost(changed)).toEqual([]);
});

it('another machine for the hub takes the place of the old one in the same group', async () => {
  const before = await hubMachines(await change());
  const changed = await change(['t3a.xlarge, t3.xlarge', 'm6a.xlarge, t3.xlarge']);
  expect(changed.changes).toEqual({ 'cluster/CoreNodeLaunchTemplate': 'Modify', 'cluster/CoreNode': 'Modify' });
  expect(lost(changed)).toEqual([]);
  const after = await hubMachines(changed);
  expect([before.length, after.length]).toEqual([1, 1]);
  expect(after).not.toEqual(before);
});

it('another second choice for the hub’s machine leaves the one that runs', async () => {
  const before = await hubMachines(await change());
  const changed = await change(['t3a.xlarge, t3.xlarge', 't3a.xlarge, m6a.xlarge']);
  expect(changed.changes).toEqual({ 'cluster/CoreNode': 'Modify' });
  expect(await hubMachines(changed)).toEqual(before);
});

it('a larger root volume for the hub does the same', async () => {
  const before = await hubMachines(await change());
  const changed = await change(['is_hub: true', 'is_hub: true\n    root_volume_size: 80']);
  expect(changed.changes).toEqual({ 'cluster/CoreNodeLaunchTemplate': 'Modify', 'cluster/CoreNode': 'Modify' });
  expect(lost(changed)).toEqual([]);
  expect(await hubMachines(changed)).not.toEqual(before);
});

it('a change of everything else leaves the hub’s machine alone', async () => {
  const before = await hubMachines(await change());
  const changed = await change(
    ['m6a.2xlarge, m5a.2xlarge', 'm6i.2xlarge'],
    ['\nprofiles:', anotherNode],
    ['protected: false', 'protected: true'],
  );
  // The template says where the cluster is, and CloudFormation cannot tell that this stays.
  expect(changed.changes).toMatchObject({ 'cluster/Cluster': 'Modify', 'cluster/CoreNode': 'Modify' });
  expect(await hubMachines(changed)).toEqual(before);
});

it('nodes move from private to public subnets and back, and never lack a way out', async () => {
  const moved = await change(['nodes: private ', 'nodes: public ']);
  expect(moved.changes).toEqual({
    'cluster/PublicSubnet': 'Modify',
    'cluster/CoreNode': 'Modify',
    'cluster/NodeGroupSmall': 'Replace',
    'cluster/NodeGroupSar1': 'Replace',
    'cluster/NatAddress': 'Remove',
    'cluster/NatGateway': 'Remove',
    'cluster/PrivateRoute': 'Remove',
  });
  const back = await change();
  expect(back.changes).toMatchObject({ 'cluster/NatGateway': 'Add', 'cluster/PrivateRoute': 'Add' });
  const times = new Map(
    (await scene.events('cluster')).map(({ logicalId, status, at }) => [`${logicalId} ${status}`, at.getTime()]),
  );
  const route = times.get('PrivateRoute CREATE_COMPLETE') ?? Number.NaN;
  for (const nodes of ['CoreNode', 'NodeGroupSmall', 'NodeGroupSar1']) {
    expect(times.get(`${nodes} UPDATE_IN_PROGRESS`), nodes).toBeGreaterThanOrEqual(route);
  }
});
