import { AwsError } from '../../service.ts';

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
export function encodeListing<Listing extends object>(listing: Listing, encodingType: string | undefined): Listing {
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
