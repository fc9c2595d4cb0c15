import type {
  AdminListGroupsForUserResponse,
  DescribeUserPoolDomainResponse,
  DescribeUserPoolResponse,
  ListUserPoolsResponse,
  ListUsersResponse,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountFixture, openAccount, refusalOf } from '../ec2/account-fixture.ts';
import { cognitoResourceTypes } from './cognito-resource-types.ts';
import { cognitoService } from './cognito-service.ts';
import { claimDomain, findPool } from './cognito-state.ts';

let account: AccountFixture;
beforeEach(() => {
  account = openAccount(cognitoResourceTypes);
});
afterEach(() => account.close());

const createPool = async (more: object = {}): Promise<string> => {
  const properties = { UserPoolName: 'sar-cluster', UsernameConfiguration: { CaseSensitive: false }, ...more };
  return (await account.create('AWS::Cognito::UserPool', properties)).physicalId;
};
const call = <Output>(operation: string, input: object) => account.call<Output>(cognitoService, operation, input);
const describePool = async (UserPoolId: string) =>
  (await call<DescribeUserPoolResponse>('DescribeUserPool', { UserPoolId })).UserPool;
const addUser = (UserPoolId: string, Username: string, more: object = {}) =>
  account.create('AWS::Cognito::UserPoolUser', { UserPoolId, Username, ...more });

describe('a user pool', () => {
  it('has the defaults of the API, and its stack’s tags', async () => {
    expect(await describePool(await createPool({ UserPoolTags: { 'osl-billing': 'own' } }))).toMatchObject({
      Name: 'sar-cluster',
      DeletionProtection: 'INACTIVE',
      MfaConfiguration: 'OFF',
      UserPoolTier: 'ESSENTIALS',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      UsernameConfiguration: { CaseSensitive: false },
      UserPoolTags: { 'osl-billing': 'own' },
    });
  });

  it('forgets everything that an update does not repeat', async () => {
    const UserPoolId = await createPool({
      AutoVerifiedAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: '14', RequireSymbols: 'false' } },
      DeletionProtection: 'ACTIVE',
    });
    expect(await describePool(UserPoolId)).toMatchObject({
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireSymbols: false } },
    });
    await call('UpdateUserPool', { UserPoolId, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
    expect(await describePool(UserPoolId)).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      AutoVerifiedAttributes: [],
      Policies: { PasswordPolicy: { MinimumLength: 8 } },
      DeletionProtection: 'INACTIVE',
      UserPoolTags: {},
    });
  });

  it('is deleted only without protection and without a domain', async () => {
    const UserPoolId = await createPool({ DeletionProtection: 'ACTIVE' });
    const remove = () => account.remove('AWS::Cognito::UserPool', UserPoolId);
    expect(await refusalOf(remove())).toEqual({
      code: 'InvalidParameterException',
      message:
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
    });
    await call('UpdateUserPool', { UserPoolId });
    const domain = await account.create('AWS::Cognito::UserPoolDomain', { UserPoolId, Domain: 'sar-cluster' });
    expect((await refusalOf(remove())).message).toContain('It has a domain configured that should be deleted first.');
    await account.remove('AWS::Cognito::UserPoolDomain', domain.physicalId, { UserPoolId });
    await remove();
    expect(await refusalOf(describePool(UserPoolId))).toEqual({
      code: 'ResourceNotFoundException',
      message: `User pool ${UserPoolId} does not exist.`,
    });
    await remove();
  });

  it('is listed in pages', async () => {
    for (const name of ['a', 'b', 'c']) await createPool({ UserPoolName: name });
    const first = await call<ListUserPoolsResponse>('ListUserPools', { MaxResults: 2 });
    const second = await call<ListUserPoolsResponse>('ListUserPools', { MaxResults: 2, NextToken: first.NextToken });
    expect([...(first.UserPools ?? []), ...(second.UserPools ?? [])].map(({ Name }) => Name)).toEqual(['a', 'b', 'c']);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('a domain', () => {
  it.each([
    ['aws-lab', 'Domain cannot contain reserved word: aws'],
    ['my-cognito', 'Domain cannot contain reserved word: cognito'],
    ['Sar', 'failed to satisfy constraint'],
    ['-sar', 'failed to satisfy constraint'],
    ['taken', 'Domain already associated with another user pool.'],
  ])('cannot be called %s', async (Domain, message) => {
    claimDomain(account.world, account.region, 'taken');
    const UserPoolId = await createPool();
    const attempt = account.create('AWS::Cognito::UserPoolDomain', { UserPoolId, Domain });
    expect(await refusalOf(attempt)).toEqual({
      code: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  it('that nobody has is described as nothing', async () => {
    const describeIt = () => call<DescribeUserPoolDomainResponse>('DescribeUserPoolDomain', { Domain: 'sar-cluster' });
    expect((await describeIt()).DomainDescription).toEqual({});
    const UserPoolId = await createPool();
    await account.create('AWS::Cognito::UserPoolDomain', { UserPoolId, Domain: 'sar-cluster' });
    expect((await describeIt()).DomainDescription).toMatchObject({ UserPoolId, Status: 'ACTIVE' });
  });
});

describe('a client', () => {
  const create = async (more: object = {}) =>
    account.create('AWS::Cognito::UserPoolClient', {
      UserPoolId: await createPool(),
      GenerateSecret: 'true',
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      AllowedOAuthFlowsUserPoolClient: true,
      CallbackURLs: ['https://lab.example.org/hub/oauth_callback'],
      ...more,
    });

  it('has a secret when it asks for one', async () => {
    expect((await create()).attributes).toMatchObject({
      ClientId: expect.stringMatching(/^[a-z0-9]{26}$/),
      ClientSecret: expect.any(String),
    });
    expect((await create({ GenerateSecret: false })).attributes).not.toHaveProperty('ClientSecret');
  });

  it.each([
    [{ CallbackURLs: ['http://lab.example.org/'] }, 'http://lab.example.org/ cannot use the HTTP protocol.'],
    [{ CallbackURLs: ['lab.example.org'] }, 'lab.example.org is not a valid URL.'],
    [{ CallbackURLs: [] }, 'callback_urls is required'],
    [{ AllowedOAuthScopes: [] }, 'AllowedOAuthScopes are required'],
    [{ SupportedIdentityProviders: ['Google'] }, 'The provider Google does not exist'],
  ])('cannot have %j', async (more, message) => {
    expect((await refusalOf(create(more))).message).toContain(message);
  });
});

describe('users', () => {
  it('are one whatever the case, in a pool that does not care', async () => {
    const UserPoolId = await createPool();
    await addUser(UserPoolId, 'Ada');
    expect(await refusalOf(addUser(UserPoolId, 'ADA'))).toEqual({
      code: 'UsernameExistsException',
      message: 'User account already exists',
    });
    expect(await call('AdminGetUser', { UserPoolId, Username: 'aDa' })).toMatchObject({
      Username: 'ada',
      UserStatus: 'FORCE_CHANGE_PASSWORD',
    });
    const strict = await createPool({ UsernameConfiguration: { CaseSensitive: true } });
    await addUser(strict, 'Ada');
    await addUser(strict, 'ADA');
  });

  it('are invited unless that is suppressed', async () => {
    const UserPoolId = await createPool();
    await addUser(UserPoolId, 'ada', { DesiredDeliveryMediums: ['EMAIL'] });
    await addUser(UserPoolId, 'bob', { MessageAction: 'SUPPRESS' });
    expect(findPool(account.world, account.region, UserPoolId).invitations).toEqual([
      { username: 'ada', media: ['EMAIL'] },
    ]);
  });

  it('keep what an update of their attributes does not name', async () => {
    const UserPoolId = await createPool();
    await addUser(UserPoolId, 'ada', { UserAttributes: [{ Name: 'email', Value: 'ada@example.org' }] });
    const UserAttributes = [{ Name: 'name', Value: 'Ada' }];
    await call('AdminUpdateUserAttributes', { UserPoolId, Username: 'ada', UserAttributes });
    const { attributes } = findPool(account.world, account.region, UserPoolId).users.get('ada') ?? {};
    expect(attributes?.get('email')).toBe('ada@example.org');
    expect(attributes?.get('name')).toBe('Ada');
    const nobody = { UserPoolId, Username: 'bob', UserAttributes };
    expect((await refusalOf(call('AdminUpdateUserAttributes', nobody))).code).toBe('UserNotFoundException');
  });

  it('are found by attribute, page by page', async () => {
    const UserPoolId = await createPool();
    for (const name of ['ada', 'adam', 'bob'])
      await addUser(UserPoolId, name, { UserAttributes: [{ Name: 'email', Value: `${name}@example.org` }] });
    const find = async (Filter: string) =>
      (await call<ListUsersResponse>('ListUsers', { UserPoolId, Filter })).Users?.map(({ Username }) => Username);
    expect(await find('username ^= "ada"')).toEqual(['ada', 'adam']);
    expect(await find('email = "bob@example.org"')).toEqual(['bob']);
    await call('AdminDisableUser', { UserPoolId, Username: 'bob' });
    expect(await find('status = "Disabled"')).toEqual(['bob']);
    expect((await refusalOf(find('shoe_size = "4"'))).code).toBe('InvalidParameterException');
    const first = await call<ListUsersResponse>('ListUsers', { UserPoolId, Limit: 2 });
    expect(first.Users).toHaveLength(2);
    expect(
      (await call<ListUsersResponse>('ListUsers', { UserPoolId, PaginationToken: first.PaginationToken })).Users,
    ).toHaveLength(1);
  });

  it('are in groups until the attachment goes', async () => {
    const UserPoolId = await createPool();
    await addUser(UserPoolId, 'ada');
    await account.create('AWS::Cognito::UserPoolGroup', { UserPoolId, GroupName: 'sudo' });
    expect(
      (await refusalOf(account.create('AWS::Cognito::UserPoolGroup', { UserPoolId, GroupName: 'sudo' }))).code,
    ).toBe('GroupExistsException');
    const properties = { UserPoolId, GroupName: 'sudo', Username: 'ada' };
    const { physicalId } = await account.create('AWS::Cognito::UserPoolUserToGroupAttachment', properties);
    const groups = async () =>
      (await call<AdminListGroupsForUserResponse>('AdminListGroupsForUser', { UserPoolId, Username: 'ada' })).Groups;
    expect(await groups()).toMatchObject([{ GroupName: 'sudo' }]);
    await account.remove('AWS::Cognito::UserPoolUserToGroupAttachment', physicalId, properties);
    expect(await groups()).toEqual([]);
    const missing = account.create('AWS::Cognito::UserPoolUserToGroupAttachment', { ...properties, Username: 'eve' });
    expect(await refusalOf(missing)).toEqual({ code: 'UserNotFoundException', message: 'User does not exist.' });
  });
});
