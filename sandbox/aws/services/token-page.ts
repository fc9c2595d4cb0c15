import { createHmac, randomBytes } from 'node:crypto';
import { AwsError } from '../service.ts';

/** Tokens of this process: a client can neither make one up nor change one. */
const SECRET = randomBytes(32);

/**
 * Cuts one page out of a list, as the JSON services do with `maxResults` and `nextToken`. The token holds the position
 * of the next entry; it is opaque to clients, and one that no list gave out is refused.
 * @param size entries a page; AWS's APIs take 1 at least ("Valid Range: Minimum value of 1" of each)
 * @throws AwsError `errorCode` when the token is none of ours; the service's own for a size below 1
 */
export function tokenPage<T>(
  entries: readonly T[],
  request: { size: number; token: string | undefined; errorCode: string },
): { page: T[]; nextToken: string | undefined } {
  if (!(request.size >= 1)) {
    const code = /Token/.test(request.errorCode) ? 'ValidationException' : request.errorCode;
    throw new AwsError(
      code,
      `Value '${request.size}' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  }
  const start = positionOf(request.token, request.errorCode) ?? 0;
  const end = start + request.size;
  return {
    page: entries.slice(start, end),
    nextToken: end < entries.length ? tokenOf(end) : undefined,
  };
}

/** A token for the position of an entry. */
export const tokenOf = (position: number): string =>
  `${position}.${createHmac('sha256', SECRET).update(String(position)).digest('base64url').slice(0, 22)}`;

/** @throws AwsError `errorCode` for a token that `tokenOf` did not make */
export function positionOf(token: string | undefined, errorCode: string): number | undefined {
  if (token === undefined) return undefined;
  const position = Number.parseInt(token, 10);
  if (token !== tokenOf(position)) throw new AwsError(errorCode, 'The pagination token is not valid.');
  return position;
}
