import type { Authorize } from '../../endpoint.ts';
import { AwsError, type Protocol, type ServiceModule } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { awsManagedDocument } from './aws-managed-policies.ts';
import { iam, type Role } from './iam-state.ts';
import { type PolicyDocument, readPolicyDocument } from './policy-document.ts';
import { type Decision, evaluatePolicies, type PolicyRequest } from './policy-evaluation.ts';

/** Services whose actions have another prefix than their signing name (Service Authorization Reference). */
const PREFIXES: Readonly<Record<string, string>> = { tagging: 'tag' };

/** Operations whose action has another name (Service Authorization Reference, "Actions defined by Amazon S3"). */
const ACTIONS: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:ListObjects': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:CreateMultipartUpload': 's3:PutObject',
};

/** Allowed to everybody who is signed in (STS API_GetCallerIdentity.html). */
const FREE = new Set(['sts:GetCallerIdentity']);

/** The IAM action of an operation, e.g. `cloudformation:CreateStack`. */
export function actionOf(service: ServiceModule, operation: string): string {
  const action = `${PREFIXES[service.signingName] ?? service.signingName}:${operation}`;
  return ACTIONS[action] ?? action;
}

/** Allows everything: the signature alone decides. */
export const allowAll: Authorize = () => undefined;

/**
 * Enforces the identity policies and permissions boundaries of role sessions. Resources are not known here, so an Allow
 * on some resource allows the action on all of them; the administrator's key may do everything.
 */
export function createIdentityAuthorizer(world: AwsWorld): Authorize {
  return ({ principal, service, operation, region }) => {
    if (principal.roleName === undefined) return;
    const action = actionOf(service, operation);
    if (FREE.has(action)) return;
    const role = iam(world).roles.get(principal.roleName);
    const decision = role
      ? decide(world, role, { action, context: { 'aws:RequestedRegion': region } })
      : 'implicit-deny';
    if (decision !== 'allowed') throw denied(service.protocol, principal.arn, action, decision);
  };
}

function decide(world: AwsWorld, role: Role, request: PolicyRequest): Decision {
  const attached = [...role.attachedPolicies].flatMap((arn) => managedDocument(world, arn));
  const inline = [...role.inlinePolicies.values()].map((text) => readPolicyDocument(text, 'identity'));
  const decision = evaluatePolicies([...inline, ...attached], request);
  if (decision !== 'allowed' || role.permissionsBoundary === undefined) return decision;
  return evaluatePolicies(managedDocument(world, role.permissionsBoundary), request);
}

function managedDocument(world: AwsWorld, arn: string): PolicyDocument[] {
  const text = iam(world).policies.get(arn)?.document ?? awsManagedDocument(arn);
  return text === undefined ? [] : [readPolicyDocument(text, 'identity')];
}

/** Each protocol has its own code (IAM userguide, troubleshoot_access-denied.html, for the text). */
function denied(protocol: Protocol, arn: string, action: string, decision: Decision): AwsError {
  const reason =
    decision === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${arn} is not authorized to perform: ${action} ${reason}`;
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
