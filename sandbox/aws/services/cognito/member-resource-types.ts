import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { optionalInteger, optionalText, recordList, requiredText, textList } from '../ec2/property-values.ts';
import { cognitoState, findPool, type UserPool } from './cognito-state.ts';
import { createGroup, createUser, findPoolGroup, findUser, removeUser } from './pool-users.ts';

const poolOf = ({ world, region, properties }: CreateRequest | UpdateRequest): UserPool =>
  findPool(world, region, requiredText(properties, 'UserPoolId'));

/** Undefined when the pool is gone, and its members with it. */
const poolIfAny = ({ world, region, properties }: ExistingRequest): UserPool | undefined =>
  cognitoState(world, region).pools.get(String(properties['UserPoolId']));

function makeGroup(request: CreateRequest): ResourceState {
  const { properties } = request;
  const group = createGroup(request.world, poolOf(request), {
    name: optionalText(properties, 'GroupName') ?? request.generateName({ maxLength: 128 }),
    description: optionalText(properties, 'Description'),
    precedence: optionalInteger(properties, 'Precedence'),
    roleArn: optionalText(properties, 'RoleArn'),
  });
  return { physicalId: group.name, attributes: {} };
}

function updateGroup(request: UpdateRequest): ResourceState {
  const group = findPoolGroup(poolOf(request), request.physicalId);
  group.description = optionalText(request.properties, 'Description');
  group.precedence = optionalInteger(request.properties, 'Precedence');
  group.roleArn = optionalText(request.properties, 'RoleArn');
  return { physicalId: group.name, attributes: {} };
}

function makeUser(request: CreateRequest): ResourceState {
  const { properties } = request;
  const given = recordList(properties, 'UserAttributes').map((each) => [
    requiredText(each, 'Name'),
    optionalText(each, 'Value') ?? '',
  ]);
  const media = textList(properties, 'DesiredDeliveryMediums');
  const user = createUser(request.world, poolOf(request), {
    username: optionalText(properties, 'Username') ?? request.generateName({ maxLength: 128 }),
    attributes: Object.fromEntries(given) as Record<string, string>,
    suppressMessage: properties['MessageAction'] === 'SUPPRESS',
    media: media.length > 0 ? media : ['SMS'],
  });
  return { physicalId: user.username, attributes: {} };
}

function attach(request: CreateRequest): ResourceState {
  const pool = poolOf(request);
  const group = findPoolGroup(pool, requiredText(request.properties, 'GroupName'));
  const user = findUser(pool, requiredText(request.properties, 'Username'));
  group.usernames.add(user.username);
  // The primary identifier is UserPoolId|GroupName|Username (AWS::Cognito::UserPoolUserToGroupAttachment).
  return { physicalId: `${pool.id}|${group.name}|${user.username}`, attributes: {} };
}

/** AWS::Cognito::UserPoolGroup, UserPoolUser and UserPoolUserToGroupAttachment. */
export const memberResourceTypes: ResourceType[] = [
  {
    type: 'AWS::Cognito::UserPoolGroup',
    seconds: { create: 3, update: 3, delete: 2 },
    create: makeGroup,
    update: updateGroup,
    read(request) {
      const group = poolIfAny(request)?.groups.get(request.physicalId);
      return group && { Description: group.description, Precedence: group.precedence, RoleArn: group.roleArn };
    },
    delete: (request: ExistingRequest) => {
      poolIfAny(request)?.groups.delete(request.physicalId);
    },
  },
  {
    type: 'AWS::Cognito::UserPoolUser',
    seconds: { create: 3, update: 3, delete: 2 },
    create: makeUser,
    delete: (request: ExistingRequest) => {
      const pool = poolIfAny(request);
      if (pool) removeUser(pool, request.physicalId);
    },
  },
  {
    type: 'AWS::Cognito::UserPoolUserToGroupAttachment',
    seconds: { create: 3, update: 3, delete: 2 },
    create: attach,
    delete: (request: ExistingRequest) => {
      const [, groupName = '', username = ''] = request.physicalId.split('|');
      poolIfAny(request)?.groups.get(groupName)?.usernames.delete(username);
    },
  },
];
