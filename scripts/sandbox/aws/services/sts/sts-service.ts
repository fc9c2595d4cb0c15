import type {
  AssumeRoleCommandInput,
  AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
  Credentials,
  GetCallerIdentityCommandInput,
  GetCallerIdentityCommandOutput,
} from '@aws-sdk/client-sts';
import { AwsError, type CallContext, type ServiceModule } from '../../service.ts';
import { roleByArn } from '../iam/iam-state.ts';
import { openRoleSession, refuseSessionPolicies, requireServable, sessionSeconds } from './role-session.ts';
import { trustsPrincipal, trustsWebIdentity } from './role-trust.ts';
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
  refuseSessionPolicies(input);
  requireServable('Tags', input.Tags);
  requireServable('SerialNumber', input.SerialNumber);
  const sessionName = input.RoleSessionName ?? '';
  const role = roleByArn(world, input.RoleArn ?? '');
  const context = {
    'sts:RoleSessionName': sessionName,
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
  };
  if (!role || !principal || !trustsPrincipal(world, role, principal, context)) {
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
  return describe(openRoleSession(world, role, sessionName, seconds));
}

/** API_AssumeRoleWithWebIdentity.html: unsigned; the token is the proof. */
async function assumeRoleWithWebIdentity(
  input: AssumeRoleWithWebIdentityCommandInput,
  { world }: CallContext,
): Promise<Output<AssumeRoleWithWebIdentityCommandOutput>> {
  refuseSessionPolicies(input);
  const sessionName = input.RoleSessionName ?? '';
  const identity = await verifyWebIdentity(world, input.WebIdentityToken ?? '');
  const role = roleByArn(world, input.RoleArn ?? '');
  if (!role || !trustsWebIdentity(role, identity, sessionName)) {
    throw new AwsError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403);
  }
  const seconds = sessionSeconds(role, input.DurationSeconds);
  return {
    ...describe(openRoleSession(world, role, sessionName, seconds)),
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

/** AWS Security Token Service, API version 2011-06-15 (docs.aws.amazon.com/STS/latest/APIReference). */
export const stsService: ServiceModule = {
  signingName: 'sts',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-sts'),
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  },
};
