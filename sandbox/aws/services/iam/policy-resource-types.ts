import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { findRole, iam } from './iam-state.ts';
import { changePolicyDocument, createPolicy, deletePolicy, findPolicy } from './policy-changes.ts';
import { attachPolicy, putInlinePolicy } from './role-changes.ts';

type Properties = Record<string, unknown>;

const roleNames = (properties: Properties): string[] => ((properties['Roles'] ?? []) as unknown[]).map(String);

/** The sandbox has no IAM users and groups. */
function refuseUsersAndGroups(type: string, properties: Properties): void {
  for (const name of ['Users', 'Groups']) {
    if (properties[name] === undefined) continue;
    throw new AwsError('NotImplemented', `The sandbox does not support ${name} of ${type}.`);
  }
}

function createManaged(request: CreateRequest): ResourceState {
  const { world, properties } = request;
  refuseUsersAndGroups('AWS::IAM::ManagedPolicy', properties);
  for (const role of roleNames(properties)) findRole(world, role);
  const policy = createPolicy(world, {
    name: optional(properties, 'ManagedPolicyName') ?? request.generateName({ maxLength: 128 }),
    path: optional(properties, 'Path') ?? '/',
    document: properties['PolicyDocument'],
    description: optional(properties, 'Description'),
  });
  for (const role of roleNames(properties)) attachPolicy(world, role, policy.arn);
  return managedState(world.accountId, policy.arn);
}

function updateManaged(request: UpdateRequest): ResourceState {
  const { world, properties, previousProperties, physicalId } = request;
  refuseUsersAndGroups('AWS::IAM::ManagedPolicy', properties);
  changePolicyDocument(world, findPolicy(world, physicalId), properties['PolicyDocument']);
  detach(request, previousProperties);
  for (const role of roleNames(properties)) attachPolicy(world, role, physicalId);
  return managedState(world.accountId, physicalId);
}

function deleteManaged(request: ExistingRequest): void {
  if (!iam(request.world).policies.has(request.physicalId)) return;
  detach(request, request.properties);
  deletePolicy(request.world, request.physicalId);
}

function detach({ world, physicalId }: ExistingRequest, properties: Properties): void {
  for (const role of roleNames(properties)) iam(world).roles.get(role)?.attachedPolicies.delete(physicalId);
}

/** `Ref` returns the ARN (AWS::IAM::ManagedPolicy, Return values). */
const managedState = (accountId: string, arn: string): ResourceState => ({
  physicalId: arn,
  attributes: { PolicyArn: arn, AccountId: accountId },
});

function putPolicy(request: CreateRequest | UpdateRequest): ResourceState {
  const { world, properties } = request;
  refuseUsersAndGroups('AWS::IAM::Policy', properties);
  const roles = roleNames(properties);
  if (roles.length === 0) {
    throw new AwsError('ValidationError', 'At least one of [Groups,Roles,Users] must be non-empty.');
  }
  if ('previousProperties' in request) removePolicy({ ...request, properties: request.previousProperties });
  for (const role of roles)
    putInlinePolicy(world, role, String(properties['PolicyName']), properties['PolicyDocument']);
  const physicalId = 'physicalId' in request ? request.physicalId : request.generateName({ maxLength: 128 });
  return { physicalId, attributes: { Id: physicalId } };
}

function removePolicy({ world, properties }: ExistingRequest): void {
  for (const role of roleNames(properties)) {
    iam(world).roles.get(role)?.inlinePolicies.delete(String(properties['PolicyName']));
  }
}

function putRolePolicy({ world, properties }: CreateRequest | UpdateRequest): ResourceState {
  const [role, name] = [String(properties['RoleName']), String(properties['PolicyName'])];
  putInlinePolicy(world, role, name, properties['PolicyDocument']);
  return { physicalId: `${name}|${role}`, attributes: {} };
}

function removeRolePolicy({ world, properties }: ExistingRequest): void {
  iam(world).roles.get(String(properties['RoleName']))?.inlinePolicies.delete(String(properties['PolicyName']));
}

const optional = (properties: Properties, name: string): string | undefined =>
  properties[name] === undefined ? undefined : String(properties[name]);

export const managedPolicyResourceType: ResourceType = {
  type: 'AWS::IAM::ManagedPolicy',
  // CloudFormation waits for a new policy to become known everywhere; about 15 seconds in stack events.
  seconds: { create: 15, update: 5, delete: 2 },
  create: createManaged,
  update: updateManaged,
  read: ({ world, physicalId }) => {
    const policy = iam(world).policies.get(physicalId);
    return policy && { PolicyDocument: policy.document };
  },
  delete: deleteManaged,
};

export const inlinePolicyResourceTypes: ResourceType[] = [
  {
    type: 'AWS::IAM::Policy',
    // As for managed policies.
    seconds: { create: 15, update: 5, delete: 2 },
    create: putPolicy,
    update: putPolicy,
    delete: removePolicy,
  },
  {
    type: 'AWS::IAM::RolePolicy',
    seconds: { create: 5, update: 5, delete: 2 },
    create: putRolePolicy,
    update: putRolePolicy,
    read: ({ world, properties }) => {
      const role = iam(world).roles.get(String(properties['RoleName']));
      const PolicyDocument = role?.inlinePolicies.get(String(properties['PolicyName']));
      return PolicyDocument === undefined ? undefined : { PolicyDocument };
    },
    delete: removeRolePolicy,
  },
];
