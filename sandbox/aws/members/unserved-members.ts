import type { NormalizedSchema } from '@smithy/core/schema';
import type { OperationSchema } from '../protocol/operation-schema.ts';
import { AwsError, type ServiceModule } from '../service.ts';

/** The members below a structure that are served; a member without members below it is served whole. */
type Served = Map<string, Served>;

const known = new WeakMap<ServiceModule, Map<string, Served>>();

/**
 * Refuses a request with a member that the operation does not serve, before anything is done: AWS has the member, and to
 * drop it would be to promise what does not happen.
 * @throws AwsError NotImplemented (501) naming the first such member with its path
 */
export function refuseUnserved(service: ServiceModule, operation: OperationSchema, input: object): void {
  const unserved = service.members && unservedMember(operation.input, input, servedBy(service, operation), '');
  if (unserved === undefined) return;
  throw new AwsError(
    'NotImplemented',
    `The sandbox does not implement the member ${unserved} of ${service.signingName} ${operation.name}.`,
    501,
  );
}

function servedBy(service: ServiceModule, operation: OperationSchema): Served {
  const operations = known.get(service) ?? new Map<string, Served>();
  known.set(service, operations);
  const served = operations.get(operation.name) ?? makeServed(service, operation);
  operations.set(operation.name, served);
  return served;
}

function makeServed(service: ServiceModule, operation: OperationSchema): Served {
  const served: Served = new Map();
  const elsewhere = servedElsewhere.filter(
    (each) => each.service === service.signingName && (each.operations?.includes(operation.name) ?? true),
  );
  const token = idempotencyToken(operation.input);
  const paths = [
    ...(service.members?.[operation.name] ?? []),
    ...elsewhere.map(({ member }) => member),
    ...(token === undefined ? [] : [token]),
  ];
  for (const path of paths) {
    let level = served;
    for (const name of path.split('.')) {
      const below: Served = level.get(name) ?? new Map();
      level.set(name, below);
      level = below;
    }
  }
  return served;
}

/** The member that makes repeated requests one (Smithy trait idempotencyToken). */
export function idempotencyToken(input: NormalizedSchema): string | undefined {
  if (input.isUnitSchema()) return undefined;
  for (const [name, member] of input.structIterator()) if (member.getMergedTraits().idempotencyToken) return name;
  return undefined;
}

/** @param path of the value, with a point at its end, or empty for the request itself */
function unservedMember(schema: NormalizedSchema, value: unknown, served: Served, path: string): string | undefined {
  if (typeof value !== 'object' || value === null || schema.isUnitSchema()) return undefined;
  if (schema.isStructSchema()) {
    for (const [name, member] of schema.structIterator()) {
      const sent: unknown = (value as Record<string, unknown>)[name];
      if (sent === undefined) continue;
      const below = served.get(name);
      if (!below) return `${path}${name}`;
      const found = below.size === 0 ? undefined : unservedMember(member, sent, below, `${path}${name}.`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!schema.isListSchema() && !schema.isMapSchema()) return undefined;
  for (const each of Object.values(value)) {
    const found = unservedMember(schema.getValueSchema(), each, served, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A member that no operation reads, and that may be sent all the same. */
export type ServedElsewhere = {
  /** Signing name. */
  service: string;
  /** Operations; all of the service that have the member when absent. */
  operations?: readonly string[];
  member: string;
  /** Who honours it, or why it changes nothing. */
  because: string;
};

const s3 = (member: string, because: string, operations?: readonly string[]): ServedElsewhere => ({
  service: 's3',
  member,
  because,
  ...(operations ? { operations } : {}),
});

/**
 * Members that clients send and no operation's code reads. Tokens of idempotency (Smithy trait idempotencyToken) are not
 * among them: the endpoint honours those of every operation.
 */
export const servedElsewhere: readonly ServedElsewhere[] = [
  s3('ExpectedBucketOwner', 'compared with the owner before any operation of S3 runs (s3-operation.ts)'),
  s3('ContentMD5', 'compared with the body of every request to S3 (checksums.ts)'),
  s3('ChecksumAlgorithm', 'says which checksum follows; that is compared with the body of every request to S3'),
  s3('ContentLength', 'the length of the HTTP message, without which the request could not be read', ['PutObject']),
  s3('ChecksumType', 'an upload never becomes an object here, so that nothing has a checksum', [
    'CreateMultipartUpload',
  ]),
  s3('ContentType', 'an upload never becomes an object here', ['CreateMultipartUpload']),
];
