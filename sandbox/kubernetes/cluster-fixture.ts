import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { resourceTypes } from '../aws/catalogue.ts';
import { type AccountFixture, createSteppedClock, openAccount } from '../aws/services/ec2/account-fixture.ts';
import { makeNetwork, type Network } from '../aws/services/ec2/network-fixture.ts';
import { ecrState, findEcrRepository, makeEcrRepository } from '../aws/services/ecr/ecr-state.ts';
import { findCluster } from '../aws/services/eks/eks-state.ts';
import { type AwsSandbox, startAws } from '../aws/start-aws.ts';
import { aws } from '../tools/aws.ts';
import { eksToken } from '../tools/eks-token.ts';
import { helm } from '../tools/helm.ts';
import { kubectl } from '../tools/kubectl.ts';
import type { Tool } from '../tools/run-tool.ts';
import { runInTest, type ToolResult } from '../tools/tool-fixture.ts';

/** An account with an EKS cluster `sar-cluster`, and command lines that are connected to it. */
export type ClusterFixture = {
  sandbox: AwsSandbox;
  account: AccountFixture;
  network: Network;
  /** Scratch folder, where the command lines run. */
  folder: string;
  env: Record<string, string>;
  kubectl(...args: string[]): Promise<ToolResult>;
  helm(...args: string[]): Promise<ToolResult>;
  /** Runs a command line as somebody else. */
  runAs(tool: Tool, env: Record<string, string>, ...args: string[]): Promise<ToolResult>;
  /** Writes a YAML file and gives its path. */
  file(name: string, content: unknown): string;
  /** Puts an image into ECR, as a build would. */
  pushImage(repository: string, tag: string): void;
  close(): Promise<void>;
};

export const REGISTRY = '123456789012.dkr.ecr.us-west-2.amazonaws.com';
const TOOLS = fileURLToPath(new URL('../tools', import.meta.url));

/** Starts the account and makes the cluster; add-ons, nodes and images come by the functions below. */
export async function openCluster(): Promise<ClusterFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-cluster-'));
  const clock = createSteppedClock();
  const sandbox = await startAws({ accountId: '123456789012', clock, folder: join(folder, 'world') });
  const account = openAccount(resourceTypes, { world: sandbox.world, clock });
  const network = await makeNetwork(account);
  await makeCluster(account, network);
  const env = {
    HOME: folder,
    PATH: [TOOLS, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    AWS_REGION: account.region,
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: sandbox.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandbox.administrator.secretAccessKey,
    KUBECONFIG: join(folder, 'kubeconfig'),
  };
  const run = (tool: Tool, more: Record<string, string>, args: string[]) =>
    runInTest(tool, args, { env: { ...env, ...more }, folder });
  await run(aws, { KUBECONFIG: join(folder, EXEC_KUBECONFIG) }, ['eks', 'update-kubeconfig', '--name', 'sar-cluster']);
  writeFileSync(env.KUBECONFIG, stringify(kubeconfig(sandbox, account)));
  return {
    ...{ sandbox, account, network, folder, env },
    kubectl: (...args) => run(kubectl, {}, args),
    helm: (...args) => run(helm, {}, args),
    runAs: (tool, more, ...args) => run(tool, more, args),
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : stringify(content));
      return path;
    },
    pushImage: (repository, tag) => pushImage(account, repository, tag),
    async close() {
      account.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The file that `aws eks update-kubeconfig` wrote; its entry runs `aws`, which takes a process per command. */
export const EXEC_KUBECONFIG = 'exec-kubeconfig';

/** A kubeconfig with the administrator's token in it. */
function kubeconfig({ administrator }: AwsSandbox, { world, region }: AccountFixture): object {
  const { endpoint } = findCluster(world, region, 'sar-cluster');
  const token = eksToken({ cluster: 'sar-cluster', region, credentials: administrator, now: new Date() });
  return {
    'current-context': 'sar',
    clusters: [{ name: 'sar', cluster: { server: endpoint } }],
    contexts: [{ name: 'sar', context: { cluster: 'sar', user: 'administrator' } }],
    users: [{ name: 'administrator', user: { token } }],
  };
}

async function makeCluster(account: AccountFixture, network: Network): Promise<void> {
  await account.create('AWS::EKS::Cluster', {
    Name: 'sar-cluster',
    Version: '1.36',
    RoleArn: 'arn:aws:iam::123456789012:role/cluster',
    AccessConfig: { AuthenticationMode: 'API' },
    BootstrapSelfManagedAddons: false,
    ResourcesVpcConfig: { SubnetIds: network.privateSubnets },
  });
  await account.create('AWS::EKS::AccessEntry', {
    ClusterName: 'sar-cluster',
    PrincipalArn: 'arn:aws:iam::123456789012:user/administrator',
    AccessPolicies: [
      {
        PolicyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
        AccessScope: { Type: 'cluster' },
      },
    ],
  });
}

/** Adds the add-ons that a cluster with volumes needs; cost tags go to the volumes. */
export async function addAddons({ account }: ClusterFixture): Promise<void> {
  const add = (AddonName: string, more: object = {}) =>
    account.create('AWS::EKS::Addon', { ClusterName: 'sar-cluster', AddonName, ...more });
  await add('vpc-cni');
  await add('eks-pod-identity-agent');
  await add('aws-ebs-csi-driver', {
    PodIdentityAssociations: [
      { ServiceAccount: 'ebs-csi-controller-sa', RoleArn: 'arn:aws:iam::123456789012:role/csi' },
    ],
    ConfigurationValues: '{"controller":{"extraVolumeTags":{"osl-billing":"sar"}}}',
  });
}

/** A node that joins by its user data, in a group of its own, as the hub's node does. */
export async function addCoreNode(
  { account, network }: ClusterFixture,
  options: { joins: boolean } = { joins: true },
): Promise<string> {
  const profileArn = await makeNodeRole(account, options.joins);
  const template = await account.create('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: {
      ImageId: 'ami-0123456789abcdef0',
      InstanceType: 't3a.xlarge',
      IamInstanceProfile: { Arn: profileArn },
      UserData: Buffer.from(nodeConfig('sar-cluster', 'hub.jupyter.org/node-purpose=core')).toString('base64'),
    },
  });
  const group = await account.create('AWS::AutoScaling::AutoScalingGroup', {
    MinSize: '1',
    MaxSize: '1',
    VPCZoneIdentifier: [network.privateSubnets[0]],
    LaunchTemplate: { LaunchTemplateId: template.physicalId, Version: template.attributes['LatestVersionNumber'] },
  });
  account.clock.advance(90);
  return group.physicalId;
}

/** A role for nodes, which may join only with an access entry; gives its instance profile. */
async function makeNodeRole(account: AccountFixture, mayJoin: boolean): Promise<unknown> {
  const statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = { Version: '2012-10-17', Statement: [statement] };
  const role = await account.create('AWS::IAM::Role', { RoleName: 'core', Path: '/lab/', AssumeRolePolicyDocument });
  const profile = await account.create('AWS::IAM::InstanceProfile', { InstanceProfileName: 'core', Roles: ['core'] });
  const entry = { ClusterName: 'sar-cluster', PrincipalArn: role.attributes['Arn'], Type: 'EC2_LINUX' };
  if (mayJoin) await account.create('AWS::EKS::AccessEntry', entry);
  return profile.attributes['Arn'];
}

/** User data as nodeadm reads it: MIME with one part for it. */
const nodeConfig = (cluster: string, labels: string): string =>
  [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="nodeadm"',
    '',
    '--nodeadm',
    'Content-Type: application/node.eks.aws',
    '',
    stringify({
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      spec: {
        cluster: { name: cluster, apiServerEndpoint: 'https://x', certificateAuthority: 'Q0E=', cidr: '172.20.0.0/16' },
        kubelet: { flags: [`--node-labels=${labels}`] },
      },
    }),
    '--nodeadm--',
  ].join('\n');

/** A managed node group for users' servers that starts with no node. */
export const addUserNodes = ({ account, network }: ClusterFixture, Labels: Record<string, string>) =>
  account.create(
    'AWS::EKS::Nodegroup',
    {
      ClusterName: 'sar-cluster',
      NodeRole: 'arn:aws:iam::123456789012:role/node',
      Subnets: [network.privateSubnets[0]],
      InstanceTypes: ['m6a.xlarge'],
      ScalingConfig: { MinSize: 0, DesiredSize: 0, MaxSize: 2 },
      Labels,
    },
    'UserNodes',
  );

function pushImage({ world, region }: AccountFixture, name: string, tag: string): void {
  const exists = world.state(ecrState, region).repositories.has(name);
  const repository = exists ? findEcrRepository(world, region, name) : makeEcrRepository(world, region, name);
  const digest = `sha256:${Buffer.from(`${name}:${tag}`).toString('hex').padEnd(64, '0').slice(0, 64)}`;
  repository.images.set(digest, {
    ...{ digest, manifest: '{}', mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 1 },
    ...{ tags: new Set([tag]), pushedAt: world.clock.now(), lastPull: undefined },
  });
}
