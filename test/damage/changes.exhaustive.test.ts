import { DetachRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { nothing, presenceReader } from '../../actions/lib/stack-operations/stack-presence.ts';
import { type StackKind, stackKinds } from '../../actions/lib/stacks/stack.ts';
import { type DamageScene, openDamageScene, type Repair, region } from './damage-scene.ts';

// What somebody changes in the account is found by plan and deploy, by name and value, although no stack knows of it, and is
// put back: by any deployment where that was approved before, after a plan of its own where it grants.

type Values = Readonly<Record<string, unknown>>;
type Path = readonly [string, ...string[]];

/** The same values with another one at a path. */
function withValue(values: Values, [name, ...rest]: Path, value: unknown): Record<string, unknown> {
  const [next, ...others] = rest;
  const below = (values[name] ?? {}) as Values;
  return { ...values, [name]: next === undefined ? value : withValue(below, [next, ...others], value) };
}

const rogueRule = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0', Description: 'debugging' };
const anybody = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
};
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

type Changing = readonly [
  repair: Repair,
  stack: StackKind,
  resource: string,
  property: string,
  change: (values: Values) => Record<string, unknown>,
];

const set =
  (...path: Path) =>
  (value: unknown) =>
  (values: Values): Record<string, unknown> =>
    withValue(values, path, value);

const statements = (values: Values): object[] => (values['SecurityGroupIngress'] ?? []) as object[];

/** Those that are put back at once are of resources from which nothing else takes a value that only AWS knows. */
const changes: readonly Changing[] = [
  ['at once', 'cluster', 'NodeGroupSmall', 'ScalingConfig', set('ScalingConfig', 'MaxSize')(37)],
  ['at once', 'cluster', 'NodeGroupSar1', 'Labels', set('Labels')({ 'hub.jupyter.org/node-purpose': 'mine' })],
  ['at once', 'cluster', 'NodeGroupSar1', 'Taints', set('Taints')([])],
  [
    'with consent',
    'cluster',
    'Cluster',
    'ResourcesVpcConfig',
    set('ResourcesVpcConfig', 'PublicAccessCidrs')(['203.0.113.7/32']),
  ],
  [
    'with consent',
    'cluster',
    'Cluster',
    'Logging',
    set('Logging')({ ClusterLogging: { EnabledTypes: [{ Type: 'api' }] } }),
  ],
  ['with consent', 'cluster', 'Cluster', 'UpgradePolicy', set('UpgradePolicy')({ SupportType: 'EXTENDED' })],
  [
    'with consent',
    'cluster',
    'VpcCniAddon',
    'ConfigurationValues',
    set('ConfigurationValues')('{"enableNetworkPolicy":"false"}'),
  ],
  [
    'with consent',
    'cluster',
    'LoadBalancerSecurityGroup',
    'SecurityGroupIngress',
    (values) => ({ ...values, SecurityGroupIngress: [...statements(values), rogueRule] }),
  ],
  [
    'with consent',
    'cluster',
    'CoreNodeSecurityGroup',
    'SecurityGroupIngress',
    set('SecurityGroupIngress')([rogueRule]),
  ],
  [
    'with consent',
    'cluster',
    'LoadBalancer',
    'LoadBalancerAttributes',
    set('LoadBalancerAttributes')([{ Key: 'deletion_protection.enabled', Value: 'false' }]),
  ],
  ['at once', 'cluster', 'ProxyTargetGroup', 'HealthCheckPath', set('HealthCheckPath')('/')],
  ['with consent', 'cluster', 'HttpsListener', 'SslPolicy', set('SslPolicy')('ELBSecurityPolicy-2016-08')],
  [
    'with consent',
    'cluster',
    'PublicSubnet',
    'MapPublicIpOnLaunch',
    (values) => ({ ...values, MapPublicIpOnLaunch: String(values['MapPublicIpOnLaunch']) !== 'true' }),
  ],
  ['at once', 'cluster', 'Vpc', 'EnableDnsHostnames', set('EnableDnsHostnames')(false)],
  ['at once', 'cluster', 'SnapshotPolicy', 'State', set('State')('DISABLED')],
  ['with consent', 'cluster', 'SecretsKey', 'EnableKeyRotation', set('EnableKeyRotation')(false)],
  ['at once', 'cluster', 'ControlPlaneLogGroup', 'RetentionInDays', set('RetentionInDays')(1)],
  [
    'with consent',
    'cluster',
    'NodeRole',
    'ManagedPolicyArns',
    (values) => ({
      ...values,
      ManagedPolicyArns: [...(values['ManagedPolicyArns'] as string[]), 'arn:aws:iam::aws:policy/AdministratorAccess'],
    }),
  ],
  ['with consent', 'cluster', 'UserAccessRole', 'AssumeRolePolicyDocument', set('AssumeRolePolicyDocument')(anybody)],
  [
    'with consent',
    'cluster',
    'HubRole',
    'Policies',
    set('Policies')([{ PolicyName: 'home-volumes', PolicyDocument: everything }]),
  ],
  [
    'by hand',
    'cluster',
    'AutoscalerRole',
    'ManagedPolicyArns',
    set('ManagedPolicyArns')(['arn:aws:iam::aws:policy/AdministratorAccess']),
  ],
  ['at once', 'cluster', 'CoreNode', 'MaxSize', set('MaxSize')('3')],
  [
    'with consent',
    'cognito',
    'UserPool',
    'AdminCreateUserConfig',
    set('AdminCreateUserConfig', 'AllowAdminCreateUserOnly')(true),
  ],
  ['with consent', 'cognito', 'UserPool', 'Policies', set('Policies', 'PasswordPolicy', 'MinimumLength')(6)],
  ['with consent', 'cognito', 'UserPoolClient', 'CallbackURLs', set('CallbackURLs')(['https://evil.example.com/'])],
  [
    'with consent',
    'cognito',
    'SignUpFunction',
    'Environment',
    set('Environment', 'Variables', 'ALLOWED_EMAILS')('me@example.com'),
  ],
  ['with consent', 'cognito', 'ApprovalPolicy', 'PolicyDocument', set('PolicyDocument')(everything)],
  [
    'with consent',
    'container',
    'ArtifactBucket',
    'VersioningConfiguration',
    set('VersioningConfiguration')({ Status: 'Suspended' }),
  ],
  [
    'with consent',
    'container',
    'ArtifactBucket',
    'BucketEncryption',
    set('BucketEncryption')({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    }),
  ],
  [
    'with consent',
    'container',
    'ArtifactBucket',
    'PublicAccessBlockConfiguration',
    set('PublicAccessBlockConfiguration', 'RestrictPublicBuckets')(false),
  ],
  [
    'with consent',
    'container',
    'ArtifactBucketPolicy',
    'PolicyDocument',
    set('PolicyDocument')({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: '123456789012' },
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::opensarlab-pipeline-us-west-2-example-container/*',
        },
      ],
    }),
  ],
  [
    'with consent',
    'container',
    'ImagesProject',
    'Environment',
    set('Environment', 'Image')('aws/codebuild/standard:7.0'),
  ],
  ['with consent', 'container', 'Pipeline', 'ExecutionMode', set('ExecutionMode')('QUEUED')],
  ['with consent', 'container', 'PushRule', 'State', set('State')('DISABLED')],
  ['with consent', 'cluster-pipeline', 'Pipeline', 'ExecutionMode', set('ExecutionMode')('QUEUED')],
  [
    'with consent',
    'container',
    'HubRepository',
    'ImageScanningConfiguration',
    set('ImageScanningConfiguration')({ ScanOnPush: false }),
  ],
  ['with consent', 'container', 'ServicesRepository', 'ImageTagMutability', set('ImageTagMutability')('IMMUTABLE')],
  ['with consent', 'jupyterhub', 'HubProject', 'Environment', set('Environment', 'PrivilegedMode')(false)],
  ['with consent', 'jupyterhub', 'HubRecord', 'AliasTarget', set('AliasTarget', 'DNSName')('elsewhere.example.com')],
];

let scene: DamageScene;
beforeEach(async () => {
  scene = await openDamageScene();
}, 60_000);
afterEach(() => scene.close());

it('finds everything at first', async () => {
  const ports = scene.account.connect();
  const names = stackKinds.map((kind) => `example-${kind}`);
  const reader = presenceReader(names, ports);
  for (const name of names) expect(await reader(name)).toEqual(nothing());
  // Five lists of what the stacks hold, one request for each kind that can be asked about together, one for each other thing.
  expect(ports.callCount()).toBeLessThanOrEqual(60);
  const plan = await scene.plan(true);
  expect(plan.stacks.map(({ action, detail }) => detail ?? action)).toEqual(Array(5).fill('unchanged'));
  expect(await scene.deploy(plan)).toBeUndefined();
});

/** What people are told to do where CloudFormation changes nothing back. */
async function detachPolicy(stack: StackKind, logicalId: string): Promise<void> {
  const { physicalId: RoleName } = await scene.find(stack, logicalId);
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await new IAMClient(scene.account.settings).send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
}

// Damages of a kind of repair are inflicted together, so that all of them cost one lab.
it.each(['at once', 'with consent', 'by hand'] as const)(
  '%s',
  async (repair) => {
    const rows = changes.filter(([how]) => how === repair);
    const places = rows.map(([, stack, logicalId, property]) => ({ stack, logicalId, property }));
    const inflict = async (): Promise<void> => {
      const byResource = Map.groupBy(rows, ([, stack, logicalId]) => `${stack} ${logicalId}`);
      for (const [, some] of byResource) {
        const [first] = some;
        if (first === undefined) continue;
        const all = (values: Values) => some.reduce((changed, [, , , , change]) => change(changed), { ...values });
        await scene.account.sandbox.outside.changeOutside(region, `example-${first[1]}`, first[2], all);
      }
    };
    const byHand = repair === 'by hand' ? () => detachPolicy('cluster', 'AutoscalerRole') : undefined;
    const outcome = await scene.play(places, inflict, byHand);
    expect(outcome, outcome.details.join('\n')).toMatchObject({ unseen: [], repair, restored: true });
  },
  240_000,
);
