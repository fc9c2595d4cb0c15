import { AwsError } from '../service.ts';
import { sameSignature, sha256, signWithKey } from './canonical-request.ts';

/** What is needed to check the signature that each chunk carries. */
export type ChunkSigning = { key: Buffer; timestamp: string; scope: string; seedSignature: string };

export type DecodedBody = { body: Buffer; trailers: Readonly<Record<string, string>> };

const EMPTY_HASH = sha256('');

/**
 * Unpacks a body in S3's `aws-chunked` encoding
 * (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html): `SIZE[;chunk-signature=…]\r\n DATA\r\n … 0\r\n`
 * and then trailing headers, which hold checksums.
 * @param signing given when every chunk is signed; undefined for STREAMING-UNSIGNED-PAYLOAD-TRAILER
 * @returns the data, and the trailing headers by lower-case name
 * @throws AwsError IncompleteBody when the encoding is broken, SignatureDoesNotMatch when a chunk's signature is wrong
 */
export function decodeAwsChunked(body: Buffer, signing: ChunkSigning | undefined): DecodedBody {
  const chunks: Buffer[] = [];
  let previous = signing?.seedSignature ?? '';
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', position);
    const header = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(
      lineEnd < 0 ? '' : body.toString('latin1', position, lineEnd),
    );
    if (!header?.[1]) throw incomplete();
    const size = Number.parseInt(header[1], 16);
    const data = body.subarray(lineEnd + 2, lineEnd + 2 + size);
    if (data.length !== size) throw incomplete();
    if (signing) previous = checkChunk(data, header[2], previous, signing);
    if (size === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(body.subarray(lineEnd + 2)) };
    chunks.push(data);
    position = lineEnd + 2 + size + 2;
  }
}

/** Checksums only: no other header may come after the body (same document, `x-amz-trailer`). */
function readTrailers(rest: Buffer): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of rest.toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name.startsWith('x-amz-checksum-')) trailers[name] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function checkChunk(data: Buffer, sent: string | undefined, previous: string, signing: ChunkSigning): string {
  const stringToSign = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    signing.timestamp,
    signing.scope,
    previous,
    EMPTY_HASH,
    sha256(data),
  ].join('\n');
  const expected = signWithKey(signing.key, stringToSign);
  if (!sameSignature(sent ?? '', expected)) {
    throw new AwsError('SignatureDoesNotMatch', 'The signature of a chunk does not match.', 403);
  }
  return expected;
}

const incomplete = (): AwsError => new AwsError('IncompleteBody', 'The request body terminated unexpectedly', 400);
