import { createHash, createHmac } from 'node:crypto';
import type { AwsKeys } from './aws-api-commands.ts';

/**
 * The token itself: `k8s-aws-v1.` and the base64url of a presigned URL whose signature covers the header
 * `x-k8s-aws-id` with the cluster's name (kubernetes-sigs/aws-iam-authenticator, "API Authorization from Outside a
 * Cluster"). The URL is good for 60 seconds by its own word.
 */
export function eksToken(request: { cluster: string; region: string; credentials: AwsKeys; now: Date }): string {
  const { cluster, region, credentials, now } = request;
  const host = `sts.${region}.amazonaws.com`;
  const timestamp = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const scope = `${timestamp.slice(0, 8)}/${region}/sts/aws4_request`;
  const query = new Map([
    ['Action', 'GetCallerIdentity'],
    ['Version', '2011-06-15'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${credentials.accessKeyId}/${scope}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', '60'],
    ...(credentials.sessionToken ? [['X-Amz-Security-Token', credentials.sessionToken] as const] : []),
    ['X-Amz-SignedHeaders', 'host;x-k8s-aws-id'],
  ]);
  const canonicalQuery = [...query].map(([name, value]) => `${name}=${encodeRfc3986(value)}`).join('&');
  const canonicalRequest = [
    'GET',
    '/',
    canonicalQuery,
    `host:${host}\nx-k8s-aws-id:${cluster}\n`,
    'host;x-k8s-aws-id',
    sha256(''),
  ].join('\n');
  const stringToSign = `AWS4-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonicalRequest)}`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  const url = `https://${host}/?${canonicalQuery}&X-Amz-Signature=${hmac(key, stringToSign).toString('hex')}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const encodeRfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
