import type { WireRequest } from '../protocol/wire.ts';
import { type AwsWorld, GLOBAL } from '../world.ts';
import { type Authorization, signingTime } from './authorization.ts';
import { type ChunkSigning, decodeAwsChunked } from './aws-chunked.ts';
import { canonicalRequest, expectedSignature, sameSignature, sha256, signingKey } from './canonical-request.ts';
import { credentialStore, findKey, type StoredKey } from './credential-store.ts';
import type { Refusal } from './refusal.ts';

/** A request may be this far from the server's clock (IAM userguide, reference_sigv-troubleshooting.html). */
const SKEW_MILLISECONDS = 15 * 60_000;

/** The signer, the body without its transfer encoding, and the headers that came after it. */
export type Verified = { key: StoredKey; body: Buffer; trailers: Readonly<Record<string, string>> };

/**
 * Checks a request's key, time, signature and payload.
 * @throws AwsError when a streamed body is broken or one of its chunks is signed wrongly
 */
export function verifySignature(
  world: AwsWorld,
  request: WireRequest,
  authorization: Authorization,
): Verified | { refusal: Refusal } {
  const key = findKey(world, authorization.accessKeyId, authorization.sessionToken);
  if ('refused' in key) return { refusal: { kind: key.refused } };
  const age = checkTime(authorization, world.state(credentialStore, GLOBAL).now());
  if (age) return { refusal: age };
  const payloadHash = statedPayloadHash(request, authorization);
  const canonical = canonicalRequest(request, authorization, payloadHash);
  const expected = expectedSignature(canonical, key.secretAccessKey, authorization);
  if (!authorization.signedHeaders.includes('host') || !sameSignature(authorization.signature, expected)) {
    return { refusal: { kind: 'wrong-signature' } };
  }
  if (payloadHash.startsWith('STREAMING-')) {
    return { key, ...decodeAwsChunked(request.body, chunkSigning(payloadHash, key, authorization)) };
  }
  const mayBeUnsigned = payloadHash === UNSIGNED && authorization.service === 's3';
  if (!mayBeUnsigned && payloadHash !== sha256(request.body)) {
    return { refusal: { kind: 'wrong-payload-hash' } };
  }
  return { key, body: request.body, trailers: {} };
}

const UNSIGNED = 'UNSIGNED-PAYLOAD';

/**
 * What the signature takes for the payload's hash: the header, which S3 requires, else the hash itself. A presigned
 * S3 URL leaves the payload unsigned (AmazonS3 API, sigv4-query-string-auth.html).
 */
function statedPayloadHash(request: WireRequest, authorization: Authorization): string {
  const stated = request.headers['x-amz-content-sha256'];
  if (stated !== undefined) return stated;
  return authorization.service === 's3' && authorization.presignedFor !== undefined ? UNSIGNED : sha256(request.body);
}

function checkTime({ timestamp, presignedFor }: Authorization, now: Date): Refusal | undefined {
  const signedAt = signingTime(timestamp).getTime();
  const validUntil = signedAt + (presignedFor === undefined ? SKEW_MILLISECONDS : presignedFor * 1000);
  const stamp = (milliseconds: number): string =>
    new Date(milliseconds)
      .toISOString()
      .replace(/[-:]/g, '')
      .replace(/\.\d{3}/, '');
  if (now.getTime() > validUntil) {
    const detail = `Signature expired: ${timestamp} is now earlier than ${stamp(now.getTime() - SKEW_MILLISECONDS)} (${stamp(now.getTime())} - 15 min.)`;
    return { kind: 'too-old', detail };
  }
  if (signedAt - now.getTime() > SKEW_MILLISECONDS) {
    const detail = `Signature not yet current: ${timestamp} is still later than ${stamp(now.getTime() + SKEW_MILLISECONDS)} (${stamp(now.getTime())} + 15 min.)`;
    return { kind: 'too-old', detail };
  }
  return undefined;
}

function chunkSigning(payloadHash: string, key: StoredKey, authorization: Authorization): ChunkSigning | undefined {
  if (payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return undefined;
  return {
    key: signingKey(key.secretAccessKey, authorization),
    timestamp: authorization.timestamp,
    scope: authorization.scope,
    seedSignature: authorization.signature,
  };
}
