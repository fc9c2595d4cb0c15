import { AwsError } from '../service.ts';

/**
 * The tags a stack resource gets: the stack's, overruled by its own. CloudFormation applies stack-level tags to every
 * resource that can have tags (docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html).
 * @param own the resource's `Tags` property: a list of `{Key, Value}`, or absent
 * @throws AwsError when `own` has another shape
 */
export function mergeResourceTags(own: unknown, stackTags: Readonly<Record<string, string>>): Record<string, string> {
  const merged: Record<string, string> = { ...stackTags };
  if (own === undefined) return merged;
  if (!Array.isArray(own)) throw new AwsError('ValidationError', 'Tags must be a list of {Key, Value}.');
  for (const tag of own as unknown[]) {
    const { Key, Value } = (tag ?? {}) as { Key?: unknown; Value?: unknown };
    if (typeof Key !== 'string') throw new AwsError('ValidationError', 'Every tag needs a Key.');
    merged[Key] = String(Value ?? '');
  }
  return merged;
}
