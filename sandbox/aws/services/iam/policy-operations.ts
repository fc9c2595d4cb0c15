import type {
  CreatePolicyCommandInput,
  CreatePolicyCommandOutput,
  DeletePolicyCommandInput,
  GetPolicyCommandInput,
  GetPolicyCommandOutput,
  GetPolicyVersionCommandInput,
  GetPolicyVersionCommandOutput,
  ListEntitiesForPolicyCommandInput,
  ListEntitiesForPolicyCommandOutput,
  ListPoliciesCommandInput,
  ListPoliciesCommandOutput,
  Policy,
} from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { iam, type ManagedPolicy, noSuchEntity } from './iam-state.ts';
import { encodeDocument, markerPage, tagList, tagRecord } from './marker-page.ts';
import { createPolicy, deletePolicy, findPolicy, rolesWithPolicy } from './policy-changes.ts';
import { checkAttachable } from './role-changes.ts';

type Output<T> = Omit<T, '$metadata'>;

function createOne(input: CreatePolicyCommandInput, { world }: CallContext): Output<CreatePolicyCommandOutput> {
  const policy = createPolicy(world, {
    name: input.PolicyName ?? '',
    path: input.Path ?? '/',
    document: input.PolicyDocument ?? '',
    description: input.Description,
    tags: tagRecord(input.Tags),
  });
  return { Policy: describe(world, policy) };
}

function getPolicy(input: GetPolicyCommandInput, { world }: CallContext): Output<GetPolicyCommandOutput> {
  const policy = findPolicy(world, input.PolicyArn);
  return { Policy: { ...describe(world, policy), Tags: tagList(policy.tags) } };
}

/** Only the default version is kept. */
function getPolicyVersion(
  input: GetPolicyVersionCommandInput,
  { world }: CallContext,
): Output<GetPolicyVersionCommandOutput> {
  const policy = findPolicy(world, input.PolicyArn);
  if (input.VersionId !== `v${policy.version}`) {
    throw noSuchEntity(`Policy ${policy.arn} version ${input.VersionId} does not exist or is not attachable.`);
  }
  return {
    PolicyVersion: {
      Document: encodeDocument(policy.document),
      VersionId: input.VersionId,
      IsDefaultVersion: true,
      CreateDate: policy.updatedAt,
    },
  };
}

/** Customer managed policies; those of AWS are not listed one by one here. */
function listPolicies(input: ListPoliciesCommandInput, { world }: CallContext): Output<ListPoliciesCommandOutput> {
  const policies = [...(input.Scope === 'AWS' ? [] : iam(world).policies.values())]
    .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
    .filter(({ arn }) => !input.OnlyAttached || rolesWithPolicy(world, arn).length > 0)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { page, position } = markerPage(policies, input);
  return { Policies: page.map((policy) => describe(world, policy)), ...position };
}

function listEntitiesForPolicy(
  input: ListEntitiesForPolicyCommandInput,
  { world }: CallContext,
): Output<ListEntitiesForPolicyCommandOutput> {
  const arn = input.PolicyArn ?? '';
  checkAttachable(world, arn);
  const { page, position } = markerPage(rolesWithPolicy(world, arn), input);
  return {
    PolicyGroups: [],
    PolicyUsers: [],
    PolicyRoles: page.map((RoleName) => ({ RoleName, RoleId: iam(world).roles.get(RoleName)?.id })),
    ...position,
  };
}

function deleteOne(input: DeletePolicyCommandInput, { world }: CallContext): object {
  deletePolicy(world, input.PolicyArn ?? '');
  return {};
}

const describe = (world: AwsWorld, policy: ManagedPolicy): Policy => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: `v${policy.version}`,
  AttachmentCount: rolesWithPolicy(world, policy.arn).length,
  PermissionsBoundaryUsageCount: 0,
  IsAttachable: true,
  CreateDate: policy.createdAt,
  UpdateDate: policy.updatedAt,
  ...(policy.description === undefined ? {} : { Description: policy.description }),
});

/** IAM's operations on managed policies. */
export const policyOperations = {
  CreatePolicy: createOne,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  ListPolicies: listPolicies,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  DeletePolicy: deleteOne,
} satisfies Record<string, Operation>;
