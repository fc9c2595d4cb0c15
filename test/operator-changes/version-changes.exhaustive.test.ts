import { DescribeAddonCommand, DescribeNodegroupCommand, EKSClient, ListNodegroupsCommand } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryText } from '../fixtures/example-deployment.ts';
import { type ChangeScene, declaration, losses, lost, openChangeScene } from './change-scene.ts';

let scene: ChangeScene;

beforeAll(async () => {
  scene = await openChangeScene({ sources: versions('1.34') });
});
afterAll(() => scene.close());

function versions(kubernetes: string) {
  const text = repositoryText('cluster/versions.yaml');
  return { versions: text.replace(/(kubernetes:\s+version: )"[^"]*"/, `$1"${kubernetes}"`) };
}

const upgradeTo = (kubernetes: string) => ({ text: declaration(scene.account), sources: versions(kubernetes) });

it('two minor versions at once are refused before anything is asked of EKS', async () => {
  const plan = await scene.plan(upgradeTo('1.36'));
  const message =
    'The cluster of example-cluster cannot go from Kubernetes 1.34 to 1.36: EKS takes one minor version at a time.';
  expect(plan.stacks.find(({ kind }) => kind === 'cluster')).toMatchObject({
    action: 'blocked',
    detail: `${message} Put 1.35 into cluster/versions.yaml first, deploy, and go on from there.`,
  });
  await expect(scene.change(upgradeTo('1.36'))).rejects.toThrow(message);
  expect((await scene.plan(upgradeTo('1.34'))).stacks.map(({ action }) => action)).toEqual(Array(5).fill('unchanged'));
});

it('one minor version and other sizes are two changes of a node group, which EKS does not take at once', async () => {
  const text = declaration(scene.account, ['max_number: 20', 'max_number: 30']);
  const both = { text, sources: versions('1.35') };
  const cluster = (await scene.plan(both)).stacks.find(({ kind }) => kind === 'cluster');
  expect(cluster?.action).toBe('blocked');
  expect(cluster?.detail).toContain('NodeGroupSar1 (ScalingConfig, Version)');
  // What is blocked is part of no plan, so that no deployment may do it.
  await expect(scene.change(both)).rejects.toThrow('no merged plan contains this');
  expect((await scene.plan(upgradeTo('1.34'))).stacks.map(({ action }) => action)).toEqual(Array(5).fill('unchanged'));
});

it('one minor version goes through cluster, add-ons and nodes in this order, all in place', async () => {
  const changed = await scene.change(upgradeTo('1.35'));
  expect(changed.plan.destructive).toEqual([]);
  expect(losses(changed.plan)).toEqual([]);
  expect(changed.changes).toEqual({
    'cluster/Cluster': 'Modify',
    'cluster/KubeProxyAddon': 'Modify',
    'cluster/CoreNodeLaunchTemplate': 'Modify',
    'cluster/CoreNode': 'Modify',
    'cluster/NodeGroupSmall': 'Modify',
    'cluster/NodeGroupSar1': 'Modify',
  });
  expect(lost(changed)).toEqual([]);
  const events = await scene.events('cluster');
  const time = (logicalId: string, status: string): number =>
    events.find((event) => event.logicalId === logicalId && event.status === status)?.at.getTime() ?? Number.NaN;
  const ready = time('Cluster', 'UPDATE_COMPLETE');
  for (const follower of ['KubeProxyAddon', 'CoreNodeLaunchTemplate', 'CoreNode', 'NodeGroupSmall', 'NodeGroupSar1']) {
    expect(time(follower, 'UPDATE_IN_PROGRESS'), follower).toBeGreaterThanOrEqual(ready);
  }
});

it('afterwards machines and add-ons have the version, and a further deployment changes nothing', async () => {
  const eks = new EKSClient(scene.account.settings);
  const cluster = { clusterName: 'example-cluster' };
  const { nodegroups = [] } = await eks.send(new ListNodegroupsCommand(cluster));
  for (const nodegroupName of nodegroups) {
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ ...cluster, nodegroupName }));
    expect(nodegroup?.version, nodegroupName).toBe('1.35');
  }
  const { addon } = await eks.send(new DescribeAddonCommand({ ...cluster, addonName: 'kube-proxy' }));
  expect(addon?.addonVersion).toMatch(/^v1\.35\./);
  const again = await scene.plan(upgradeTo('1.35'));
  expect(again.stacks.map(({ action }) => action)).toEqual(Array(5).fill('unchanged'));
});

it('there is no way back', async () => {
  const plan = await scene.plan(upgradeTo('1.34'));
  expect(plan.stacks.find(({ kind }) => kind === 'cluster')?.detail).toContain('EKS never goes back');
});
