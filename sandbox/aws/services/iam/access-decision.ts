import { type AccessRequest, AwsError, type Principal } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';
import { awsManagedDocument } from './aws-managed-policies.ts';
import { iam, type Role } from './iam-state.ts';
import { type PolicyDocument, readPolicyDocument } from './policy-document.ts';
import { type Decision, evaluatePolicies, type PolicyRequest, type RequestContext } from './policy-evaluation.ts';
import { isPublicPolicy } from './public-policy.ts';

/** A permission that somebody used. */
export type UsedPermission = { principal: string; action: string; resource: string | undefined };

/** Who was refused what, on which resource, and by which kind of policy. */
export type Refusal = { principal: string; action: string; resource: string | undefined; by: string };

/**
 * How strict the account is. Resource policies always count, for everybody. Identity policies, boundaries and session
 * policies count for role sessions when the account enforces them; users may do everything that no Deny forbids.
 */
export const enforcement: StateKey<{
  identityPolicies: boolean;
  /** Everything that was refused for want of a permission, oldest first: for tests, and to see what a policy lacks. */
  refusals: Refusal[];
  /** Everything that was allowed, oldest first: who did what, as CloudTrail would tell. */
  used: UsedPermission[];
  /** The tags that `aws:ResourceTag` stands for; the services of an account say it once they are connected. */
  tagsOf: (arn: string, region: string) => Readonly<Record<string, string>>;
}> = {
  id: 'iam-enforcement',
  create: () => ({ identityPolicies: false, refusals: [], used: [], tagsOf: () => ({}) }),
};

type PolicyLayer = 'identity-based policy' | 'permissions boundary' | 'session policy' | 'resource-based policy';

/** What was decided, and for want of, or by, which kind of policy. */
export type AccessDecision = { decision: 'allowed' } | { decision: 'explicit-deny' | 'implicit-deny'; by: PolicyLayer };

type LayerDecision = { by: PolicyLayer; decision: Decision };

const ALLOWED: AccessDecision = { decision: 'allowed' };

/**
 * Decides one permission as IAM does (IAM userguide, reference_policies_evaluation-logic.html and
 * reference_policies_evaluation-logic_policy-eval-basics-cross-account.html): a Deny in any policy wins; within an
 * account the identity's or the resource's policy must allow; across accounts both.
 * @param options.region of the request, for `aws:RequestedRegion`
 * @param options.enforceIdentityPolicies default: what the account says
 */
export function decideAccess(
  world: AwsWorld,
  principal: Principal,
  access: AccessRequest,
  options: { region: string; enforceIdentityPolicies?: boolean },
): AccessDecision {
  const role = principal.roleName === undefined ? undefined : iam(world).roles.get(principal.roleName);
  const request: PolicyRequest = {
    action: access.action,
    resource: access.resource,
    context: {
      ...principalContext(world, principal, role, options.region),
      ...resourceContext(world, access, options.region),
    },
  };
  const byResource = decideByResource(principal, role, access, request);
  if (byResource === 'explicit-deny') return { decision: byResource, by: 'resource-based policy' };
  const enforced =
    (options.enforceIdentityPolicies ?? world.state(enforcement, GLOBAL).identityPolicies) || access.alwaysEnforced;
  // A session policy is part of what the caller asked for, so it narrows the session however lenient the account is.
  const layers = identityLayers(world, principal, role, request).filter(
    ({ by }) => enforced || by === 'session policy',
  );
  const denying = layers.find(({ decision }) => decision === 'explicit-deny');
  if (denying) return { decision: 'explicit-deny', by: denying.by };
  const { resourcePolicy } = access;
  if (resourcePolicy?.decides && byResource === 'implicit-deny')
    return { decision: byResource, by: 'resource-based policy' };
  const foreign = resourcePolicy !== undefined && resourcePolicy.ownerAccountId !== principal.accountId;
  if (foreign && byResource === 'implicit-deny') return { decision: byResource, by: 'resource-based policy' };
  // What the resource's policy gives to the caller by name needs no identity policy, but stays within the other layers.
  const lacking = layers.find(
    ({ by, decision }) =>
      decision === 'implicit-deny' && (foreign || byResource !== 'granted' || by !== 'identity-based policy'),
  );
  return lacking ? { decision: 'implicit-deny', by: lacking.by } : ALLOWED;
}

/**
 * `granted`: the policy names the caller or everybody, which suffices within an account; `delegated`: it names the
 * caller's account, which leaves the rest to identity policies (reference_policies_elements_principal.html,
 * "AWS account principals").
 */
type ResourceDecision = 'explicit-deny' | 'granted' | 'delegated' | 'implicit-deny';

function decideByResource(
  principal: Principal,
  role: Role | undefined,
  { resourcePolicy }: AccessRequest,
  request: PolicyRequest,
): ResourceDecision {
  if (resourcePolicy?.document === undefined) return 'implicit-deny';
  const document = readPolicyDocument(resourcePolicy.document, 'resource');
  const own = [principal.arn, ...(role ? [role.arn] : [])];
  const account = [principal.accountId, `arn:aws:iam::${principal.accountId}:root`];
  const decide = (names: string[]): Decision =>
    evaluatePolicies([document], { ...request, principals: { AWS: names } });
  const whole = decide([...own, ...account]);
  if (whole === 'explicit-deny') return whole;
  const { restrictsPublicAccess, ownerAccountId } = resourcePolicy;
  const outsider = principal.accountId !== ownerAccountId;
  if (outsider && restrictsPublicAccess && isPublicPolicy(document)) return 'implicit-deny';
  if (decide(own) === 'allowed') return 'granted';
  return whole === 'allowed' ? 'delegated' : 'implicit-deny';
}

/** What each kind of the caller's own policies says. Users and other accounts' principals have none here. */
function identityLayers(
  world: AwsWorld,
  principal: Principal,
  role: Role | undefined,
  request: PolicyRequest,
): LayerDecision[] {
  if (principal.roleName === undefined) return [];
  if (!role) return [{ by: 'identity-based policy', decision: 'implicit-deny' }];
  const attached = [...role.attachedPolicies].flatMap((arn) => managedDocument(world, arn));
  const inline = [...role.inlinePolicies.values()].map((text) => readPolicyDocument(text, 'identity'));
  const layers: LayerDecision[] = [
    { by: 'identity-based policy', decision: evaluatePolicies([...inline, ...attached], request) },
  ];
  if (role.permissionsBoundary !== undefined) {
    const boundary = managedDocument(world, role.permissionsBoundary);
    layers.push({ by: 'permissions boundary', decision: evaluatePolicies(boundary, request) });
  }
  if (principal.sessionPolicies !== undefined) {
    const session = principal.sessionPolicies.map((text) => readPolicyDocument(text, 'identity'));
    layers.push({ by: 'session policy', decision: evaluatePolicies(session, request) });
  }
  return layers;
}

/** A managed policy, of the account's own or of AWS. */
function managedDocument(world: AwsWorld, arn: string): PolicyDocument[] {
  const text = iam(world).policies.get(arn)?.document ?? awsManagedDocument(arn);
  return text === undefined ? [] : [readPolicyDocument(text, 'identity')];
}

/** @throws AwsError ValidationError for a policy that is not there, or of which the sandbox has only the name */
export function managedPolicyText(world: AwsWorld, arn: string): string {
  const text = iam(world).policies.get(arn)?.document ?? awsManagedDocument(arn);
  if (text === undefined)
    throw new AwsError('ValidationError', `The policy ${arn} does not exist or is not attachable.`);
  return text;
}

/**
 * Condition keys that every request has (IAM userguide, reference_policies_condition-keys.html). `aws:PrincipalArn` of a
 * session is the role's ARN, path included. The sandbox's loopback HTTP stands for AWS's HTTPS endpoints, so
 * `aws:SecureTransport` is true.
 */
function principalContext(
  world: AwsWorld,
  principal: Principal,
  role: Role | undefined,
  region: string,
): RequestContext {
  const now = world.clock.now();
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(principal.arn)?.[1];
  const tags = Object.entries(role?.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    'aws:PrincipalArn': role?.arn ?? principal.arn,
    'aws:PrincipalAccount': principal.accountId,
    'aws:PrincipalType': principal.roleName === undefined ? 'User' : 'AssumedRole',
    'aws:userid': principal.userId,
    ...(user === undefined ? {} : { 'aws:username': user }),
    'aws:SecureTransport': 'true',
    'aws:RequestedRegion': region,
    'aws:ViaAWSService': 'false',
    'aws:PrincipalIsAWSService': 'false',
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    ...Object.fromEntries(tags),
  };
}

/**
 * The account of a resource is its policy's owner, or stands in its ARN (same document, `aws:ResourceAccount`). Tags of
 * buckets are not seen, since no bucket here has attribute-based access control turned on (AmazonS3 userguide,
 * buckets-tagging-enable-abac.html).
 */
function resourceContext(
  world: AwsWorld,
  { resource, resourcePolicy, context }: AccessRequest,
  region: string,
): RequestContext {
  const account = resourcePolicy?.ownerAccountId ?? (resource?.split(':')[4] || world.accountId);
  const tags =
    resource === undefined || resource === '*' || resource.startsWith('arn:aws:s3:::')
      ? {}
      : world.state(enforcement, GLOBAL).tagsOf(resource, region);
  return {
    'aws:ResourceAccount': account,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    ...context,
  };
}
