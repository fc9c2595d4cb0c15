import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { encodeComponent, type WireRequest } from '../protocol/wire.ts';
import type { Authorization } from './authorization.ts';

/** SHA-256 in lower-case hex digits. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The canonical form of a request, which its signature is over
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step 1).
 * @param payloadHash of the body, or what S3 allows in its place, e.g. `UNSIGNED-PAYLOAD`
 */
export function canonicalRequest(request: WireRequest, authorization: Authorization, payloadHash: string): string {
  const names = [...authorization.signedHeaders].sort();
  return [
    request.method,
    authorization.service === 's3' ? request.path : canonicalPath(request.path),
    canonicalQuery(request),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
}

/** Every service but S3 normalizes the path and encodes it once more. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encodeComponent(segment));
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

function canonicalQuery(request: WireRequest): string {
  return request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encodeComponent(name), encodeComponent(value)])
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The key for one day, region and service (step 3 of the same document). */
export function signingKey(
  secretAccessKey: string,
  { date, region, service }: Pick<Authorization, 'date' | 'region' | 'service'>,
): Buffer {
  return [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`) as Buffer;
}

/** The signature that a canonical request ought to have, in lower-case hex digits. */
export function expectedSignature(canonical: string, secretAccessKey: string, authorization: Authorization): string {
  const stringToSign = ['AWS4-HMAC-SHA256', authorization.timestamp, authorization.scope, sha256(canonical)].join('\n');
  return hmac(signingKey(secretAccessKey, authorization), stringToSign).toString('hex');
}

/** Signs further strings with a day's key, as the chunks of a streamed body are. */
export const signWithKey = (key: Buffer, text: string): string => hmac(key, text).toString('hex');

/** Compares without telling by time where the difference is. */
export function sameSignature(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
