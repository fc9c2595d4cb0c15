import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
  Credentials,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import { membersRead } from '../../members/members-read.ts';
import { type AccessRequest, AwsError, type CallContext, type PlannedCall, type ServiceModule } from '../../service.ts';
import { roleByArn } from '../iam/iam-state.ts';
import type { RequestContext } from '../iam/policy-evaluation.ts';
import { checkSessionName, openRoleSession, sessionPoliciesOf, sessionSeconds } from './role-session.ts';
import { trustsByName, trustsPrincipal, trustsWebIdentity } from './role-trust.ts';
import { verifyWebIdentity } from './web-identity.ts';

type Output<T> = Omit<T, '$metadata'>;

function getCallerIdentity(
  _input: GetCallerIdentityCommandInput,
  { principal }: CallContext,
): Output<GetCallerIdentityCommandOutput> {
  return { Account: principal?.accountId, Arn: principal?.arn, UserId: principal?.userId };
}

/** Role sessions may not be longer than this when a role assumes another (API_AssumeRole.html, DurationSeconds). */
const CHAINED_SECONDS = 3600;

/** API_AssumeRole.html */
function assumeRole(input: AssumeRoleCommandInput, { world, principal }: CallContext): Output<AssumeRoleCommandOutput> {
  const sessionName = input.RoleSessionName ?? '';
  checkSessionName(sessionName);
  const policies = sessionPoliciesOf(world, input);
  const role = roleByArn(world, input.RoleArn ?? '');
  if (
    !role ||
    !principal ||
    !trustsPrincipal(
      world,
      role,
      principal,
      sessionContext({ RoleSessionName: input.RoleSessionName, ExternalId: input.ExternalId }),
    )
  ) {
    throw new AwsError(
      'AccessDenied',
      `User: ${principal?.arn} is not authorized to perform: sts:AssumeRole on resource: ${input.RoleArn}`,
      403,
    );
  }
  const seconds = sessionSeconds(role, input.DurationSeconds);
  if (principal.roleName !== undefined && seconds > CHAINED_SECONDS) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    throw new AwsError('ValidationError', message);
  }
  return describe(openRoleSession(world, role, { sessionName, seconds, policies }));
}

/** What a trust policy can ask of a request (IAM userguide, reference_policies_iam-condition-keys.html). */
const sessionContext = ({ RoleSessionName, ExternalId }: Readonly<Record<string, unknown>>): RequestContext => ({
  'sts:RoleSessionName': typeof RoleSessionName === 'string' ? RoleSessionName : undefined,
  'sts:ExternalId': typeof ExternalId === 'string' ? ExternalId : undefined,
});

/** API_AssumeRoleWithWebIdentity.html: unsigned; the token is the proof. */
async function assumeRoleWithWebIdentity(
  input: AssumeRoleWithWebIdentityCommandInput,
  { world }: CallContext,
): Promise<Output<AssumeRoleWithWebIdentityCommandOutput>> {
  const sessionName = input.RoleSessionName ?? '';
  checkSessionName(sessionName);
  const policies = sessionPoliciesOf(world, input);
  const identity = await verifyWebIdentity(world, input.WebIdentityToken ?? '');
  const role = roleByArn(world, input.RoleArn ?? '');
  if (!role || !trustsWebIdentity(role, identity, sessionName)) {
    throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
  }
  const seconds = sessionSeconds(role, input.DurationSeconds);
  return {
    ...describe(openRoleSession(world, role, { sessionName, seconds, policies })),
    SubjectFromWebIdentityToken: identity.subject,
    Audience: identity.audience,
    Provider: identity.providerArn,
  };
}

function describe(session: ReturnType<typeof openRoleSession>): Output<AssumeRoleCommandOutput> {
  const credentials: Credentials = {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: session.expiresAt,
  };
  const { arn, userId } = session.principal;
  return { Credentials: credentials, AssumedRoleUser: { Arn: arn, AssumedRoleId: userId } };
}

/**
 * A role that its trust policy names needs no other permission within an account; one that is trusted with its whole
 * account does (IAM userguide, reference_policies_elements_principal.html, "IAM role principals").
 */
function stsAccess({ operation, input, context }: PlannedCall): AccessRequest[] {
  if (operation === 'GetCallerIdentity') return [];
  checkSessionName(String(input['RoleSessionName'] ?? ''));
  const resource = String(input['RoleArn'] ?? '*');
  const role = roleByArn(context.world, resource);
  const named =
    role && context.principal && trustsByName(context.world, role, context.principal, sessionContext(input));
  return named ? [] : [{ action: `sts:${operation}`, resource }];
}

/** AWS Security Token Service, API version 2011-06-15 (docs.aws.amazon.com/STS/latest/APIReference). */
export const stsService: ServiceModule = {
  signingName: 'sts',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-sts'),
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  members: membersRead('sts'),
  operations: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  },
  access: stsAccess,
};
