import { AwsError } from '../../service.ts';
import { tokenPage } from '../token-page.ts';

/** `Marker`, `MaxItems`, `IsTruncated`: how IAM cuts lists (API_ListRoles.html); 100 entries by default. */
export function markerPage<T>(
  entries: readonly T[],
  request: { Marker?: string | undefined; MaxItems?: number | undefined },
): { page: T[]; position: { IsTruncated: boolean; Marker?: string } } {
  const { page, nextToken } = tokenPage(entries, {
    size: request.MaxItems ?? 100,
    token: request.Marker,
    errorCode: 'ValidationError',
  });
  return { page, position: { IsTruncated: nextToken !== undefined, ...(nextToken ? { Marker: nextToken } : {}) } };
}

/** IAM sends policy documents as JSON in RFC 3986 percent-encoding (API_GetRolePolicy.html). */
export const encodeDocument = (document: string): string => encodeURIComponent(document);

/** `{key: value}` as IAM's list of tags. */
export const tagList = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/**
 * The reverse of `tagList`, for inputs: no key twice, whatever its case, and none of AWS's own
 * (IAM userguide, id_tags.html, "Rules for tagging").
 * @throws AwsError InvalidInput, ValidationError
 */
export function tagRecord(
  tags: { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  const list = tags ?? [];
  const keys = list.map(({ Key = '' }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw new AwsError('InvalidInput', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw new AwsError('ValidationError', 'The tag key prefix aws: is reserved and cannot be used.');
  }
  return Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]));
}
