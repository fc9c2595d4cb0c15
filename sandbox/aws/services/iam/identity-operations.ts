import type {
  CreateOpenIDConnectProviderCommandInput,
  CreateOpenIDConnectProviderCommandOutput,
  DeleteOpenIDConnectProviderCommandInput,
  GetInstanceProfileCommandInput,
  GetInstanceProfileCommandOutput,
  GetOpenIDConnectProviderCommandInput,
  GetOpenIDConnectProviderCommandOutput,
  InstanceProfile as InstanceProfileShape,
  ListInstanceProfilesCommandInput,
  ListInstanceProfilesCommandOutput,
  ListInstanceProfilesForRoleCommandInput,
  ListInstanceProfilesForRoleCommandOutput,
  ListOpenIDConnectProvidersCommandInput,
  ListOpenIDConnectProvidersCommandOutput,
} from '@aws-sdk/client-iam';
import type { CallContext, Operation } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { findRole, type InstanceProfile, iam } from './iam-state.ts';
import { findInstanceProfile } from './instance-profiles.ts';
import { markerPage, tagList, tagRecord } from './marker-page.ts';
import { createOidcProvider, findOidcProvider } from './oidc-providers.ts';
import { roleOperations } from './role-operations.ts';

type Output<T> = Omit<T, '$metadata'>;

function createProvider(
  input: CreateOpenIDConnectProviderCommandInput,
  { world }: CallContext,
): Output<CreateOpenIDConnectProviderCommandOutput> {
  const { arn } = createOidcProvider(world, {
    url: input.Url ?? '',
    clientIds: input.ClientIDList ?? [],
    thumbprints: input.ThumbprintList ?? [],
    tags: tagRecord(input.Tags),
  });
  return { OpenIDConnectProviderArn: arn };
}

function getProvider(
  input: GetOpenIDConnectProviderCommandInput,
  { world }: CallContext,
): Output<GetOpenIDConnectProviderCommandOutput> {
  const provider = findOidcProvider(world, input.OpenIDConnectProviderArn);
  return {
    Url: provider.url,
    ClientIDList: provider.clientIds,
    ThumbprintList: provider.thumbprints,
    CreateDate: provider.createdAt,
    Tags: tagList(provider.tags),
  };
}

const listProviders = (
  _input: ListOpenIDConnectProvidersCommandInput,
  { world }: CallContext,
): Output<ListOpenIDConnectProvidersCommandOutput> => ({
  OpenIDConnectProviderList: [...iam(world).oidcProviders.keys()].map((Arn) => ({ Arn })),
});

/** Deleting a provider that does not exist succeeds (API_DeleteOpenIDConnectProvider.html: "idempotent"). */
function deleteProvider(input: DeleteOpenIDConnectProviderCommandInput, { world }: CallContext): object {
  iam(world).oidcProviders.delete(input.OpenIDConnectProviderArn ?? '');
  return {};
}

function getInstanceProfile(
  input: GetInstanceProfileCommandInput,
  context: CallContext,
): Output<GetInstanceProfileCommandOutput> {
  return { InstanceProfile: describe(context, findInstanceProfile(context.world, input.InstanceProfileName)) };
}

function listInstanceProfiles(
  input: ListInstanceProfilesCommandInput,
  context: CallContext,
): Output<ListInstanceProfilesCommandOutput> {
  const below = profilesOf(context.world).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
  const { page, position } = markerPage(below, input);
  return { InstanceProfiles: page.map((each) => describe(context, each)), ...position };
}

function listInstanceProfilesForRole(
  input: ListInstanceProfilesForRoleCommandInput,
  context: CallContext,
): Output<ListInstanceProfilesForRoleCommandOutput> {
  const { name } = findRole(context.world, input.RoleName);
  const { page, position } = markerPage(
    profilesOf(context.world).filter(({ roleName }) => roleName === name),
    input,
  );
  return { InstanceProfiles: page.map((each) => describe(context, each)), ...position };
}

const profilesOf = (world: AwsWorld): InstanceProfile[] =>
  [...iam(world).instanceProfiles.values()].sort((one, other) => (one.name < other.name ? -1 : 1));

function describe(context: CallContext, profile: InstanceProfile): InstanceProfileShape {
  const role = profile.roleName === undefined ? undefined : iam(context.world).roles.get(profile.roleName);
  const roles = role && roleOperations.GetRole({ RoleName: role.name }, context).Role;
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: profile.createdAt,
    Roles: roles ? [roles] : [],
    Tags: tagList(profile.tags),
  };
}

/** IAM's operations on identity providers and instance profiles. */
export const identityOperations = {
  CreateOpenIDConnectProvider: createProvider,
  GetOpenIDConnectProvider: getProvider,
  ListOpenIDConnectProviders: listProviders,
  DeleteOpenIDConnectProvider: deleteProvider,
  GetInstanceProfile: getInstanceProfile,
  ListInstanceProfiles: listInstanceProfiles,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
} satisfies Record<string, Operation>;
