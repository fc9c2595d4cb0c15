import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { approvedAfter, approvedBy, difference } from '../../actions/lib/plan/approval.ts';
import type { Plan } from '../../actions/lib/plan/plan.ts';
import type { PlanRow } from '../../actions/lib/plan/plan-row.ts';
import { stackKinds } from '../../actions/lib/stacks/stack.ts';
import type { TestAccount } from '../deploy-account.ts';
import { type Declared, declaration, deploy, openReadyAccount, planOf, type Replacement } from './change-scene.ts';

/** What plans of a lab show from its first deployment on, and what of it goes further than what was approved. */

let account: TestAccount;
let example: Declared;
let first: Plan;

beforeAll(async () => {
  account = await openReadyAccount();
  example = { text: declaration(account) };
  // Of a new lab, two at once: each has a change set in the same empty stacks.
  const both = await Promise.all([planOf(account, example), planOf(account, example)]);
  [first] = both;
  expect(both[1].rows).toEqual(first.rows);
});
afterAll(() => account.close());

const seal = ({ rows, lookedUp }: Plan) => ({ rows, withdrawn: [], lookedUp });
const declared = (...replacements: readonly Replacement[]): Declared => ({
  text: declaration(account, ...replacements),
});

/** `change AWS::EKS::Nodegroup Properties/…`, without the digests that name elements of lists. */
const brief = (rows: readonly PlanRow[]) =>
  rows.map(({ act, type, property }) => `${act} ${type} ${property.replaceAll(/\[[0-9a-f]{16}\]/g, '[…]')}`.trimEnd());

it('neither two plans at once nor a cancelled one leave anything behind', async () => {
  const { cloudFormation } = account.connect();
  const left = () => Promise.all(stackKinds.map((kind) => cloudFormation.findStack(`example-${kind}`)));
  await account.sandbox.world.settle();
  expect(await left()).toEqual(Array(5).fill(undefined));
  const controller = new AbortController();
  const createChangeSet: typeof cloudFormation.createChangeSet = async (request) => {
    const made = await cloudFormation.createChangeSet(request);
    controller.abort();
    return made;
  };
  const ports = { ...account.connect(), cloudFormation: { ...cloudFormation, createChangeSet } };
  const cancelled = planOf(account, example, { ports, signal: controller.signal });
  await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
  await account.sandbox.world.settle();
  expect(await left()).toEqual(Array(5).fill(undefined));
});

it('a retry after a part of the first deployment is no more than what was approved', async () => {
  expect(first.rows.length).toBeGreaterThan(500);
  expect(first.lookedUp).toMatchObject({ 'example-cluster NodeImageId': expect.stringMatching(/^ami-/) });
  await deploy(account, example, first, ['container', 'cognito']);
  const second = await planOf(account, example);
  expect(second.rows.length).toBeLessThan(first.rows.length);
  expect(difference(second.rows, approvedBy([], [seal(first)]))).toEqual([]);
  await deploy(account, example, first, ['cluster']);
  const third = await planOf(account, example);
  expect(third.stacks.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged', 'create', 'create']);
  // By now the hub's stack gets real ids where the first plan had placeholders.
  expect(third.stacks.flatMap(({ parametersUnknown }) => parametersUnknown)).toEqual(['HubProjectName']);
  expect(difference(third.rows, approvedBy([], [seal(first)]))).toEqual([]);
  await deploy(account, example, first);
  const done = await planOf(account, example);
  expect([done.rows, done.lookedUp]).toEqual([[], {}]);
});

it.each<[string, Replacement[], string[]]>([
  [
    'another number of machines',
    [['max_number: 20', 'max_number: 30']],
    [
      'change AWS::EKS::Nodegroup',
      // The number to start with is said only once, so that the autoscaler's stays.
      'remove AWS::EKS::Nodegroup Properties/ScalingConfig/DesiredSize',
      'change AWS::EKS::Nodegroup Properties/ScalingConfig/MaxSize',
    ],
  ],
  [
    'one who may use kubectl',
    [['# cluster_admin_arns:', 'cluster_admin_arns:']],
    [
      'add AWS::EKS::AccessEntry',
      'add AWS::EKS::AccessEntry Properties/AccessPolicies/[…]',
      'add AWS::EKS::AccessEntry Properties/ClusterName',
      'add AWS::EKS::AccessEntry Properties/PrincipalArn',
      'add AWS::EKS::AccessEntry Properties/Type',
    ],
  ],
])('%s is these rows, and none of them was approved with the lab', async (_, replacements, rows) => {
  const plan = await planOf(account, declared(...replacements));
  expect(brief(plan.rows)).toEqual(rows);
  const baseline = approvedAfter(approvedBy([], [seal(first)]));
  // A resource that changes in place says nothing by itself.
  const alone = rows.filter((row) => row !== 'change AWS::EKS::Nodegroup');
  expect(brief(difference(plan.rows, approvedBy(baseline, [])))).toEqual(alone);
  expect(difference(plan.rows, approvedBy(baseline, [seal(plan)]))).toEqual([]);
});

it('two pull requests that each let another network in are together what they are alone', async () => {
  const open = (...list: string[]): Declared =>
    declared(['# eks_public_access_cidrs:', `eks_public_access_cidrs: [${list.join(', ')}] #`]);
  const [a, b] = [await planOf(account, open('198.51.100.0/24')), await planOf(account, open('203.0.113.0/24'))];
  const both = await planOf(account, open('198.51.100.0/24', '203.0.113.0/24'));
  expect(difference(both.rows, approvedBy([], [seal(a), seal(b)]))).toEqual([]);
  expect(brief(difference(both.rows, approvedBy([], [seal(a)])))).toEqual([
    'change AWS::EKS::Cluster Properties/ResourcesVpcConfig/PublicAccessCidrs/[…]',
  ]);
});

it('a new machine image is seen, and none of what was approved', async () => {
  account.sandbox.setup.releaseMachineImages(account.region);
  const plan = await planOf(account, example);
  const [image] = Object.values(plan.lookedUp);
  expect(image).not.toBe(first.lookedUp['example-cluster NodeImageId']);
  expect(plan.rows).toContainEqual(
    expect.objectContaining({ item: 'CoreNodeLaunchTemplate', act: 'change', after: `"${image}"` }),
  );
  expect(difference(plan.rows, approvedBy([], [seal(first)]))).not.toEqual([]);
});

it('opening the sign-up and another administrator are more, whoever approved the lab', async () => {
  const plan = await planOf(
    account,
    declared(['sign_up: closed', 'sign_up: open'], ['admin_user_name: jdoe', 'admin_user_name: jane']),
  );
  const more = difference(plan.rows, approvedBy(approvedAfter(approvedBy([], [seal(first)])), []));
  expect(more).toContainEqual(expect.objectContaining({ type: 'user', item: 'jane', act: 'add' }));
  expect(brief(more)).toContain(
    'change AWS::Cognito::UserPool Properties/AdminCreateUserConfig/AllowAdminCreateUserOnly',
  );
});

it('protection that is turned off is a row of its own', async () => {
  await deploy(account, declared(['protected: false', 'protected: true']), undefined);
  const acts = (await planOf(account, example)).rows.filter(({ act }) => act === 'unprotect');
  expect(brief(acts)).toEqual([
    'unprotect AWS::EKS::Cluster Properties/DeletionProtection',
    'unprotect AWS::ElasticLoadBalancingV2::LoadBalancer Properties/LoadBalancerAttributes/[…]',
    ...Array(5).fill('unprotect stack EnableTerminationProtection'),
  ]);
  await deploy(account, example, undefined);
});

it('a stack whose deletion did not finish shows what is left in it', async () => {
  const { cloudFormation } = account.connect();
  const found = await cloudFormation.findStack('example-container');
  const Bucket = 'opensarlab-pipeline-us-west-2-example-container';
  const s3 = new S3Client({ ...account.settings, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket, Key: 'artifact', Body: 'x' }));
  await cloudFormation.deleteStack('example-container', { roleArn: undefined, requestToken: 'delete' });
  await account.sandbox.world.settle();
  expect((await cloudFormation.findStack(found?.id ?? ''))?.status).toBe('DELETE_FAILED');
  const plan = await planOf(account, example);
  const lost = plan.rows.filter(({ act }) => act === 'recover');
  expect(lost.map(({ type, after, policyAction }) => [type, after, policyAction])).toEqual([
    ['AWS::S3::Bucket', JSON.stringify(Bucket), 'Delete'],
  ]);
  // What is made again is what was approved; what goes for it is not.
  const more = difference(plan.rows, approvedBy([], [seal(first)]));
  expect(more.filter(({ place }) => place === 'example-container')).toEqual(lost);
  // Whoever approves it is not left with a bucket that CloudFormation does not delete.
  await deploy(account, example, plan, ['container']);
  expect(await cloudFormation.findStack('example-container')).toMatchObject({ status: 'CREATE_COMPLETE' });
});
