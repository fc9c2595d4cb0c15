import { AwsError } from '../../service.ts';
import { createRoleSession, type StoredKey } from '../../signature/credential-store.ts';
import type { AwsWorld } from '../../world.ts';
import { managedPolicyText } from '../iam/access-decision.ts';
import { type Role, roleByArn, violated } from '../iam/iam-state.ts';
import { readPolicyDocument } from '../iam/policy-document.ts';
import type { RequestContext } from '../iam/policy-evaluation.ts';
import { trustsService } from './role-trust.ts';

/** Temporary credentials with their real-time expiry. */
export type RoleSessionKey = StoredKey & { sessionToken: string; expiresAt: Date };

/**
 * How long a session may last: 900 seconds to the role's maximum, 3600 by default (API_AssumeRoleWithWebIdentity.html).
 * @throws AwsError ValidationError
 */
export function sessionSeconds(role: Role, requested: number | undefined): number {
  const seconds = requested ?? 3600;
  if (seconds < 900) {
    throw violated(String(seconds), 'durationSeconds', 'Member must have value greater than or equal to 900');
  }
  if (seconds > role.maxSessionSeconds) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return seconds;
}

/**
 * Parameters are checked before anybody is asked whether the caller may (API_AssumeRole.html, RoleSessionName).
 * @throws AwsError ValidationError when the session's name has another form than AWS's
 */
export function checkSessionName(sessionName: string): void {
  const field = 'roleSessionName';
  if (!/^[\w+=,.@-]*$/.test(sessionName)) {
    throw violated(sessionName, field, 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
  }
  if (sessionName.length < 2) {
    throw violated(sessionName, field, 'Member must have length greater than or equal to 2');
  }
  if (sessionName.length > 64) throw violated(sessionName, field, 'Member must have length less than or equal to 64');
}

/**
 * Makes credentials of a role that the caller has been found to be trusted by.
 * @param options.seconds real seconds
 * @param options.policies JSON texts of the session's own policies; undefined: none
 * @throws AwsError ValidationError when the session's name has another form than AWS's
 */
export function openRoleSession(
  world: AwsWorld,
  role: Role,
  options: { sessionName: string; seconds: number; policies?: readonly string[] | undefined },
): RoleSessionKey {
  checkSessionName(options.sessionName);
  const { sessionName: name, seconds, policies } = options;
  return createRoleSession(world, role, { name, seconds, policies });
}

/**
 * What an AWS service does to act in a role that it was given: AssumeRole as a service principal.
 * @param options.service e.g. `codebuild.amazonaws.com`
 * @param options.seconds real seconds; default 3600
 * @param options.context condition keys such as `aws:SourceArn`, `aws:SourceAccount`
 * @throws AwsError AccessDenied when the role is missing or does not trust the service
 */
export function assumeRoleAsService(
  world: AwsWorld,
  options: { roleArn: string; service: string; sessionName: string; seconds?: number; context?: RequestContext },
): RoleSessionKey {
  const { roleArn, service, sessionName } = options;
  const role = roleByArn(world, roleArn);
  if (!role || !trustsService(role, service, { 'aws:SourceAccount': world.accountId, ...options.context })) {
    throw new AwsError('AccessDenied', `${service} is not authorized to perform: sts:AssumeRole on ${roleArn}`, 403);
  }
  return openRoleSession(world, role, { sessionName, seconds: options.seconds ?? 3600 });
}

/** "The plaintext that you use for both inline and managed session policies can't exceed 2,048 characters". */
const SESSION_POLICY_CHARACTERS = 2048;

/**
 * The policies that a request puts on its session: one inline and up to ten managed ones (API_AssumeRole.html).
 * @returns JSON texts; undefined when there are none, which leaves the session as wide as its role
 * @throws AwsError MalformedPolicyDocument, ValidationError, PackedPolicyTooLarge
 */
export function sessionPoliciesOf(
  world: AwsWorld,
  input: { Policy?: string | undefined; PolicyArns?: { arn?: string | undefined }[] | undefined },
): string[] | undefined {
  const { Policy, PolicyArns = [] } = input;
  if (Policy === undefined && PolicyArns.length === 0) return undefined;
  if (PolicyArns.length > 10) throw new AwsError('ValidationError', 'At most 10 managed policies can be passed.');
  if ((Policy?.length ?? 0) > SESSION_POLICY_CHARACTERS) {
    throw new AwsError('PackedPolicyTooLarge', 'Packed policy consumes more than 100% of allotted space.');
  }
  if (Policy !== undefined) readPolicyDocument(Policy, 'identity');
  return [
    ...(Policy === undefined ? [] : [Policy]),
    ...PolicyArns.map(({ arn = '' }) => managedPolicyText(world, arn)),
  ];
}
