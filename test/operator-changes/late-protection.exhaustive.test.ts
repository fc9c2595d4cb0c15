import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { AwsError } from '@opensarlab/sandbox';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Approval, approvedBy, difference } from '../../actions/lib/plan/approval.ts';
import type { Plan } from '../../actions/lib/plan/plan.ts';
import type { TestAccount } from '../deploy-account.ts';
import { type Declared, declaration, deploy, openReadyAccount, planOf } from './change-scene.ts';

/*
 * What protects itself cannot be rolled back: Cognito refuses to delete a protected pool (developer guide, "User pool deletion
 * protection"), and so do EKS and Elastic Load Balancing. So a stack is made unprotected, and protected once it is there.
 */

let account: TestAccount;
let example: Declared;
let guarded: Declared;

beforeAll(async () => {
  account = await openReadyAccount();
  example = { text: declaration(account) };
  guarded = { text: declaration(account, ['protected: false', 'protected: true']) };
});

afterAll(() => account.close());

/** Whether each user pool of the lab's name is protected. */
async function pools(): Promise<boolean[]> {
  const { userPools } = account.connect();
  const ids = await userPools.findByName('example-cluster');
  return await Promise.all(ids.map(async (id) => (await userPools.find(id))?.deletionProtection ?? false));
}

async function clusterProtection(): Promise<boolean | undefined> {
  return (await account.connect().clusters.find('example-cluster'))?.deletionProtection;
}

const approvalOf = ({ rows, lookedUp }: Plan): Approval => approvedBy([], [{ rows, lookedUp, withdrawn: [] }]);

it('a failed creation leaves no pool, however often it is tried; once it succeeds, the pool is protected', async () => {
  const cloudFormation = new CloudFormationClient(account.settings);
  // A prefix of amazoncognito.com is one customer's at a time.
  const TemplateBody = `Resources:
  Pool: {Type: AWS::Cognito::UserPool, Properties: {UserPoolName: other}}
  Domain: {Type: AWS::Cognito::UserPoolDomain, Properties: {UserPoolId: !Ref Pool, Domain: example-cluster}}`;
  await cloudFormation.send(new CreateStackCommand({ StackName: 'somebody-else', TemplateBody }));
  await account.sandbox.world.settle();
  for (let run = 0; run < 2; run += 1) {
    await expect(deploy(account, example, undefined, ['cognito'])).rejects.toMatchObject({ code: 'StackFailed' });
    expect(await pools()).toEqual([]);
  }
  await cloudFormation.send(new DeleteStackCommand({ StackName: 'somebody-else' }));
  await account.sandbox.world.settle();
  const plan = await planOf(account, example);
  await deploy(account, example, plan, ['cognito']);
  expect(await pools()).toEqual([true]);
  // What was seen is the protection; that it comes second is nothing to approve.
  const shown = plan.rows.filter(({ property }) => property === 'Properties/DeletionProtection');
  expect(shown).toContainEqual(
    expect.objectContaining({ type: 'AWS::Cognito::UserPool', act: 'add', after: '"ACTIVE"' }),
  );
  const again = (await planOf(account, example)).stacks.find(({ kind }) => kind === 'cognito');
  expect(again).toMatchObject({ action: 'unchanged' });
});

it('what was interrupted between creation and protection is protected by the next run, with the same consent', async () => {
  const plan = await planOf(account, guarded);
  const error = new AwsError('ValidationError', 'Stopped by the test.');
  account.sandbox.faults.inject({
    ...{ service: 'cloudformation', operation: 'ExecuteChangeSet', after: 1 },
    fault: { kind: 'error', error },
  });
  await expect(deploy(account, guarded, plan, ['cluster'])).rejects.toThrow('Stopped by the test');
  expect(await clusterProtection()).toBe(false);
  const next = await planOf(account, guarded);
  const rows = next.rows.filter(({ place }) => place === 'example-cluster');
  expect(
    rows
      .filter(({ act }) => act === 'protect')
      .map(({ type }) => type)
      .sort(),
  ).toEqual(['AWS::EKS::Cluster', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'stack']);
  expect(difference(rows, approvalOf(plan))).toEqual([]);
  await deploy(account, guarded, plan, ['cluster']);
  expect(await clusterProtection()).toBe(true);
  const end = (await planOf(account, guarded)).stacks.find(({ kind }) => kind === 'cluster');
  expect(end).toMatchObject({ action: 'unchanged' });
});
