import type { OperationSchema } from './operation-schema.ts';
import { unknownPart } from './unknown-part.ts';
import type { WireRequest } from './wire.ts';

/** Headers that change what HTTP's methods do (RFC 9110, 13 and 14). */
const CONDITIONAL = /^(if-(match|none-match|modified-since|unmodified-since|range)|range)$/;

/** Headers of AWS's that belong to signature, transfer, protocol or diagnosis and not to an operation. */
const COMMON: ReadonlySet<string> = new Set([
  // AmazonS3 API, sigv4-auth-using-authorization-header.html and sigv4-streaming-trailers.html
  ...['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'x-amz-decoded-content-length', 'x-amz-trailer'],
  // smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html; x-amzn-query-mode: aws-query-protocol.html, compatibility
  ...['x-amz-target', 'x-amz-api-version', 'x-amzn-query-mode'],
  ...['x-amz-user-agent', 'x-amzn-trace-id'],
]);

/** Checksums of the body, which S3 takes with every request (checking-object-integrity-upload.html). */
const CHECKSUM = /^x-amz-(checksum-|sdk-checksum-algorithm$)/;

/**
 * Refuses a header that asks for something which the operation does not have: one of AWS's own, or a condition.
 * @throws AwsError NotImplemented naming the header
 */
export function refuseUnknownHeaders({ headers }: WireRequest, { input }: OperationSchema): void {
  const asking = Object.keys(headers).filter(
    (name) => (/^x-amzn?-/.test(name) && !COMMON.has(name) && !CHECKSUM.test(name)) || CONDITIONAL.test(name),
  );
  if (asking.length === 0) return;
  const prefixes: string[] = [];
  const bound = new Set<string>();
  for (const [, member] of input.isUnitSchema() ? [] : input.structIterator()) {
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    if (httpHeader !== undefined) bound.add(httpHeader.toLowerCase());
    if (httpPrefixHeaders !== undefined) prefixes.push(httpPrefixHeaders.toLowerCase());
  }
  const unknown = asking.find((name) => !bound.has(name) && !prefixes.some((prefix) => name.startsWith(prefix)));
  if (unknown !== undefined) throw unknownPart(`the header ${unknown}`);
}
