import { createHash, createHmac } from 'node:crypto';
import type { GitCredentials } from './git-command.ts';

/** Keys of an AWS session; without `sessionToken` those of an IAM user. */
export type AwsKeys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * User name and password for one CodeCommit repository over HTTPS, signed with the keys of a session: the scheme of
 * AWS's own remote helper git-remote-codecommit. The user name is the access key, with `%` and the session token behind
 * it for temporary credentials; the password is a timestamp and a Signature Version 4 over the made-up method GIT.
 * Good for about 15 minutes.
 *
 * @param url the repository's clone URL as GetRepository returns it
 * @param region the repository's region, e.g. `us-west-2`
 * @param now the time to sign with
 */
export function codeCommitCredentials(url: string, region: string, keys: AwsKeys, now: Date): GitCredentials {
  const { host, pathname } = new URL(url);
  const timestamp = now.toISOString().replace(/[-:]|\.\d{3}Z$/g, '');
  const date = timestamp.slice(0, 8);
  const scope = `${date}/${region}/codecommit/aws4_request`;
  const canonicalRequest = `GIT\n${pathname}\n\nhost:${host}\n\nhost\n`;
  const digest = createHash('sha256').update(canonicalRequest).digest('hex');
  const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${digest}`;
  const signingKey = [region, 'codecommit', 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${keys.secretAccessKey}`, date),
  );
  const signature = createHmac('sha256', signingKey).update(stringToSign).digest('hex');
  return {
    username: keys.sessionToken ? `${keys.accessKeyId}%${keys.sessionToken}` : keys.accessKeyId,
    password: `${timestamp}Z${signature}`,
  };
}
