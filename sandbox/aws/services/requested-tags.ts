import { AwsError } from '../service.ts';

type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[];

/**
 * Tags as a caller may set them on nearly everything: at most 50, keys of 1 to 128 characters, values to 256, no key twice,
 * none of AWS's own ("Tag naming limits and requirements",
 * docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html).
 * @param tags a list of `{Key, Value}`, or a map
 * @param codes the service's error code; `reserved` where it has another one for `aws:`
 * @throws AwsError
 */
export function requestedTags(
  tags: TagList | Readonly<Record<string, string>> | undefined,
  codes: { invalid: string; reserved?: string },
): Record<string, string> {
  const pairs = isList(tags)
    ? tags.map(({ Key = '', Value = '' }): [string, string] => [Key, Value])
    : Object.entries(tags ?? {});
  const invalid = (message: string): AwsError => new AwsError(codes.invalid, message);
  if (pairs.length > 50) throw invalid('A resource can have at most 50 tags.');
  const seen = new Set<string>();
  for (const [key, value] of pairs) {
    if (key.length === 0 || key.length > 128) throw invalid(`The tag key '${key}' must have 1 to 128 characters.`);
    if (value.length > 256) throw invalid(`The value of the tag ${key} must have at most 256 characters.`);
    if (seen.has(key)) throw invalid(`Duplicate tag key '${key}' specified.`);
    if (/^aws:/i.test(key)) {
      const message = `The tag key ${key} begins with aws:, which is reserved for AWS.`;
      throw new AwsError(codes.reserved ?? codes.invalid, message);
    }
    seen.add(key);
  }
  return Object.fromEntries(pairs);
}

const isList = (tags: unknown): tags is TagList => Array.isArray(tags);
