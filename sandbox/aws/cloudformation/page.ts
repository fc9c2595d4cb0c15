import { validationError } from './validation-error.ts';

/** One page of a list and the token of the next. */
export type Page<T> = { items: T[]; nextToken?: string };

function decode(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const position = Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isInteger(position) || position < 0) throw validationError('Invalid token');
  return position;
}

function encode(position: number): string {
  return Buffer.from(String(position), 'utf8').toString('base64url');
}

/** A page of a list that does not change while somebody pages through it. */
export function pageOf<T>(all: readonly T[], token: string | undefined, size: number): Page<T> {
  const start = decode(token) ?? 0;
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { nextToken: encode(end) } : {}) };
}

/**
 * A page of a log, newest first. The token counts from the oldest entry, so that entries added in between neither
 * repeat nor hide others.
 *
 * @param all oldest first
 */
export function newestFirstPage<T>(all: readonly T[], token: string | undefined, size: number): Page<T> {
  const end = Math.min(decode(token) ?? all.length, all.length);
  const start = Math.max(end - size, 0);
  return { items: all.slice(start, end).reverse(), ...(start > 0 ? { nextToken: encode(start) } : {}) };
}
