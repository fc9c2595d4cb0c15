import type {
  AttachRolePolicyCommandInput,
  CreateRoleCommandInput,
  CreateRoleCommandOutput,
  DeleteRoleCommandInput,
  DeleteRolePolicyCommandInput,
  DetachRolePolicyCommandInput,
  GetAccountAuthorizationDetailsCommandInput,
  GetAccountAuthorizationDetailsCommandOutput,
  GetRoleCommandInput,
  GetRoleCommandOutput,
  GetRolePolicyCommandInput,
  GetRolePolicyCommandOutput,
  ListAttachedRolePoliciesCommandInput,
  ListAttachedRolePoliciesCommandOutput,
  ListRolePoliciesCommandInput,
  ListRolePoliciesCommandOutput,
  ListRolesCommandInput,
  ListRolesCommandOutput,
  ListRoleTagsCommandInput,
  ListRoleTagsCommandOutput,
  PutRolePolicyCommandInput,
  RoleDetail,
  Role as RoleShape,
} from '@aws-sdk/client-iam';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { findRole, iam, noSuchEntity, type Role } from './iam-state.ts';
import { encodeDocument, markerPage, tagList, tagRecord } from './marker-page.ts';
import { attachPolicy, createRole, deleteRole, putInlinePolicy } from './role-changes.ts';

type Output<T> = Omit<T, '$metadata'>;

function createOne(input: CreateRoleCommandInput, { world }: CallContext): Output<CreateRoleCommandOutput> {
  const role = createRole(world, {
    name: input.RoleName ?? '',
    path: input.Path ?? '/',
    trustPolicy: input.AssumeRolePolicyDocument ?? '',
    description: input.Description,
    maxSessionSeconds: input.MaxSessionDuration,
    permissionsBoundary: input.PermissionsBoundary,
    tags: tagRecord(input.Tags),
  });
  return { Role: describeWithTags(role) };
}

const getRole = (input: GetRoleCommandInput, { world }: CallContext): Output<GetRoleCommandOutput> => {
  return { Role: describeWithTags(findRole(world, input.RoleName)) };
};

/** CreateRole and GetRole show tags, ListRoles does not (API_CreateRole.html, API_ListRoles.html). */
function describeWithTags(role: Role): RoleShape {
  const tags = tagList(role.tags);
  return { ...describe(role), ...(tags.length > 0 ? { Tags: tags } : {}) };
}

/** Roles below a path, in pages; without tags (API_ListRoles.html). */
function listRoles(input: ListRolesCommandInput, { world }: CallContext): Output<ListRolesCommandOutput> {
  const roles = [...iam(world).roles.values()]
    .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { page, position } = markerPage(roles, input);
  return { Roles: page.map(describe), ...position };
}

/**
 * Roles with their policies and instance profiles, in pages
 * (IAM APIReference, API_GetAccountAuthorizationDetails.html). Of the entities that it tells of, the sandbox shows roles.
 */
function getAccountAuthorizationDetails(
  input: GetAccountAuthorizationDetailsCommandInput,
  { world }: CallContext,
): Output<GetAccountAuthorizationDetailsCommandOutput> {
  if (input.Filter?.length !== 1 || input.Filter[0] !== 'Role') {
    throw new AwsError(
      'NotImplemented',
      'The sandbox tells authorization details of roles only: Filter must be Role.',
      501,
    );
  }
  const { roles, instanceProfiles } = iam(world);
  const sorted = [...roles.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  const { page, position } = markerPage(sorted, input);
  const details = page.map((role): RoleDetail => {
    const { Description: _, MaxSessionDuration: __, ...described } = describe(role);
    const profiles = [...instanceProfiles.values()].filter(({ roleName }) => roleName === role.name);
    return {
      ...described,
      RolePolicyList: [...role.inlinePolicies].map(([PolicyName, document]) => ({
        PolicyName,
        PolicyDocument: encodeDocument(document),
      })),
      AttachedManagedPolicies: [...role.attachedPolicies].map((PolicyArn) => ({
        PolicyArn,
        PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
      })),
      InstanceProfileList: profiles.map(({ name, path, arn, id, createdAt }) => ({
        ...{ InstanceProfileName: name, Path: path, Arn: arn, InstanceProfileId: id, CreateDate: createdAt },
        Roles: [describe(role)],
      })),
    };
  });
  return { RoleDetailList: details, ...position };
}

function deleteOne(input: DeleteRoleCommandInput, { world }: CallContext): object {
  deleteRole(world, input.RoleName);
  return {};
}

function listRolePolicies(
  input: ListRolePoliciesCommandInput,
  { world }: CallContext,
): Output<ListRolePoliciesCommandOutput> {
  const { page, position } = markerPage([...findRole(world, input.RoleName).inlinePolicies.keys()].sort(), input);
  return { PolicyNames: page, ...position };
}

function getRolePolicy(input: GetRolePolicyCommandInput, { world }: CallContext): Output<GetRolePolicyCommandOutput> {
  const role = findRole(world, input.RoleName);
  const document = role.inlinePolicies.get(input.PolicyName ?? '');
  if (document === undefined) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
  return { RoleName: role.name, PolicyName: input.PolicyName, PolicyDocument: encodeDocument(document) };
}

function putRolePolicy(input: PutRolePolicyCommandInput, { world }: CallContext): object {
  putInlinePolicy(world, input.RoleName, input.PolicyName ?? '', input.PolicyDocument ?? '');
  return {};
}

function deleteRolePolicy(input: DeleteRolePolicyCommandInput, { world }: CallContext): object {
  if (!findRole(world, input.RoleName).inlinePolicies.delete(input.PolicyName ?? '')) {
    throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
  }
  return {};
}

function listAttachedRolePolicies(
  input: ListAttachedRolePoliciesCommandInput,
  { world }: CallContext,
): Output<ListAttachedRolePoliciesCommandOutput> {
  const { page, position } = markerPage([...findRole(world, input.RoleName).attachedPolicies].sort(), input);
  const policies = page.map((PolicyArn) => ({
    PolicyArn,
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
  }));
  return { AttachedPolicies: policies, ...position };
}

function attachRolePolicy(input: AttachRolePolicyCommandInput, { world }: CallContext): object {
  attachPolicy(world, input.RoleName, input.PolicyArn ?? '');
  return {};
}

function detachRolePolicy(input: DetachRolePolicyCommandInput, { world }: CallContext): object {
  if (!findRole(world, input.RoleName).attachedPolicies.delete(input.PolicyArn ?? '')) {
    throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
  }
  return {};
}

function listRoleTags(input: ListRoleTagsCommandInput, { world }: CallContext): Output<ListRoleTagsCommandOutput> {
  const { page, position } = markerPage(tagList(findRole(world, input.RoleName).tags), input);
  return { Tags: page, ...position };
}

const describe = (role: Role): RoleShape => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: role.createdAt,
  AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
  MaxSessionDuration: role.maxSessionSeconds,
  ...(role.description === undefined ? {} : { Description: role.description }),
  ...(role.permissionsBoundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
          PermissionsBoundaryArn: role.permissionsBoundary,
        },
      }),
});

/** IAM's operations on roles. */
export const roleOperations = {
  CreateRole: createOne,
  GetRole: getRole,
  ListRoles: listRoles,
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
  DeleteRole: deleteOne,
  ListRolePolicies: listRolePolicies,
  GetRolePolicy: getRolePolicy,
  PutRolePolicy: putRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  AttachRolePolicy: attachRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  ListRoleTags: listRoleTags,
} satisfies Record<string, Operation>;
