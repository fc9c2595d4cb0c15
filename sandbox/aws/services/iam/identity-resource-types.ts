import type {
  CreateRequest,
  ExistingRequest,
  ResourceState,
  ResourceType,
  UpdateRequest,
} from '../../cloudformation/resource-type.ts';
import { mergeResourceTags } from '../resource-tags.ts';
import { type InstanceProfile, iam, type OidcProvider } from './iam-state.ts';
import { createInstanceProfile, findInstanceProfile, setProfileRole } from './instance-profiles.ts';
import { createOidcProvider, findOidcProvider } from './oidc-providers.ts';

const strings = (value: unknown): string[] => ((value ?? []) as unknown[]).map(String);

function createProfile(request: CreateRequest): ResourceState {
  const { InstanceProfileName: name, Path: path, Roles } = request.properties;
  const profile = createInstanceProfile(request.world, {
    name: name === undefined ? request.generateName({ maxLength: 128 }) : String(name),
    path: path === undefined ? '/' : String(path),
    roleNames: strings(Roles),
  });
  return profileState(profile);
}

function updateProfile(request: UpdateRequest): ResourceState {
  const profile = findInstanceProfile(request.world, request.physicalId);
  setProfileRole(request.world, profile, strings(request.properties['Roles']));
  return profileState(profile);
}

const deleteProfile = ({ world, physicalId }: ExistingRequest): void => {
  iam(world).instanceProfiles.delete(physicalId);
};

const profileState = (profile: InstanceProfile): ResourceState => ({
  physicalId: profile.name,
  attributes: { Arn: profile.arn },
});

/** Two minutes until an instance profile is usable (stack events; IAM userguide, troubleshoot_general.html). */
export const instanceProfileResourceType: ResourceType = {
  type: 'AWS::IAM::InstanceProfile',
  seconds: { create: 120, update: 120, delete: 2 },
  create: createProfile,
  update: updateProfile,
  read: ({ world, physicalId }) => {
    const profile = iam(world).instanceProfiles.get(physicalId);
    return profile && { Roles: profile.roleName === undefined ? [] : [profile.roleName] };
  },
  delete: deleteProfile,
};

function createProvider(request: CreateRequest): ResourceState {
  const { Url, ClientIdList, ThumbprintList, Tags } = request.properties;
  const provider = createOidcProvider(request.world, {
    url: String(Url),
    clientIds: strings(ClientIdList),
    thumbprints: strings(ThumbprintList),
    tags: mergeResourceTags(Tags, request.stackTags),
  });
  return providerState(provider);
}

function updateProvider(request: UpdateRequest): ResourceState {
  const provider = findOidcProvider(request.world, request.physicalId);
  const { ClientIdList, ThumbprintList, Tags } = request.properties;
  provider.clientIds = strings(ClientIdList);
  provider.thumbprints = strings(ThumbprintList);
  provider.tags = mergeResourceTags(Tags, request.stackTags);
  return providerState(provider);
}

const deleteProvider = ({ world, physicalId }: ExistingRequest): void => {
  iam(world).oidcProviders.delete(physicalId);
};

/** `Ref` returns the ARN (AWS::IAM::OIDCProvider, Return values). */
const providerState = ({ arn }: OidcProvider): ResourceState => ({ physicalId: arn, attributes: { Arn: arn } });

export const oidcProviderResourceType: ResourceType = {
  type: 'AWS::IAM::OIDCProvider',
  seconds: { create: 2, update: 2, delete: 2 },
  create: createProvider,
  update: updateProvider,
  delete: deleteProvider,
};
