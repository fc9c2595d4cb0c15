import { AwsError } from '../../service.ts';
import { makeKeyId } from '../../signature/credential-store.ts';
import type { AwsWorld } from '../../world.ts';
import {
  alreadyExists,
  checkEntityName,
  deleteConflict,
  entityArn,
  iam,
  type ManagedPolicy,
  noSuchEntity,
} from './iam-state.ts';
import { readPolicyDocument } from './policy-document.ts';
import { policyLength, policyText } from './role-changes.ts';

/** IAM userguide, reference_iam-quotas.html; white space does not count. */
const MANAGED_POLICY_CHARACTERS = 6144;

/**
 * API_CreatePolicy.html
 * @throws AwsError EntityAlreadyExists, ValidationError, MalformedPolicyDocument, LimitExceeded
 */
export function createPolicy(
  world: AwsWorld,
  settings: {
    name: string;
    path: string;
    document: unknown;
    description?: string | undefined;
    tags?: Record<string, string>;
  },
): ManagedPolicy {
  const { name, path } = settings;
  checkEntityName('policy', name, path);
  const arn = entityArn(world, 'policy', path, name);
  // Names are unique whatever the path (same quota page, "Names").
  if ([...iam(world).policies.values()].some((policy) => policy.name === name)) {
    throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
  }
  const now = world.clock.now();
  const policy: ManagedPolicy = {
    ...{ name, path, arn, createdAt: now, updatedAt: now },
    id: makeKeyId('ANPA'),
    description: settings.description,
    document: checkedDocument(settings.document),
    version: 1,
    tags: settings.tags ?? {},
  };
  iam(world).policies.set(arn, policy);
  return policy;
}

/** Makes a new default version (API_CreatePolicyVersion.html). */
export function changePolicyDocument(world: AwsWorld, policy: ManagedPolicy, document: unknown): void {
  const text = checkedDocument(document);
  if (text === policy.document) return;
  policy.document = text;
  policy.version += 1;
  policy.updatedAt = world.clock.now();
}

function checkedDocument(document: unknown): string {
  const text = policyText(document);
  readPolicyDocument(text, 'identity');
  if (policyLength(text) > MANAGED_POLICY_CHARACTERS) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${MANAGED_POLICY_CHARACTERS}`, 409);
  }
  return text;
}

/** @throws AwsError NoSuchEntity */
export function findPolicy(world: AwsWorld, arn: string | undefined): ManagedPolicy {
  const policy = iam(world).policies.get(arn ?? '');
  if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

/** Names of the roles that a policy is attached to. */
export const rolesWithPolicy = (world: AwsWorld, arn: string): string[] =>
  [...iam(world).roles.values()].filter((role) => role.attachedPolicies.has(arn)).map(({ name }) => name);

/**
 * API_DeletePolicy.html
 * @throws AwsError NoSuchEntity, DeleteConflict while it is attached to a role or is a role's boundary
 */
export function deletePolicy(world: AwsWorld, arn: string): void {
  findPolicy(world, arn);
  const isBoundary = [...iam(world).roles.values()].some((role) => role.permissionsBoundary === arn);
  if (isBoundary || rolesWithPolicy(world, arn).length > 0) {
    throw deleteConflict('Cannot delete a policy attached to entities.');
  }
  iam(world).policies.delete(arn);
}
