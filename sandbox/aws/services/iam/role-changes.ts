import { AwsError } from '../../service.ts';
import { makeKeyId } from '../../signature/credential-store.ts';
import type { AwsWorld } from '../../world.ts';
import { isAwsManagedPolicy } from './aws-managed-policies.ts';
import {
  alreadyExists,
  checkEntityName,
  deleteConflict,
  entityArn,
  findRole,
  iam,
  noSuchEntity,
  type Role,
  roleByArn,
  violated,
} from './iam-state.ts';
import { type PolicyDocument, readPolicyDocument } from './policy-document.ts';

/** Quotas of IAM userguide, reference_iam-quotas.html; white space does not count. */
const TRUST_POLICY_CHARACTERS = 2048;
const INLINE_POLICIES_CHARACTERS = 10_240;
const MANAGED_POLICIES_PER_ROLE = 10;

export const policyLength = (document: string): number => document.replace(/\s/g, '').length;

/** A document as JSON text, whatever form it came in. */
export const policyText = (document: unknown): string =>
  typeof document === 'string' ? document : JSON.stringify(document);

export type RoleSettings = {
  name: string;
  path: string;
  trustPolicy: unknown;
  description?: string | undefined;
  /** 3600 to 43200; default 3600 (API_CreateRole.html). */
  maxSessionSeconds?: number | undefined;
  permissionsBoundary?: string | undefined;
  tags?: Record<string, string>;
};

/**
 * API_CreateRole.html
 * @throws AwsError EntityAlreadyExists, ValidationError, MalformedPolicyDocument, LimitExceeded, NoSuchEntity
 */
export function createRole(world: AwsWorld, settings: RoleSettings): Role {
  const { name, path, tags = {} } = settings;
  checkEntityName('role', name, path);
  if (iam(world).roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
  const role: Role = {
    ...{ name, path, tags, createdAt: world.clock.now() },
    arn: entityArn(world, 'role', path, name),
    id: makeKeyId('AROA'),
    description: settings.description,
    trustPolicy: '',
    maxSessionSeconds: 3600,
    permissionsBoundary: undefined,
    inlinePolicies: new Map(),
    attachedPolicies: new Set(),
  };
  configureRole(world, role, settings);
  iam(world).roles.set(name, role);
  return role;
}

/** Sets what may change about a role; all or nothing. */
export function configureRole(world: AwsWorld, role: Role, settings: RoleSettings): void {
  const trustPolicy = checkedTrustPolicy(world, settings.trustPolicy);
  const seconds = settings.maxSessionSeconds ?? 3600;
  if (seconds < 3600) {
    throw violated(String(seconds), 'maxSessionDuration', 'Member must have value greater than or equal to 3600');
  }
  if (seconds > 43_200) {
    throw violated(String(seconds), 'maxSessionDuration', 'Member must have value less than or equal to 43200');
  }
  if (settings.permissionsBoundary !== undefined) checkAttachable(world, settings.permissionsBoundary);
  role.trustPolicy = trustPolicy;
  role.maxSessionSeconds = seconds;
  role.permissionsBoundary = settings.permissionsBoundary;
  role.description = settings.description;
  role.tags = settings.tags ?? role.tags;
}

function checkedTrustPolicy(world: AwsWorld, document: unknown): string {
  const text = policyText(document);
  checkPrincipalsExist(world, readPolicyDocument(text, 'trust'));
  if (policyLength(text) > TRUST_POLICY_CHARACTERS) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_CHARACTERS}`, 409);
  }
  return text;
}

/** Roles of this account that a trust policy names must exist (IAM userguide, troubleshoot_roles.html). */
function checkPrincipalsExist(world: AwsWorld, { statements }: PolicyDocument): void {
  for (const principal of statements.flatMap(({ principals }) => principals?.byType['AWS'] ?? [])) {
    const ownRole = principal.startsWith(`arn:aws:iam::${world.accountId}:role/`);
    if (ownRole && !roleByArn(world, principal)) {
      throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${principal}"`);
    }
  }
}

/**
 * API_PutRolePolicy.html
 * @throws AwsError NoSuchEntity, MalformedPolicyDocument, LimitExceeded
 */
export function putInlinePolicy(world: AwsWorld, roleName: string | undefined, name: string, document: unknown): void {
  const role = findRole(world, roleName);
  checkEntityName('policy', name, '/');
  const text = policyText(document);
  readPolicyDocument(text, 'identity');
  const others = [...role.inlinePolicies].filter(([each]) => each !== name);
  const total = [...others.map(([, each]) => each), text].reduce((sum, each) => sum + policyLength(each), 0);
  if (total > INLINE_POLICIES_CHARACTERS) {
    const message = `Maximum policy size of ${INLINE_POLICIES_CHARACTERS} bytes exceeded for role ${role.name}`;
    throw new AwsError('LimitExceeded', message, 409);
  }
  role.inlinePolicies.set(name, text);
}

/**
 * API_AttachRolePolicy.html
 * @throws AwsError NoSuchEntity, LimitExceeded
 */
export function attachPolicy(world: AwsWorld, roleName: string | undefined, policyArn: string): void {
  const role = findRole(world, roleName);
  checkAttachable(world, policyArn);
  if (!role.attachedPolicies.has(policyArn) && role.attachedPolicies.size >= MANAGED_POLICIES_PER_ROLE) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${MANAGED_POLICIES_PER_ROLE}`, 409);
  }
  role.attachedPolicies.add(policyArn);
}

/** @throws AwsError NoSuchEntity */
export function checkAttachable(world: AwsWorld, policyArn: string): void {
  if (isAwsManagedPolicy(policyArn) || iam(world).policies.has(policyArn)) return;
  throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
}

/**
 * A role with policies, or in an instance profile, cannot go (API_DeleteRole.html).
 * @throws AwsError NoSuchEntity, DeleteConflict
 */
export function deleteRole(world: AwsWorld, name: string | undefined): void {
  const role = findRole(world, name);
  if ([...iam(world).instanceProfiles.values()].some(({ roleName }) => roleName === role.name)) {
    throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
  }
  if (role.attachedPolicies.size > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (role.inlinePolicies.size > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
  iam(world).roles.delete(role.name);
}
