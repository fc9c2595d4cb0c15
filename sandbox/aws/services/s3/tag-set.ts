import { AwsError } from '../../service.ts';

type Tags = Record<string, string>;
type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[];

const invalid = (message: string): AwsError => new AwsError('InvalidTag', message);

/** API_PutBucketTagging.html and object-tagging.html: 50 tags on a bucket, 10 on an object. */
const LIMITS = { bucket: 50, object: 10 } as const;

/**
 * Reads tags as a requester may set them: keys of 1 to 128 characters, values to 256, no key twice, none of AWS's own.
 * @throws AwsError InvalidTag, BadRequest above the limit
 */
function readTagSet(kind: keyof typeof LIMITS, list: TagList): Tags {
  if (list.length > LIMITS[kind]) {
    throw new AwsError(
      'BadRequest',
      `${kind === 'object' ? 'Object' : 'Bucket'} tags cannot be greater than ${LIMITS[kind]}`,
    );
  }
  const tags = new Map<string, string>();
  for (const { Key = '', Value = '' } of list) {
    if (Key.length === 0 || Key.length > 128) throw invalid('The TagKey you have provided is invalid');
    if (Value.length > 256) throw invalid('The TagValue you have provided is invalid');
    if (tags.has(Key)) throw invalid('Cannot provide multiple Tags with the same key');
    if (/^aws:/i.test(Key)) throw invalid('System tags cannot be added/updated by requester');
    tags.set(Key, Value);
  }
  return Object.fromEntries(tags);
}

/**
 * The whole new set of a bucket's tags. What AWS has set stays: it may stand in the set unchanged, and must not be
 * missing (cost-allocation userguide, aws-tags.html: system tags cannot be edited or deleted).
 */
export function replaceBucketTags(current: Tags, list: TagList): Tags {
  const system = Object.entries(current).filter(([key]) => /^aws:/i.test(key));
  const repeated = ({ Key, Value }: TagList[number]): boolean => system.some(([k, v]) => k === Key && v === Value);
  if (!system.every(([key]) => list.some(({ Key }) => Key === key))) {
    throw invalid('System tags cannot be removed by requester');
  }
  return {
    ...Object.fromEntries(system),
    ...readTagSet(
      'bucket',
      list.filter((tag) => !repeated(tag)),
    ),
  };
}

/** The header `x-amz-tagging`: URL query parameters (API_PutObject.html, Tagging). */
export function readTaggingHeader(header: string | undefined): Tags {
  const pairs = [...new URLSearchParams(header ?? '')];
  return readTagSet(
    'object',
    pairs.map(([Key, Value]) => ({ Key, Value })),
  );
}

/** As the API shows tags. */
export const tagSet = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
