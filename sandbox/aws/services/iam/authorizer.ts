import { callAccess } from '../../access/call-access.ts';
import {
  type AccessRequest,
  type Authorize,
  AwsError,
  type PlannedCall,
  type Principal,
  type Protocol,
  type ServiceModule,
} from '../../service.ts';
import { type AwsWorld, GLOBAL } from '../../world.ts';
import { type AccessDecision, decideAccess, enforcement } from './access-decision.ts';

/** Services in which principals of other accounts meet this one's resources. */
const SHARED: ReadonlySet<string> = new Set(['s3', 'sts']);

/** Allowed to everybody who is signed in (STS API_GetCallerIdentity.html). */
const FREE = new Set(['sts:GetCallerIdentity']);

/** The permissions that a call needs: as the service says, or as derived from the call's resources. */
export function accessOf(service: ServiceModule, call: PlannedCall): readonly AccessRequest[] {
  if (service.access) return service.access(call);
  return callAccess(service.signingName, call) ?? [{ action: `${service.signingName}:${call.operation}` }];
}

/**
 * Checks each call of the endpoint against the policies of the caller and of the resource.
 * @param options.enforceIdentityPolicies whether role sessions may do only what their role's policies allow; resource
 *   policies count in any case
 */
export function createAuthorizer(world: AwsWorld, options: { enforceIdentityPolicies: boolean }): Authorize {
  world.state(enforcement, GLOBAL).identityPolicies = options.enforceIdentityPolicies;
  return (service, call) => {
    const { principal, region } = call.context;
    if (!principal) return;
    if (principal.accountId !== world.accountId && !SHARED.has(service.signingName)) {
      const reason = `The sandbox is one account; keys of another reach nothing but S3, not ${service.signingName}.`;
      throw new AwsError('NotImplemented', reason, 501);
    }
    requireAccess(world, principal, service.protocol, accessOf(service, call), { region });
  };
}

/**
 * @param options as of `decideAccess`
 * @throws AwsError in the form of the protocol when one of the permissions is not granted
 */
export function requireAccess(
  world: AwsWorld,
  principal: Principal,
  protocol: Protocol,
  needed: readonly AccessRequest[],
  options: { region: string; enforceIdentityPolicies?: boolean },
): void {
  for (const access of needed) {
    if (FREE.has(access.action)) continue;
    const decision = decideAccess(world, principal, access, options);
    const { action, resource } = access;
    const { used, refusals } = world.state(enforcement, GLOBAL);
    if (decision.decision === 'allowed') {
      used.push({ principal: principal.arn, action, resource });
      continue;
    }
    refusals.push({ principal: principal.arn, action, resource, by: decision.by });
    throw denied(protocol, principal.arn, access, decision, { accountId: world.accountId, region: options.region });
  }
}

/** What a caller hears whom no policy allows this call. */
export function refusalOf(world: AwsWorld, service: ServiceModule, call: PlannedCall, principal: Principal): AwsError {
  const [access = { action: `${service.signingName}:${call.operation}` }] = accessOf(service, call);
  const place = { accountId: world.accountId, region: call.context.region };
  const missing = { decision: 'implicit-deny', by: 'identity-based policy' } as const;
  return denied(service.protocol, principal.arn, access, missing, place);
}

/** Each protocol has its own code (IAM userguide, troubleshoot_access-denied.html, for the text). */
function denied(
  protocol: Protocol,
  arn: string,
  { action, resource }: AccessRequest,
  { decision, by }: Exclude<AccessDecision, { decision: 'allowed' }>,
  place: { accountId: string; region: string },
): AwsError {
  const article = by === 'identity-based policy' ? 'an' : 'a';
  const reason =
    decision === 'explicit-deny'
      ? `with an explicit deny in ${article} ${by}`
      : `because no ${by} allows the ${action} action`;
  const named = resource === undefined || resource === '*' ? listedResource(action, place) : resource;
  // S3 alone puts it into quotes.
  const quote = protocol === 'rest-xml' ? '"' : '';
  const on = named === undefined ? '' : ` on resource: ${quote}${named}${quote}`;
  const message = `User: ${arn} is not authorized to perform: ${action}${on} ${reason}`;
  switch (protocol) {
    case 'query':
      return new AwsError('AccessDenied', message, 403);
    case 'rest-xml':
      return new AwsError('AccessDenied', message, 403);
    case 'ec2-query':
      return new AwsError('UnauthorizedOperation', `You are not authorized to perform this operation. ${message}`, 403);
    case 'json-1.1':
      return new AwsError('AccessDeniedException', message, 400);
    case 'rest-json':
      return new AwsError('AccessDeniedException', message, 403);
  }
}

/** What AWS names for lists, which are on no resource in particular, as its users report it. */
function listedResource(
  action: string,
  { accountId, region }: { accountId: string; region: string },
): string | undefined {
  switch (action) {
    case 'iam:ListRoles':
      return `arn:aws:iam::${accountId}:role/`;
    case 'eks:ListClusters':
      return `arn:aws:eks:${region}:${accountId}:cluster/*`;
    case 'cloudformation:ListStacks':
      return `arn:aws:cloudformation:${region}:${accountId}:stack/*/*`;
    default:
      return undefined;
  }
}
