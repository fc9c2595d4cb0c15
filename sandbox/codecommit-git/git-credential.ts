import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a Git client sends as user name and password, taken apart. */
export type GitCredential = {
  accessKeyId: string;
  sessionToken: string | undefined;
  /** `YYYYMMDDThhmmss`, UTC. */
  timestamp: string;
  /** 64 lower-case hex digits. */
  signature: string;
};

/** The password is good for about 15 minutes (codecommit userguide, setting-up-https-unixes.html). */
const VALIDITY_MILLISECONDS = 15 * 60_000;

/**
 * Reads a basic `Authorization` header in the form of AWS's remote helper git-remote-codecommit: the user is the access
 * key, with `%` and the session token behind it for temporary credentials; the password is a timestamp, `Z`, and a
 * signature.
 * @returns undefined when the header is absent or has another form
 */
export function parseGitCredential(authorization: string | undefined): GitCredential | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const [user, password] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  const match = /^(\d{8}T\d{6})Z([0-9a-f]{64})$/.exec(password);
  if (!match?.[1] || !match[2]) return undefined;
  const [accessKeyId = '', ...token] = user.split('%');
  return {
    accessKeyId,
    sessionToken: token.length > 0 ? token.join('%') : undefined,
    timestamp: match[1],
    signature: match[2],
  };
}

/** True while the credential's timestamp is at most 15 minutes away from `now`, in either direction. */
export function isCurrent(credential: GitCredential, now: Date): boolean {
  const iso = credential.timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z');
  const signedAt = Date.parse(iso);
  return Math.abs(now.getTime() - signedAt) <= VALIDITY_MILLISECONDS;
}

/**
 * Checks a signature: AWS Signature Version 4 with service `codecommit` over the made-up method GIT, the repository's
 * path and the one header `host`, without a payload hash (git-remote-codecommit, function `sign`).
 * @param signed.host the host of the clone URL, with its port if the URL has one: the value of the Host header
 * @param signed.path `/v1/repos/NAME`
 */
export function isSignedBy(
  credential: GitCredential,
  secretAccessKey: string,
  signed: { host: string; path: string; region: string },
): boolean {
  const date = credential.timestamp.slice(0, 8);
  const request = `GIT\n${signed.path}\n\nhost:${signed.host}\n\nhost\n`;
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    credential.timestamp,
    `${date}/${signed.region}/codecommit/aws4_request`,
    createHash('sha256').update(request).digest('hex'),
  ].join('\n');
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const key = [date, signed.region, 'codecommit', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  return timingSafeEqual(hmac(key, stringToSign), Buffer.from(credential.signature, 'hex'));
}
