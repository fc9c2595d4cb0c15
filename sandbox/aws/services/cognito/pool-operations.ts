import type {
  DeleteUserPoolDomainRequest,
  DeleteUserPoolRequest,
  DescribeUserPoolClientRequest,
  DescribeUserPoolClientResponse,
  DescribeUserPoolDomainRequest,
  DescribeUserPoolDomainResponse,
  DescribeUserPoolRequest,
  DescribeUserPoolResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListUserPoolClientsRequest,
  ListUserPoolClientsResponse,
  ListUserPoolsRequest,
  ListUserPoolsResponse,
  UpdateUserPoolRequest,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { requestedTags } from '../requested-tags.ts';
import { tokenPage } from '../token-page.ts';
import { cognitoState, findPool, removeDomain, removePool, type UserPool } from './cognito-state.ts';
import { checkSender, type PoolSettings, settingNames, withDefaults } from './pool-settings.ts';

const describeUserPool = (
  input: DescribeUserPoolRequest,
  { world, region }: CallContext,
): DescribeUserPoolResponse => ({
  UserPool: toUserPoolType(findPool(world, region, input.UserPoolId)),
});

const toUserPoolType = (pool: UserPool): UserPoolType => ({
  Id: pool.id,
  Name: pool.name,
  Arn: pool.arn,
  ...(pool.settings as unknown as UserPoolType),
  SchemaAttributes: pool.schema as NonNullable<UserPoolType['SchemaAttributes']>,
  UsernameAttributes: pool.usernameAttributes as NonNullable<UserPoolType['UsernameAttributes']>,
  AliasAttributes: pool.aliasAttributes as NonNullable<UserPoolType['AliasAttributes']>,
  UsernameConfiguration: { CaseSensitive: pool.caseSensitive },
  UserPoolTags: pool.tags,
  EstimatedNumberOfUsers: pool.users.size,
  CreationDate: pool.createdAt,
  LastModifiedDate: pool.modifiedAt,
  ...(pool.domain === undefined ? {} : { Domain: pool.domain }),
});

/** `MaxResults` is required, 1 to 60 (API_ListUserPools.html). */
function listUserPools(input: ListUserPoolsRequest, { world, region }: CallContext): ListUserPoolsResponse {
  if (input.MaxResults === undefined || input.MaxResults < 1 || input.MaxResults > 60) {
    throw new AwsError('InvalidParameterException', 'MaxResults must be between 1 and 60.');
  }
  const { page, nextToken } = tokenPage([...cognitoState(world, region).pools.values()], {
    size: input.MaxResults,
    token: input.NextToken,
    errorCode: 'InvalidParameterException',
  });
  return {
    UserPools: page.map((pool) => ({
      Id: pool.id,
      Name: pool.name,
      LambdaConfig: pool.settings.LambdaConfig,
      CreationDate: pool.createdAt,
      LastModifiedDate: pool.modifiedAt,
    })),
    NextToken: nextToken,
  };
}

/** Everything that is not given goes back to its default, tags included (API_UpdateUserPool.html). */
function updateUserPool(input: UpdateUserPoolRequest, { world, region }: CallContext): object {
  const pool = findPool(world, region, input.UserPoolId);
  const tags = requestedTags(input.UserPoolTags, { invalid: 'InvalidParameterException' });
  const given = settingNames.map((name) => [name, input[name]]);
  const settings = withDefaults(Object.fromEntries(given) as Partial<PoolSettings>);
  checkSender(world, settings);
  pool.settings = settings;
  pool.tags = tags;
  pool.name = input.PoolName ?? pool.name;
  pool.modifiedAt = world.clock.now();
  return {};
}

function deleteUserPool(input: DeleteUserPoolRequest, { world, region }: CallContext): object {
  removePool(world, region, input.UserPoolId ?? '');
  return {};
}

/** An unknown domain is an empty description, no error (API_DescribeUserPoolDomain.html). */
function describeUserPoolDomain(
  input: DescribeUserPoolDomainRequest,
  { world, region }: CallContext,
): DescribeUserPoolDomainResponse {
  const { domains, pools } = cognitoState(world, region);
  const pool = pools.get(domains.get(input.Domain ?? '') ?? '');
  if (!pool) return { DomainDescription: {} };
  return {
    DomainDescription: {
      Domain: input.Domain,
      UserPoolId: pool.id,
      AWSAccountId: world.accountId,
      Status: 'ACTIVE',
      ManagedLoginVersion: 1,
    },
  };
}

function deleteUserPoolDomain(input: DeleteUserPoolDomainRequest, { world, region }: CallContext): object {
  const pool = findPool(world, region, input.UserPoolId);
  if (pool.domain !== input.Domain)
    throw new AwsError('InvalidParameterException', 'No such domain or user pool exists.');
  removeDomain(world, region, input.Domain ?? '');
  return {};
}

function describeUserPoolClient(
  input: DescribeUserPoolClientRequest,
  { world, region }: CallContext,
): DescribeUserPoolClientResponse {
  const pool = findPool(world, region, input.UserPoolId);
  const client = pool.clients.get(input.ClientId ?? '');
  if (!client) throw new AwsError('ResourceNotFoundException', `User pool client ${input.ClientId} does not exist.`);
  return {
    UserPoolClient: {
      UserPoolId: pool.id,
      ClientId: client.id,
      ClientName: client.name,
      ClientSecret: client.secret,
      CreationDate: client.createdAt,
      LastModifiedDate: client.createdAt,
      ...client.settings,
    },
  };
}

function listUserPoolClients(
  input: ListUserPoolClientsRequest,
  { world, region }: CallContext,
): ListUserPoolClientsResponse {
  const pool = findPool(world, region, input.UserPoolId);
  const { page, nextToken } = tokenPage([...pool.clients.values()], {
    size: input.MaxResults ?? 60,
    token: input.NextToken,
    errorCode: 'InvalidParameterException',
  });
  return {
    UserPoolClients: page.map(({ id, name }) => ({ ClientId: id, ClientName: name, UserPoolId: pool.id })),
    NextToken: nextToken,
  };
}

function listTagsForResource(
  input: ListTagsForResourceRequest,
  { world, region }: CallContext,
): ListTagsForResourceResponse {
  const pool = [...cognitoState(world, region).pools.values()].find(({ arn }) => arn === input.ResourceArn);
  if (!pool) throw new AwsError('ResourceNotFoundException', `Resource ${input.ResourceArn} does not exist.`);
  return { Tags: pool.tags };
}

/** Cognito's operations on pools, domains and clients. */
export const poolOperations = {
  DescribeUserPool: describeUserPool,
  ListUserPools: listUserPools,
  UpdateUserPool: updateUserPool,
  DeleteUserPool: deleteUserPool,
  DescribeUserPoolDomain: describeUserPoolDomain,
  DeleteUserPoolDomain: deleteUserPoolDomain,
  DescribeUserPoolClient: describeUserPoolClient,
  ListUserPoolClients: listUserPoolClients,
  ListTagsForResource: listTagsForResource,
} satisfies Record<string, Operation>;
