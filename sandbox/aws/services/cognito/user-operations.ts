import type {
  AdminAddUserToGroupRequest,
  AdminCreateUserRequest,
  AdminCreateUserResponse,
  AdminDisableUserRequest,
  AdminGetUserRequest,
  AdminGetUserResponse,
  AdminListGroupsForUserRequest,
  AdminListGroupsForUserResponse,
  AdminUpdateUserAttributesRequest,
  GroupType,
  ListGroupsRequest,
  ListGroupsResponse,
  ListUsersInGroupRequest,
  ListUsersInGroupResponse,
  ListUsersRequest,
  ListUsersResponse,
  UserStatusType,
  UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { tokenPage } from '../token-page.ts';
import { findPool, type PoolGroup, type PoolUser, type UserPool } from './cognito-state.ts';
import { createUser, findPoolGroup, findUser } from './pool-users.ts';

/** Lists of users and groups have at most 60 entries a page (API_ListUsers.html). */
const pageOf = <T>(
  entries: readonly T[],
  size: number | undefined,
  token: string | undefined,
): { page: T[]; nextToken: string | undefined } =>
  tokenPage(entries, { size: Math.min(size ?? 60, 60), token, errorCode: 'InvalidParameterException' });

const attributesOf = (user: PoolUser): { Name: string; Value: string }[] =>
  [...user.attributes].map(([Name, Value]) => ({ Name, Value }));

const toUserType = (user: PoolUser): UserType => ({
  Username: user.username,
  Attributes: attributesOf(user),
  Enabled: user.enabled,
  UserStatus: user.status as UserStatusType,
  UserCreateDate: user.createdAt,
  UserLastModifiedDate: user.modifiedAt,
});

const toGroupType = (pool: UserPool, group: PoolGroup): GroupType => ({
  GroupName: group.name,
  UserPoolId: pool.id,
  Description: group.description,
  Precedence: group.precedence,
  RoleArn: group.roleArn,
  CreationDate: group.createdAt,
  LastModifiedDate: group.createdAt,
});

function listUsers(input: ListUsersRequest, { world, region }: CallContext): ListUsersResponse {
  const pool = findPool(world, region, input.UserPoolId);
  const passes = userFilter(input.Filter);
  const { page, nextToken } = pageOf([...pool.users.values()].filter(passes), input.Limit, input.PaginationToken);
  return { Users: page.map(toUserType), PaginationToken: nextToken };
}

/** `attribute = "value"`, or `^=` for a beginning; one condition only (API_ListUsers.html, Filter). */
function userFilter(filter: string | undefined): (user: PoolUser) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const match = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter);
  if (!match) throw new AwsError('InvalidParameterException', `Error while parsing filter.`);
  const [, name = '', operator, quoted = ''] = match;
  const value = quoted.replace(/\\(.)/g, '$1');
  return (user) => {
    const found = filterable(user, name);
    return operator === '=' ? found === value : (found ?? '').startsWith(value);
  };
}

const FILTERABLE: readonly string[] = [
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'sub',
];

function filterable(user: PoolUser, name: string): string | undefined {
  if (name === 'username') return user.username;
  if (name === 'cognito:user_status') return user.status;
  if (name === 'status') return user.enabled ? 'Enabled' : 'Disabled';
  if (!FILTERABLE.includes(name))
    throw new AwsError('InvalidParameterException', `Cannot filter by attribute ${name}.`);
  return user.attributes.get(name);
}

function listGroups(input: ListGroupsRequest, { world, region }: CallContext): ListGroupsResponse {
  const pool = findPool(world, region, input.UserPoolId);
  const { page, nextToken } = pageOf([...pool.groups.values()], input.Limit, input.NextToken);
  return { Groups: page.map((group) => toGroupType(pool, group)), NextToken: nextToken };
}

function listUsersInGroup(input: ListUsersInGroupRequest, { world, region }: CallContext): ListUsersInGroupResponse {
  const pool = findPool(world, region, input.UserPoolId);
  const { usernames } = findPoolGroup(pool, input.GroupName);
  const members = [...pool.users.values()].filter(({ username }) => usernames.has(username));
  const { page, nextToken } = pageOf(members, input.Limit, input.NextToken);
  return { Users: page.map(toUserType), NextToken: nextToken };
}

function adminGetUser(input: AdminGetUserRequest, { world, region }: CallContext): AdminGetUserResponse {
  const user = findUser(findPool(world, region, input.UserPoolId), input.Username);
  const { Attributes, ...rest } = toUserType(user);
  return { ...rest, Username: user.username, UserAttributes: Attributes };
}

function adminCreateUser(input: AdminCreateUserRequest, { world, region }: CallContext): AdminCreateUserResponse {
  const user = createUser(world, findPool(world, region, input.UserPoolId), {
    username: input.Username ?? '',
    attributes: Object.fromEntries((input.UserAttributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value])),
    suppressMessage: input.MessageAction === 'SUPPRESS',
    media: input.DesiredDeliveryMediums ?? ['SMS'],
  });
  return { User: toUserType(user) };
}

/** Attributes that are not given stay (API_AdminUpdateUserAttributes.html). */
function adminUpdateUserAttributes(input: AdminUpdateUserAttributesRequest, { world, region }: CallContext): object {
  const user = findUser(findPool(world, region, input.UserPoolId), input.Username);
  for (const { Name = '', Value = '' } of input.UserAttributes ?? []) {
    if (Name === 'sub') throw new AwsError('InvalidParameterException', 'user.sub: Attribute cannot be updated.');
    user.attributes.set(Name, Value);
  }
  user.modifiedAt = world.clock.now();
  return {};
}

function adminAddUserToGroup(input: AdminAddUserToGroupRequest, { world, region }: CallContext): object {
  const pool = findPool(world, region, input.UserPoolId);
  findPoolGroup(pool, input.GroupName).usernames.add(findUser(pool, input.Username).username);
  return {};
}

function adminListGroupsForUser(
  input: AdminListGroupsForUserRequest,
  { world, region }: CallContext,
): AdminListGroupsForUserResponse {
  const pool = findPool(world, region, input.UserPoolId);
  const { username } = findUser(pool, input.Username);
  const groups = [...pool.groups.values()].filter(({ usernames }) => usernames.has(username));
  const { page, nextToken } = pageOf(groups, input.Limit, input.NextToken);
  return { Groups: page.map((group) => toGroupType(pool, group)), NextToken: nextToken };
}

const enable =
  (enabled: boolean) =>
  (input: AdminDisableUserRequest, { world, region }: CallContext): object => {
    const user = findUser(findPool(world, region, input.UserPoolId), input.Username);
    user.enabled = enabled;
    user.modifiedAt = world.clock.now();
    return {};
  };

/** Cognito's operations on users and groups. */
export const userOperations = {
  ListUsers: listUsers,
  ListGroups: listGroups,
  ListUsersInGroup: listUsersInGroup,
  AdminGetUser: adminGetUser,
  AdminUpdateUserAttributes: adminUpdateUserAttributes,
  AdminCreateUser: adminCreateUser,
  AdminAddUserToGroup: adminAddUserToGroup,
  AdminListGroupsForUser: adminListGroupsForUser,
  AdminDisableUser: enable(false),
  AdminEnableUser: enable(true),
} satisfies Record<string, Operation>;
