import { AwsError } from '../../service.ts';
import { createRoleSession, type StoredKey } from '../../signature/credential-store.ts';
import type { AwsWorld } from '../../world.ts';
import { type Role, roleByArn, violated } from '../iam/iam-state.ts';
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
 * Makes credentials of a role that the caller has been found to be trusted by.
 * @param seconds real seconds
 * @throws AwsError ValidationError when the session's name has another form than AWS's
 */
export function openRoleSession(world: AwsWorld, role: Role, sessionName: string, seconds: number): RoleSessionKey {
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw violated(sessionName, 'roleSessionName', 'Member must satisfy regular expression pattern: [\\w+=,.@-]*');
  }
  return createRoleSession(world, role, { name: sessionName, seconds });
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
  return openRoleSession(world, role, sessionName, options.seconds ?? 3600);
}

/** Session policies narrow a session; ignoring them would widen it. */
export function refuseSessionPolicies(input: { Policy?: unknown; PolicyArns?: unknown }): void {
  requireServable('Policy', input.Policy);
  requireServable('PolicyArns', input.PolicyArns);
}

/** @throws AwsError NotImplemented when a parameter is given that the sandbox does not support */
export function requireServable(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return;
  throw new AwsError('NotImplemented', `The sandbox does not support the parameter ${name}.`, 501);
}
