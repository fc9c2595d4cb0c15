import type { Principal } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { iam, type Role } from '../iam/iam-state.ts';
import { readPolicyDocument } from '../iam/policy-document.ts';
import { evaluatePolicies, type PolicyRequest, type RequestContext } from '../iam/policy-evaluation.ts';
import type { WebIdentity } from './web-identity.ts';

/** True when a role's trust policy allows a request. */
function trusts(role: Role, request: PolicyRequest): boolean {
  return evaluatePolicies([readPolicyDocument(role.trustPolicy, 'trust')], request) === 'allowed';
}

/**
 * Claims that STS turns into condition keys of GitHub's provider (IAM userguide,
 * reference_policies_iam-condition-keys.html, "Available keys for OIDC federation"; announced in January 2026). Others,
 * such as `repository_owner`, are not available.
 */
const GITHUB_CLAIMS: ReadonlySet<string> = new Set([
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'workflow',
]);
const GITHUB = 'token.actions.githubusercontent.com';

/** Whether a role may be assumed with a verified token. */
export function trustsWebIdentity(role: Role, identity: WebIdentity, sessionName: string): boolean {
  return trusts(role, {
    action: 'sts:AssumeRoleWithWebIdentity',
    principals: { Federated: [identity.providerArn] },
    context: { ...webIdentityContext(identity), 'sts:RoleSessionName': sessionName },
  });
}

/** The condition keys that a token gives: `PROVIDER:aud`, `:sub`, `:amr`, and for GitHub some claims more. */
function webIdentityContext(identity: WebIdentity): RequestContext {
  const { provider, claims } = identity;
  const context: Record<string, string | readonly string[]> = {
    [`${provider}:aud`]: identity.audience,
    [`${provider}:sub`]: identity.subject,
    'aws:FederatedProvider': identity.providerArn,
  };
  if (Array.isArray(claims['amr'])) context[`${provider}:amr`] = claims['amr'].map(String);
  if (provider !== GITHUB) return context;
  for (const [name, value] of Object.entries(claims)) {
    if (GITHUB_CLAIMS.has(name) && value !== undefined) context[`${provider}:${name}`] = String(value);
  }
  return context;
}

/** Whether a role may be assumed by a user or by another role's session. */
export function trustsPrincipal(world: AwsWorld, role: Role, caller: Principal, context: RequestContext): boolean {
  const { accountId } = caller;
  return trustsNames(world, role, caller, context, [accountId, `arn:aws:iam::${accountId}:root`]);
}

/** Whether the trust policy names the caller itself, or everybody, and not only its account. */
export const trustsByName = (world: AwsWorld, role: Role, caller: Principal, context: RequestContext): boolean =>
  trustsNames(world, role, caller, context, []);

function trustsNames(
  world: AwsWorld,
  role: Role,
  caller: Principal,
  context: RequestContext,
  accountNames: readonly string[],
): boolean {
  const { accountId } = caller;
  const callerRole = iam(world).roles.get(caller.roleName ?? '')?.arn;
  const names = [...accountNames, caller.arn, ...(callerRole === undefined ? [] : [callerRole])];
  return trusts(role, {
    action: 'sts:AssumeRole',
    principals: { AWS: names },
    context: { 'aws:PrincipalArn': callerRole ?? caller.arn, 'aws:PrincipalAccount': accountId, ...context },
  });
}

/** Whether a role may be assumed by an AWS service, e.g. `codebuild.amazonaws.com`. */
export function trustsService(role: Role, service: string, context: RequestContext): boolean {
  return trusts(role, { action: 'sts:AssumeRole', principals: { Service: [service] }, context });
}
