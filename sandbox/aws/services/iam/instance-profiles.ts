import { AwsError } from '../../service.ts';
import { makeKeyId } from '../../signature/credential-store.ts';
import type { AwsWorld } from '../../world.ts';
import {
  alreadyExists,
  checkEntityName,
  entityArn,
  findRole,
  type InstanceProfile,
  iam,
  noSuchEntity,
} from './iam-state.ts';

/**
 * API_CreateInstanceProfile.html
 * @throws AwsError EntityAlreadyExists, ValidationError
 */
export function createInstanceProfile(
  world: AwsWorld,
  settings: { name: string; path: string; roleNames: string[] },
): InstanceProfile {
  const { name, path } = settings;
  checkEntityName('instance-profile', name, path);
  const { instanceProfiles } = iam(world);
  if (instanceProfiles.has(name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
  const profile: InstanceProfile = {
    ...{ name, path, createdAt: world.clock.now(), tags: {} },
    arn: entityArn(world, 'instance-profile', path, name),
    id: makeKeyId('AIPA'),
    roleName: checkedRole(world, settings.roleNames),
  };
  instanceProfiles.set(name, profile);
  return profile;
}

/** Replaces the one role of a profile. */
export function setProfileRole(world: AwsWorld, profile: InstanceProfile, roleNames: string[]): void {
  profile.roleName = checkedRole(world, roleNames);
}

/** A profile has one role at most (API_AddRoleToInstanceProfile.html). */
function checkedRole(world: AwsWorld, roleNames: string[]): string | undefined {
  if (roleNames.length > 1) {
    throw new AwsError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
  }
  return roleNames[0] === undefined ? undefined : findRole(world, roleNames[0]).name;
}

/** @throws AwsError NoSuchEntity */
export function findInstanceProfile(world: AwsWorld, name: string | undefined): InstanceProfile {
  const profile = iam(world).instanceProfiles.get(name ?? '');
  if (!profile) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}
