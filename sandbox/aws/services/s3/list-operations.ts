import type {
  ListMultipartUploadsCommandInput,
  ListMultipartUploadsCommandOutput,
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { AwsError, type CallContext, type Operation } from '../../service.ts';
import { pageTokens } from './page-token.ts';
import { s3Operation } from './s3-operation.ts';
import { type Bucket, currentObject, findBucket, type ObjectVersion } from './s3-state.ts';

type Output<T> = Omit<T, '$metadata'>;

/** Every S3 listing returns up to 1,000 entries a page (API_ListObjectsV2.html, MaxKeys). */
const PAGE = 1000;

/** S3 lists keys in UTF-8 binary order. */
const sortedKeys = (bucket: Bucket): string[] =>
  [...bucket.objects.keys()].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));

function listObjects(input: ListObjectsV2CommandInput, context: CallContext): Output<ListObjectsV2CommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  const prefix = input.Prefix ?? '';
  const after = input.ContinuationToken === undefined ? (input.StartAfter ?? '') : tokens.read(input.ContinuationToken);
  const entries = rollUp(
    sortedKeys(bucket).filter((key) => key.startsWith(prefix) && currentObject(bucket, key)),
    prefix,
    input.Delimiter,
  ).filter((entry) => Buffer.compare(Buffer.from(entry.name), Buffer.from(after)) > 0);
  const { page, truncated } = firstPage(entries, input.MaxKeys);
  return {
    Name: bucket.name,
    Prefix: prefix,
    KeyCount: page.length,
    MaxKeys: input.MaxKeys ?? PAGE,
    IsTruncated: truncated,
    Contents: page
      .filter((entry) => !entry.common)
      .flatMap((entry) => objectEntry(bucket, entry.name, input.FetchOwner === true)),
    CommonPrefixes: page.filter((entry) => entry.common).map((entry) => ({ Prefix: entry.name })),
    ...(input.Delimiter === undefined ? {} : { Delimiter: input.Delimiter }),
    ...(input.StartAfter === undefined ? {} : { StartAfter: input.StartAfter }),
    ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
    ...(truncated ? { NextContinuationToken: tokens.make(page.at(-1)?.name ?? '') } : {}),
  };
}

function objectEntry(
  bucket: Bucket,
  key: string,
  withOwner: boolean,
): NonNullable<ListObjectsV2CommandOutput['Contents']> {
  const version = currentObject(bucket, key);
  if (!version) return [];
  return [
    {
      Key: key,
      LastModified: version.lastModified,
      ETag: version.etag,
      Size: version.body.byteLength,
      StorageClass: 'STANDARD',
      ...(withOwner ? { Owner: { ID: bucket.owner } } : {}),
    },
  ];
}

/** Keys that share the text up to the next delimiter become one common prefix. */
function rollUp(keys: string[], prefix: string, delimiter: string | undefined): { name: string; common: boolean }[] {
  const entries = new Map<string, boolean>();
  for (const key of keys) {
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (end === -1) entries.set(key, false);
    else entries.set(key.slice(0, end + (delimiter ?? '').length), true);
  }
  return [...entries].map(([name, common]) => ({ name, common }));
}

/** Versions and delete markers by key, newest first; pages by key and version markers (API_ListObjectVersions.html). */
function listVersions(
  input: ListObjectVersionsCommandInput,
  context: CallContext,
): Output<ListObjectVersionsCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  refuseUnsupported(input.Delimiter);
  const all = sortedKeys(bucket)
    .filter((key) => key.startsWith(input.Prefix ?? ''))
    .flatMap((key) => (bucket.objects.get(key) ?? []).map((version, index) => ({ key, version, latest: index === 0 })));
  const rest = all.slice(positionAfter(all, input.KeyMarker, input.VersionIdMarker));
  const { page, truncated } = firstPage(rest, input.MaxKeys);
  const last = page.at(-1);
  return {
    Name: bucket.name,
    Prefix: input.Prefix ?? '',
    KeyMarker: input.KeyMarker ?? '',
    VersionIdMarker: input.VersionIdMarker ?? '',
    MaxKeys: input.MaxKeys ?? PAGE,
    IsTruncated: truncated,
    Versions: page
      .filter((entry) => !entry.version.deleteMarker)
      .map((entry) => ({
        ...versionEntry(entry),
        ETag: entry.version.etag,
        Size: entry.version.body.byteLength,
        StorageClass: 'STANDARD' as const,
      })),
    DeleteMarkers: page.filter((entry) => entry.version.deleteMarker).map(versionEntry),
    ...(truncated && last ? { NextKeyMarker: last.key, NextVersionIdMarker: last.version.versionId } : {}),
  };
}

type VersionEntry = { key: string; version: ObjectVersion; latest: boolean };

const versionEntry = ({ key, version, latest }: VersionEntry) => ({
  Key: key,
  VersionId: version.versionId,
  IsLatest: latest,
  LastModified: version.lastModified,
});

function positionAfter(all: VersionEntry[], key: string | undefined, versionId: string | undefined): number {
  if (!key) {
    if (versionId)
      throw new AwsError('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
    return 0;
  }
  const marker = Buffer.from(key);
  const exact = versionId ? all.findIndex((each) => each.key === key && each.version.versionId === versionId) : -1;
  if (exact !== -1) return exact + 1;
  const next = all.findIndex((each) => Buffer.compare(Buffer.from(each.key), marker) > 0);
  return next === -1 ? all.length : next;
}

function listUploads(
  input: ListMultipartUploadsCommandInput,
  context: CallContext,
): Output<ListMultipartUploadsCommandOutput> {
  const bucket = findBucket(context.world, context.region, input.Bucket);
  refuseUnsupported(input.EncodingType ?? input.Delimiter);
  const marker = (key: string, id: string): string => JSON.stringify([key, id]);
  const from = input.KeyMarker ? marker(input.KeyMarker, input.UploadIdMarker ?? '\uffff') : '';
  const all = [...bucket.uploads]
    .map(([UploadId, upload]) => ({ UploadId, Key: upload.key, Initiated: upload.initiated }))
    .filter((upload) => upload.Key.startsWith(input.Prefix ?? '') && marker(upload.Key, upload.UploadId) > from)
    .sort((one, other) => (marker(one.Key, one.UploadId) < marker(other.Key, other.UploadId) ? -1 : 1));
  const { page, truncated } = firstPage(all, input.MaxUploads);
  const last = page.at(-1);
  return {
    Bucket: bucket.name,
    Uploads: page,
    IsTruncated: truncated,
    ...(truncated && last ? { NextKeyMarker: last.Key, NextUploadIdMarker: last.UploadId } : {}),
  };
}

const tokens = pageTokens('objects');

/**
 * The first entries of what is left. Who asks for none gets none, and nothing is truncated: there is no last entry to
 * continue after.
 * @param wanted `MaxKeys` or `MaxUploads`
 */
function firstPage<Entry>(left: Entry[], wanted: number | undefined): { page: Entry[]; truncated: boolean } {
  if (wanted !== undefined && (wanted < 0 || !Number.isInteger(wanted))) {
    throw new AwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
  }
  const page = left.slice(0, Math.min(wanted ?? PAGE, PAGE));
  return { page, truncated: page.length > 0 && page.length < left.length };
}

function refuseUnsupported(parameter: string | undefined): void {
  if (parameter === undefined) return;
  throw new AwsError('NotImplemented', `The sandbox does not support the listing parameter value ${parameter}.`, 501);
}

/** S3's listings. */
export const listOperations = {
  ListObjectsV2: s3Operation((input: ListObjectsV2CommandInput, context) =>
    encodeListing(listObjects(input, context), input.EncodingType),
  ),
  ListObjectVersions: s3Operation((input: ListObjectVersionsCommandInput, context) =>
    encodeListing(listVersions(input, context), input.EncodingType),
  ),
  ListMultipartUploads: s3Operation(listUploads),
} satisfies Record<string, Operation>;

/** Members of a listing that S3 encodes (AmazonS3/latest/API/API_ListObjectsV2.html, `EncodingType`). */
const ENCODED: ReadonlySet<string> = new Set([
  'Delimiter',
  'Key',
  'KeyMarker',
  'NextKeyMarker',
  'Prefix',
  'StartAfter',
]);

const encode = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/');

/**
 * The listing as a client asked for it: with `encoding-type=url`, keys and prefixes are URL-encoded, so that they survive
 * XML. The AWS CLI always asks for that.
 * @throws AwsError InvalidArgument for any other encoding
 */
function encodeListing<Listing extends object>(listing: Listing, encodingType: string | undefined): Listing {
  if (encodingType === undefined) return listing;
  if (encodingType !== 'url') throw new AwsError('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return { ...(encodeMembers(listing) as Listing), EncodingType: 'url' };
}

function encodeMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encodeMembers);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      ENCODED.has(name) && typeof member === 'string' ? encode(member) : encodeMembers(member),
    ]),
  );
}
