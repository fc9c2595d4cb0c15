import {
  AdminCreateUserCommand,
  AdminUpdateUserAttributesCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUserPools,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { Failure } from '../../failure.ts';
import type { UserPools } from '../../ports/aws-ports.ts';
import { callAws, findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

const missing = ['ResourceNotFoundException'];

/** ListUserPools takes at most 60 per page. */
const pageSize = 60;

/** The port to Amazon Cognito user pools. */
export function connectUserPools(settings: ClientSettings, counter: CallCounter): UserPools {
  const client = counted(new CognitoIdentityProviderClient(settings), counter);
  return {
    find: async (poolId) => {
      const pool = await describe(client, poolId);
      if (pool === undefined) return undefined;
      return {
        id: poolId,
        name: pool.Name ?? '',
        signUpClosed: pool.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
        deletionProtection: pool.DeletionProtection === 'ACTIVE',
        ...(pool.EstimatedNumberOfUsers === undefined ? {} : { accounts: pool.EstimatedNumberOfUsers }),
      };
    },
    findByName: (name) => callAws('list user pools', () => findByName(client, name)),
    closeSignUp: (poolId) =>
      change(client, poolId, 'close the sign-up', (pool) => ({
        AdminCreateUserConfig: { ...pool.AdminCreateUserConfig, AllowAdminCreateUserOnly: true },
      })),
    provideUser: (poolId, userName, address) => provideUser(client, poolId, userName, address),
    allowDeletion: (poolId) =>
      change(client, poolId, 'turn off the deletion protection', () => ({ DeletionProtection: 'INACTIVE' })),
  };
}

async function provideUser(
  client: CognitoIdentityProviderClient,
  poolId: string,
  userName: string,
  address: string,
): Promise<'changed' | 'invited'> {
  const attributes = { email: address, email_verified: 'true' };
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  const input = { UserPoolId: poolId, Username: userName, UserAttributes };
  const changed = await findInAws(`change the address of user ${userName}`, ['UserNotFoundException'], () =>
    client.send(new AdminUpdateUserAttributesCommand(input)),
  );
  if (changed !== undefined) return 'changed';
  await callAws(`invite user ${userName}`, () =>
    client.send(new AdminCreateUserCommand({ ...input, DesiredDeliveryMediums: ['EMAIL'] })),
  );
  return 'invited';
}

async function findByName(client: CognitoIdentityProviderClient, name: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of paginateListUserPools({ client, pageSize }, { MaxResults: pageSize })) {
    for (const pool of page.UserPools ?? []) if (pool.Name === name && pool.Id !== undefined) ids.push(pool.Id);
  }
  return ids;
}

async function describe(client: CognitoIdentityProviderClient, poolId: string): Promise<UserPoolType | undefined> {
  return findInAws(`describe user pool ${poolId}`, missing, async () => {
    const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
    return UserPool;
  });
}

async function change(
  client: CognitoIdentityProviderClient,
  poolId: string,
  what: string,
  edit: (pool: UserPoolType) => Partial<UpdateUserPoolCommandInput>,
): Promise<void> {
  const pool = await describe(client, poolId);
  if (pool === undefined) {
    throw new Failure({
      code: 'UserPoolMissing',
      source: 'aws',
      message: `Could not ${what} of user pool ${poolId}: there is no such pool.`,
      hint: 'Somebody deleted it outside of its stack.',
    });
  }
  const input = { ...changeableMembers(pool), ...edit(pool) };
  if (input.AdminCreateUserConfig !== undefined) {
    // Cognito refuses this member beside the password policy that replaced it (AdminCreateUserConfigType).
    const { UnusedAccountValidityDays: _, ...rest } = input.AdminCreateUserConfig;
    input.AdminCreateUserConfig = rest;
  }
  await callAws(`${what} of user pool ${poolId}`, async () => {
    await client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...input }));
  });
}

/** The members that UpdateUserPool would reset to their defaults if they were left out (its API reference). */
function changeableMembers(pool: UserPoolType): Omit<UpdateUserPoolCommandInput, 'UserPoolId'> {
  const ownTags = Object.entries(pool.UserPoolTags ?? {}).filter(([key]) => !key.startsWith('aws:'));
  return {
    Policies: pool.Policies,
    DeletionProtection: pool.DeletionProtection,
    LambdaConfig: pool.LambdaConfig,
    AutoVerifiedAttributes: pool.AutoVerifiedAttributes,
    SmsVerificationMessage: pool.SmsVerificationMessage,
    EmailVerificationMessage: pool.EmailVerificationMessage,
    EmailVerificationSubject: pool.EmailVerificationSubject,
    VerificationMessageTemplate: pool.VerificationMessageTemplate,
    SmsAuthenticationMessage: pool.SmsAuthenticationMessage,
    UserAttributeUpdateSettings: pool.UserAttributeUpdateSettings,
    MfaConfiguration: pool.MfaConfiguration,
    DeviceConfiguration: pool.DeviceConfiguration,
    EmailConfiguration: pool.EmailConfiguration,
    SmsConfiguration: pool.SmsConfiguration,
    UserPoolTags: Object.fromEntries(ownTags),
    AdminCreateUserConfig: pool.AdminCreateUserConfig,
    UserPoolAddOns: pool.UserPoolAddOns,
    AccountRecoverySetting: pool.AccountRecoverySetting,
    UserPoolTier: pool.UserPoolTier,
  };
}
