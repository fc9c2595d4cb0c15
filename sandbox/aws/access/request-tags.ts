type Tags = Record<string, string>;
type TagEntry = { Key?: string; key?: string; TagKey?: string; Value?: string; value?: string; TagValue?: string };

/** The tags that a request sets, in whichever of the services' shapes: `Tags`, `tags`, a list or a map. */
export function requestTags(input: Readonly<Record<string, unknown>>): Tags {
  const tags = input['Tags'] ?? input['tags'] ?? input['UserPoolTags'];
  if (typeof tags !== 'object' || tags === null) return {};
  if (!Array.isArray(tags)) return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
  return Object.fromEntries(
    (tags as TagEntry[]).map((tag) => [
      tag.Key ?? tag.key ?? tag.TagKey ?? '',
      tag.Value ?? tag.value ?? tag.TagValue ?? '',
    ]),
  );
}

export const tagNames = (tags: Tags): string[] => Object.keys(tags);

/** `aws:RequestTag/KEY` and `aws:TagKeys` (IAM userguide, reference_policies_condition-keys.html). */
export function tagContext(tags: Tags): Record<string, string | string[]> {
  const names = tagNames(tags);
  if (names.length === 0) return {};
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': names,
  };
}

/** `aws:ResourceTag/KEY` of a resource that has these tags (same document). */
export const resourceTagContext = (tags: Tags): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
