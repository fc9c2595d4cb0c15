import type {
  CreateRequest,
  ExistingRequest,
  ReadRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { AwsError } from '../../service.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { findRole, iam, type Role } from './iam-state.ts';
import {
  attachPolicy,
  checkAttachable,
  configureRole,
  createRole,
  deleteRole,
  putInlinePolicy,
  type RoleSettings,
} from './role-changes.ts';

type Properties = Record<string, unknown>;

function create(request: CreateRequest): ResourceState {
  const { world, properties } = request;
  const name = optionalString(properties, 'RoleName') ?? request.generateName({ maxLength: 64 });
  for (const arn of managedPolicies(properties)) checkAttachable(world, arn);
  const role = createRole(world, settingsOf(request, name));
  try {
    grant(request, role);
  } catch (error) {
    // CloudFormation removes a role that it could not finish.
    iam(world).roles.delete(role.name);
    throw error;
  }
  return stateOf(role);
}

function update(request: UpdateRequest): ResourceState {
  const { world, previousProperties, properties } = request;
  const role = findRole(world, request.physicalId);
  configureRole(world, role, settingsOf(request, role.name));
  const [inline, managed] = [inlinePolicies(properties), managedPolicies(properties)];
  for (const { name } of inlinePolicies(previousProperties)) {
    if (!inline.some((each) => each.name === name)) role.inlinePolicies.delete(name);
  }
  for (const arn of managedPolicies(previousProperties)) {
    if (!managed.includes(arn)) role.attachedPolicies.delete(arn);
  }
  grant(request, role);
  return stateOf(role);
}

/** Takes back what the template granted; policies from elsewhere fail the deletion. */
function remove(request: ExistingRequest): void {
  const { world, physicalId, properties } = request;
  const role = iam(world).roles.get(physicalId);
  if (!role) return;
  for (const { name } of inlinePolicies(properties)) role.inlinePolicies.delete(name);
  for (const arn of managedPolicies(properties)) role.attachedPolicies.delete(arn);
  deleteRole(world, physicalId);
}

/** Without what other resources of the same stack attach (drift-aware-change-sets.html, "Cross-stack attachments"). */
function read({ world, physicalId, siblings = [] }: ReadRequest): Properties | undefined {
  const role = iam(world).roles.get(physicalId);
  if (role === undefined) return undefined;
  const attached = siblings.filter(({ type }) => type === 'AWS::IAM::RolePolicy');
  const isAttached = (name: string): boolean =>
    attached.some(({ properties }) => properties['RoleName'] === physicalId && properties['PolicyName'] === name);
  return {
    AssumeRolePolicyDocument: role.trustPolicy,
    Policies: [...role.inlinePolicies]
      .filter(([name]) => !isAttached(name))
      .map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument })),
    ManagedPolicyArns: [...role.attachedPolicies],
    PermissionsBoundary: role.permissionsBoundary,
    MaxSessionDuration: role.maxSessionSeconds,
    Description: role.description,
  };
}

function grant({ world, properties }: CreateRequest | UpdateRequest, role: Role): void {
  for (const { name, document } of inlinePolicies(properties)) putInlinePolicy(world, role.name, name, document);
  for (const arn of managedPolicies(properties)) attachPolicy(world, role.name, arn);
}

function settingsOf({ properties, stackTags }: CreateRequest | UpdateRequest, name: string): RoleSettings {
  const seconds = properties['MaxSessionDuration'];
  return {
    name,
    path: optionalString(properties, 'Path') ?? '/',
    trustPolicy: properties['AssumeRolePolicyDocument'],
    description: optionalString(properties, 'Description'),
    maxSessionSeconds: seconds === undefined ? undefined : Number(seconds),
    permissionsBoundary: optionalString(properties, 'PermissionsBoundary'),
    tags: mergeResourceTags(properties['Tags'], stackTags),
  };
}

function inlinePolicies(properties: Properties): { name: string; document: unknown }[] {
  const policies = (properties['Policies'] ?? []) as { PolicyName?: unknown; PolicyDocument?: unknown }[];
  return policies.map(({ PolicyName, PolicyDocument }) => ({ name: String(PolicyName), document: PolicyDocument }));
}

function managedPolicies(properties: Properties): string[] {
  const arns = properties['ManagedPolicyArns'] ?? [];
  if (!Array.isArray(arns)) throw new AwsError('ValidationError', 'ManagedPolicyArns must be a list.');
  return arns.map(String);
}

const optionalString = (properties: Properties, name: string): string | undefined =>
  properties[name] === undefined ? undefined : String(properties[name]);

/** `Ref` returns the name (AWS::IAM::Role, Return values). */
const stateOf = (role: Role): ResourceState => ({
  physicalId: role.name,
  attributes: { Arn: role.arn, RoleId: role.id },
});

export const roleResourceType: ResourceType = {
  type: 'AWS::IAM::Role',
  // CloudFormation gives a new role time to become known to the other services; about 15 seconds in stack events.
  seconds: { create: 15, update: 5, delete: 2 },
  create,
  update,
  read,
  delete: remove,
};
