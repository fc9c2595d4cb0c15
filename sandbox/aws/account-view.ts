import {
  type CodeCommitRepository,
  codecommitState,
  findCodeCommitRepository,
  removeCodeCommitRepository,
} from './services/codecommit/codecommit-state.ts';
import { findRole } from './services/iam/iam-state.ts';
import { taggedResourceSources } from './services/tagging/tagged-resource-sources.ts';
import type { TaggedResource } from './services/tagging/tagged-resources.ts';
import { createRoleSession } from './signature/credential-store.ts';
import type { AwsWorld } from './world.ts';

/** Temporary keys, as STS gives them. */
export type SessionKeys = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** The account seen from inside, past every permission. */
export type AccountView = {
  /**
   * Keys of a role's session, as if whom it trusts had assumed it.
   * @param role name without path
   * @param options.seconds real seconds until they expire, default an hour
   * @param options.policies JSON texts of session policies
   */
  session(role: string, options?: { name?: string; seconds?: number; policies?: readonly string[] }): SessionKeys;
  /** What stands in a region, whoever owns it: ARN and tags of everything that can carry tags. Global services in us-east-1. */
  resources(region: string): TaggedResource[];
  /** CodeCommit's repositories of a region, with the bare folders that hold them: to look at, not to write into. */
  repositories(region: string): CodeCommitRepository[];
  /** @throws AwsError RepositoryDoesNotExistException */
  repository(region: string, name: string): CodeCommitRepository;
  removeRepository(region: string, name: string): Promise<void>;
};

export function viewAccount(world: AwsWorld): AccountView {
  return {
    session: (role, { name = 'session', seconds = 3_600, policies } = {}) =>
      createRoleSession(world, findRole(world, role), { name, seconds, policies }),
    resources: (region) => taggedResourceSources.flatMap((source) => [...source(world, region)]),
    repositories: (region) => [...world.state(codecommitState, region).values()],
    repository: (region, name) => findCodeCommitRepository(world, region, name),
    removeRepository: (region, name) =>
      removeCodeCommitRepository(world, findCodeCommitRepository(world, region, name)),
  };
}
