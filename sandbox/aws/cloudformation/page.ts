import { positionOf, tokenOf } from '../services/token-page.ts';

/** One page of a list and the token of the next. */
export type Page<T> = { items: T[]; nextToken?: string };

/** A page of a list that does not change while somebody pages through it. */
export function pageOf<T>(all: readonly T[], token: string | undefined, size: number): Page<T> {
  const start = positionOf(token, 'ValidationError') ?? 0;
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { nextToken: tokenOf(end) } : {}) };
}

/**
 * A page of a log, newest first. The token counts from the oldest entry, so that entries added in between neither
 * repeat nor hide others.
 *
 * @param all oldest first
 */
export function newestFirstPage<T>(all: readonly T[], token: string | undefined, size: number): Page<T> {
  const end = Math.min(positionOf(token, 'ValidationError') ?? all.length, all.length);
  const start = Math.max(end - size, 0);
  return { items: all.slice(start, end).reverse(), ...(start > 0 ? { nextToken: tokenOf(start) } : {}) };
}
