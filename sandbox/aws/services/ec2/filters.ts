import { AwsError } from '../../service.ts';

export type Filter = { Name?: string | undefined; Values?: string[] | undefined };

/** What a resource shows under a filter's name; several values match when any does. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => string | readonly string[] | undefined>>;

/**
 * Keeps what passes every filter: filters are joined by AND, a filter's values by OR, names and values are
 * case-sensitive, `*` stands for any text and `?` for one character unless escaped with a backslash
 * (AWSEC2 userguide, Using_Filtering.html; API_Filter.html). `tag:KEY` and `tag-key` work for everything with tags.
 * @throws AwsError InvalidParameterValue for a filter the operation does not have
 */
export function applyFilters<T extends object>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<T>,
): T[] {
  const tests = (filters ?? []).map((filter) => toTest(filter, table));
  return items.filter((item) => tests.every((test) => test(item)));
}

function toTest<T extends object>(filter: Filter, table: FilterTable<T>): (item: T) => boolean {
  const name = filter.Name ?? '';
  const patterns = (filter.Values ?? []).map(toPattern);
  const read = readerOf(name, table);
  return (item) => {
    const found = read(item);
    const values = found === undefined ? [] : typeof found === 'string' ? [found] : found;
    return values.some((value) => patterns.some((pattern) => pattern.test(value)));
  };
}

function readerOf<T extends object>(
  name: string,
  table: FilterTable<T>,
): (item: T) => string | readonly string[] | undefined {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (item) => tagsOf(item).find(([tagKey]) => tagKey === key)?.[1];
  }
  if (name === 'tag-key') return (item) => tagsOf(item).map(([key]) => key);
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!read) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  return read;
}

/** Turns EC2's wildcards into an expression that matches whole values. */
function toPattern(value: string): RegExp {
  const source = value.replace(/\\([*?\\])|[*?]|[\\^$.+()[\]{}|]/g, (found: string, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 's');
}

const tagsOf = (item: object): [string, string][] =>
  'tags' in item ? Object.entries(item.tags as Record<string, string>) : [];
