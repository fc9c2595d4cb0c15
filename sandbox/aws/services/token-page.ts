import { AwsError } from '../service.ts';

/**
 * Cuts one page out of a list, as the JSON services do with `maxResults` and `nextToken`. The token holds the position
 * of the next entry; it is opaque to clients.
 * @param size entries a page, at least 1
 * @throws AwsError `errorCode` when the token is none of ours
 */
export function tokenPage<T>(
  entries: readonly T[],
  request: { size: number; token: string | undefined; errorCode: string },
): { page: T[]; nextToken: string | undefined } {
  const start = request.token === undefined ? 0 : positionOf(request.token, request.errorCode);
  const end = start + request.size;
  return {
    page: entries.slice(start, end),
    nextToken: end < entries.length ? Buffer.from(`position:${end}`).toString('base64url') : undefined,
  };
}

function positionOf(token: string, errorCode: string): number {
  const match = /^position:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw new AwsError(errorCode, 'The pagination token is not valid.');
  return Number(match[1]);
}
