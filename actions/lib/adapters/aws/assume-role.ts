import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { remedies } from '../../diagnosis/remedies.ts';
import { Failure } from '../../failure.ts';
import { roleArn } from '../../ports/role-arn.ts';
import { isAwsError, toAwsFailure } from './aws-failure.ts';
import { type CallCounter, counted, type SessionCredentials, withoutCredentials } from './client-settings.ts';
import type { RequestWaiting } from './request-retries.ts';

export type RoleSession = {
  region: string;
  /** 12 digits. */
  accountId: string;
  /** Without path, as `bootstrap` made it. */
  roleName: string;
  /** Appears in CloudTrail; 2 to 64 characters of `[\w+=,.@-]`. */
  sessionName: string;
  /** 900 to the role's maximum; the role's default maximum is 3600. */
  durationSeconds: number;
  /** JSON of what the session may do at most, of what its role may; 2048 characters. */
  policy?: string;
  /** Gets a fresh OIDC token for the audience `sts.amazonaws.com`; called for every new session. */
  token: () => Promise<string>;
  /** Told each secret before anybody else has it, so that no log can show it: keys and token are good for an hour. */
  secret: (value: string) => void;
  /** Its clock also tells when a session ends. */
  waiting: RequestWaiting;
  counter: CallCounter;
};

/** A session is replaced when it has less than this left, so that no request starts with keys about to expire. */
const refreshMilliseconds = 5 * 60_000;

/**
 * A function that gives credentials of the role, and new ones shortly before they expire (AssumeRoleWithWebIdentity).
 * Requests at the same time share one session.
 * @throws Failure `RoleNotAssumed`, from the returned function, when the role does not trust the token
 */
export function assumeRoleWithWebIdentity(session: RoleSession): () => Promise<SessionCredentials> {
  let current: Promise<SessionCredentials> | undefined;
  let refreshAt = 0;
  return async () => {
    if (current !== undefined && session.waiting.clock.now().getTime() < refreshAt) return current;
    refreshAt = Number.POSITIVE_INFINITY;
    current = requestSession(session);
    try {
      const credentials = await current;
      const expires = credentials.expiration?.getTime() ?? session.waiting.clock.now().getTime();
      refreshAt = expires - refreshMilliseconds;
      return credentials;
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
}

async function requestSession(session: RoleSession): Promise<SessionCredentials> {
  const arn = roleArn(session.accountId, session.roleName, session.region);
  const token = await session.token();
  session.secret(token);
  const client = counted(new STSClient(withoutCredentials(session.region, session.waiting)), session.counter);
  try {
    const { Credentials } = await client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: arn,
        RoleSessionName: session.sessionName,
        WebIdentityToken: token,
        DurationSeconds: session.durationSeconds,
        ...(session.policy === undefined ? {} : { Policy: session.policy }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined) {
      throw new Failure({ code: 'NoCredentials', source: 'aws', message: `AWS gave no credentials for ${arn}.` });
    }
    for (const value of [AccessKeyId, SecretAccessKey, SessionToken]) if (value !== undefined) session.secret(value);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
      ...(Expiration === undefined ? {} : { expiration: Expiration }),
    };
  } catch (error) {
    throw isAwsError(error, 'AccessDenied', 'AccessDeniedException')
      ? notTrusted(arn, error)
      : toAwsFailure(error, `assume ${arn}`);
  } finally {
    client.destroy();
  }
}

/** STS answers the same "Not authorized" whether the role is missing or its trust policy does not match the token. */
function notTrusted(arn: string, cause: unknown): Failure {
  return new Failure({
    code: 'RoleNotAssumed',
    source: 'aws',
    message: `AWS did not let this job assume ${arn}: Not authorized to perform sts:AssumeRoleWithWebIdentity.`,
    hint: remedies['check-workflow-trust'],
    cause,
  });
}
