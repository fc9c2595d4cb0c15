import {
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { EKSClient, ListAccessEntriesCommand, ListPodIdentityAssociationsCommand } from '@aws-sdk/client-eks';
import { GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Change, type ChangeScene, losses, lost, openChangeScene, type Replacement } from './change-scene.ts';

let scene: ChangeScene;
let cognito: CognitoIdentityProviderClient;

beforeAll(async () => {
  scene = await openChangeScene();
  cognito = new CognitoIdentityProviderClient(scene.account.settings);
});
afterEach(() => scene.restore());
afterAll(() => scene.close());

async function change(...replacements: readonly Replacement[]): Promise<Change> {
  const changed = await scene.changeTo(...replacements);
  expect(losses(changed.plan)).toEqual([]);
  return changed;
}

async function user({ after }: Change, Username: string) {
  const UserPoolId = after.get('cognito/UserPool') ?? '';
  const found = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username }));
  const { Groups = [] } = await cognito.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
  const attributes = Object.fromEntries((found.UserAttributes ?? []).map(({ Name = '', Value }) => [Name, Value]));
  return {
    email: attributes.email,
    verified: attributes.email_verified,
    sub: attributes.sub,
    groups: Groups.map(({ GroupName }) => GroupName).sort(),
  };
}

it('a profile that is renamed has another group, and the old name can come back', async () => {
  const renamed = await change(['name: SAR 1', 'name: SAR One']);
  expect(renamed.changes).toEqual({
    'cognito/GroupSAROne1534db': 'Add',
    'cognito/AdministratorSAROne1534db': 'Add',
    'cognito/GroupSAR11046f0': 'Remove',
    'cognito/AdministratorSAR11046f0': 'Remove',
  });
  expect(lost(renamed).sort()).toEqual(['cognito/AdministratorSAR11046f0', 'cognito/GroupSAR11046f0']);
  expect((await user(renamed, 'jdoe')).groups).toEqual(['Hello_World', 'SAR_One', 'sudo']);
  const back = await change();
  expect((await user(back, 'jdoe')).groups).toEqual(['Hello_World', 'SAR_1', 'sudo']);
});

it('a profile that is renamed and keeps its group changes no stack', async () => {
  const renamed = await change(['name: SAR 1', 'name: SAR One'], ['# group: SAR_1', 'group: SAR_1']);
  expect(renamed.changes).toEqual({});
  expect((await user(renamed, 'jdoe')).groups).toEqual(['Hello_World', 'SAR_1', 'sudo']);
});

it('a group is added and removed without touching the others', async () => {
  const added = await change(['groups:\n', 'groups:\n  - name: staff\n']);
  expect(added.changes).toEqual({ 'cognito/GroupStaff': 'Add', 'cognito/AdministratorStaff': 'Add' });
  expect(lost(added)).toEqual([]);
  const removed = await change();
  expect(lost(removed).sort()).toEqual(['cognito/AdministratorStaff', 'cognito/GroupStaff']);
});

it('another administrator is made beside the old one, who keeps the account and loses the groups', async () => {
  const before = await user(await change(), 'jdoe');
  const changed = await change(
    ['admin_user_name: jdoe', 'admin_user_name: jane'],
    ['jdoe@example.org', 'jane@example.org'],
  );
  expect(changed.changes).toEqual({
    'cognito/UserPool': 'Modify',
    'cognito/AdministratorHelloWorld345837': 'Replace',
    'cognito/AdministratorSAR11046f0': 'Replace',
    'cognito/AdministratorSudo': 'Replace',
  });
  expect(await user(changed, 'jane')).toMatchObject({
    email: 'jane@example.org',
    groups: ['Hello_World', 'SAR_1', 'sudo'],
  });
  expect(await user(changed, 'jdoe')).toEqual({ ...before, groups: [] });
  // Somebody who has an account already can become the administrator, too.
  expect(await user(await change(), 'jdoe')).toEqual(before);
});

it('another address of the administrator is set on the same account', async () => {
  const before = await user(await change(), 'jdoe');
  const changed = await change(['jdoe@example.org', 'jane@example.org']);
  expect(changed.changes).toEqual({ 'cognito/UserPool': 'Modify' });
  expect(lost(changed)).toEqual([]);
  expect(await user(changed, 'jdoe')).toEqual({ ...before, email: 'jane@example.org', verified: 'true' });
});

it('another address is set even where no resource of the stack has it', async () => {
  // Without an SES identity the pool's mails come from Cognito.
  const own: Replacement = ['  admin_email_address_sns_arn: ', '  # admin_email_address_sns_arn: '];
  await change(own);
  const changed = await change(own, ['jdoe@example.org', 'jane@example.org']);
  expect(changed.changes).toEqual({});
  expect(changed.plan.stacks.find(({ kind }) => kind === 'cognito')).toMatchObject({
    action: 'update',
    detail: 'Deploy gives the administrator jdoe the address jane@example.org.',
  });
  expect((await user(changed, 'jdoe')).email).toBe('jane@example.org');
});

it('sign-up is opened, closed and opened again, and its log goes on', async () => {
  const open: Replacement = ['sign_up: closed', 'sign_up: approval'];
  const opened = await change(open);
  expect(opened.changes).toMatchObject({ 'cognito/UserPool': 'Modify', 'cognito/SignUpFunction': 'Add' });
  const closed = await change();
  expect(closed.changes).toMatchObject({ 'cognito/UserPool': 'Modify', 'cognito/SignUpFunction': 'Remove' });
  const again = await change(open);
  expect(again.changes).toMatchObject({ 'cognito/SignUpFunction': 'Add', 'cognito/SignUpLogGroup': 'Import' });
});

it('those who may use kubectl come and go alone', async () => {
  const role = 'arn:aws:iam::123456789012:role/ops';
  const eks = new EKSClient(scene.account.settings);
  const entries = async () =>
    (await eks.send(new ListAccessEntriesCommand({ clusterName: 'example-cluster' }))).accessEntries;
  const added = await change(['# cluster_admin_arns:', 'cluster_admin_arns:']);
  expect(Object.values(added.changes)).toEqual(['Add']);
  expect(await entries()).toContain(role);
  await change();
  expect(await entries()).not.toContain(role);
});

it('a service account is added, changed and removed with its role', async () => {
  const account = (action: string): Replacement => [
    '# service_accounts:',
    `service_accounts: [{name: reader, permissions: [{Effect: Allow, Action: "${action}", Resource: "*"}]}]`,
  ];
  const eks = new EKSClient(scene.account.settings);
  const identities = async () => {
    const { associations } = await eks.send(
      new ListPodIdentityAssociationsCommand({ clusterName: 'example-cluster', namespace: 'jupyter' }),
    );
    return (associations ?? []).map(({ serviceAccount }) => serviceAccount).sort();
  };
  const added = await change(account('s3:GetObject'));
  expect(added.changes).toEqual({
    'jupyterhub/ServiceAccountRoleReader': 'Add',
    'jupyterhub/ServiceAccountIdentityReader': 'Add',
  });
  expect(added.plan.preflight).toContainEqual(expect.objectContaining({ id: 'service-accounts', outcome: 'ok' }));
  expect(await identities()).toEqual(['hub', 'reader']);
  const changed = await change(account('s3:PutObject'));
  expect(changed.changes).toEqual({ 'jupyterhub/ServiceAccountRoleReader': 'Modify' });
  expect(lost(changed)).toEqual([]);
  const iam = new IAMClient(scene.account.settings);
  const policy = { RoleName: 'us-west-2-example.reader', PolicyName: 'declared' };
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(policy));
  expect(JSON.parse(decodeURIComponent(PolicyDocument))).toMatchObject({ Statement: [{ Action: 's3:PutObject' }] });
  const removed = await change();
  expect(Object.values(removed.changes)).toEqual(['Remove', 'Remove']);
  expect(await identities()).toEqual(['hub']);
});

it('a permission that the boundary lacks is said in the plan', async () => {
  const declared: Replacement = [
    '# service_accounts:',
    'service_accounts: [{name: reader, permissions: [{Effect: Allow, Action: "dynamodb:GetItem", Resource: "*"}]}]',
  ];
  const { plan } = await change(declared);
  expect(plan.preflight.find(({ id }) => id === 'service-accounts')).toMatchObject({
    outcome: 'blocker',
    detail: 'The boundary opensarlab-boundary allows nothing of this: dynamodb:GetItem (reader).',
  });
});
