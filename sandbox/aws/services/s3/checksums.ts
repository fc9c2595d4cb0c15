import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { WireRequest } from '../../protocol/wire.ts';
import { AwsError } from '../../service.ts';

/** How S3 computes each checksum: base64 of the big-endian value (checking-object-integrity-upload.html). */
const ALGORITHMS = {
  ChecksumCRC32: (body) => bytesOf(BigInt(crc32(body)), 4),
  ChecksumCRC32C: (body) => bytesOf(reflectedCrc(body, 0x82f63b78n, 32n), 4),
  ChecksumCRC64NVME: (body) => bytesOf(reflectedCrc(body, 0x9a6c9329ac4bc9b5n, 64n), 8),
  ChecksumSHA1: (body) => createHash('sha1').update(body).digest(),
  ChecksumSHA256: (body) => createHash('sha256').update(body).digest(),
} as const satisfies Record<string, (body: Uint8Array) => Buffer>;

export type ChecksumMember = keyof typeof ALGORITHMS;

/** The request members that carry a checksum which the sandbox can check. */
const checksumMembers = Object.keys(ALGORITHMS) as ChecksumMember[];

/** CRC of the least significant bit first, with all ones before and after; `polynomial` is given reversed. */
function reflectedCrc(body: Uint8Array, polynomial: bigint, width: bigint): bigint {
  const ones = (1n << width) - 1n;
  const table = Array.from({ length: 256 }, (_, index) => {
    let entry = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) entry = entry & 1n ? (entry >> 1n) ^ polynomial : entry >> 1n;
    return entry;
  });
  let value = ones;
  for (const byte of body) value = (value >> 8n) ^ (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  return value ^ ones;
}

const bytesOf = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

/**
 * Compares the checksums that a request states with its body (API_PutObject.html, ErrorResponses.html).
 * @returns the stated ones, by member; without Content-MD5
 * @throws AwsError BadDigest, InvalidDigest, InvalidRequest
 */
export function checkedChecksums(
  body: Uint8Array,
  stated: Partial<Record<ChecksumMember | 'ContentMD5', string | undefined>>,
): Record<string, string> {
  const { ContentMD5 } = stated;
  if (ContentMD5 !== undefined) checkMd5(body, ContentMD5);
  const given = checksumMembers.flatMap((member) => {
    const value = stated[member];
    return value === undefined ? [] : [{ member, value }];
  });
  if (given.length > 1) {
    throw new AwsError(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  for (const { member, value } of given) {
    if (ALGORITHMS[member](body).toString('base64') === value) continue;
    const name = member.slice('Checksum'.length);
    throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return Object.fromEntries(given.map(({ member, value }) => [member, value]));
}

function checkMd5(body: Uint8Array, stated: string): void {
  if (Buffer.from(stated, 'base64').length !== 16) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (createHash('md5').update(body).digest('base64') !== stated) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

/**
 * Compares the checksums in a request's headers with its body, whatever the operation (checking-object-integrity-upload.html).
 * @throws AwsError BadDigest, InvalidDigest, InvalidRequest
 */
export function checkRequestIntegrity({ headers, body }: Pick<WireRequest, 'headers' | 'body'>): void {
  const stated = checksumMembers.map((member) => {
    const header = `x-amz-checksum-${member.slice('Checksum'.length).toLowerCase()}`;
    return [member, headers[header]] as const;
  });
  checkedChecksums(body, { ...Object.fromEntries(stated), ContentMD5: headers['content-md5'] });
}
