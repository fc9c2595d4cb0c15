import type { RestReply } from './rest-call.ts';

type PageQuery = { per_page?: number | undefined; page?: number | undefined };

const DEFAULT_PAGE_SIZE = 30;
const MAXIMUM_PAGE_SIZE = 100;

/**
 * One page of a list with GitHub's `Link` header
 * (docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api).
 * @param call the request's query and URL
 * @param items the whole list
 */
export function page<T>(
  call: { query: PageQuery; url: URL },
  items: readonly T[],
): { items: T[]; headers: Record<string, string> } {
  const size = Math.min(Math.max(call.query.per_page ?? DEFAULT_PAGE_SIZE, 1), MAXIMUM_PAGE_SIZE);
  const number = Math.max(call.query.page ?? 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const links: string[] = [];
  const link = (target: number, relation: string): void => {
    const url = new URL(call.url);
    url.searchParams.set('page', String(target));
    links.push(`<${url.href}>; rel="${relation}"`);
  };
  if (number > 1) link(number - 1, 'prev');
  if (number < last) {
    link(number + 1, 'next');
    link(last, 'last');
  }
  if (number > 1) link(1, 'first');
  return {
    items: items.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

/** The reply of a list operation: one page, each item presented. */
export async function listReply<T>(
  call: { query: PageQuery; url: URL },
  items: readonly T[],
  present: (item: T) => unknown,
): Promise<RestReply> {
  const { items: shown, headers } = page(call, items);
  return { status: 200, body: await Promise.all(shown.map(present)), headers };
}

/** The reply of a list operation that wraps the list: `{total_count, <name>: […]}`. */
export async function countedListReply<T>(
  call: { query: PageQuery; url: URL },
  name: string,
  items: readonly T[],
  present: (item: T) => unknown,
): Promise<RestReply> {
  const { items: shown, headers } = page(call, items);
  const body = { total_count: items.length, [name]: await Promise.all(shown.map(present)) };
  return { status: 200, body, headers };
}
