import { createHash } from 'node:crypto';
import { load } from 'js-yaml';
import { canonicalJson } from '../plan/canonical-json.ts';
import { listParameters } from './parameters.ts';

/**
 * What a file of rendered configuration is made of:
 * `yaml`, `json`; `parameters`, YAML with the parameters of a stack; `variables`, `NAME='value'` a line; `lines`, a list;
 * `selector`, a Kubernetes label selector, a list of its words.
 */
export type ConfigurationForm = 'yaml' | 'json' | 'parameters' | 'variables' | 'lines' | 'selector';

/**
 * The smallest parts of a configuration that change alone: path → canonical JSON of the value.
 *
 * - A path is a JSON pointer (RFC 6901): each key behind a `/`, with `~1` for a `/` and `~0` for a `~` in it; the whole is ``.
 * - A map or list has a path of its own, with `{}` or `[]` as value however much is in it, so that an empty one differs from none.
 * - An element of a list has a last part in brackets, the same wherever it stands, so that two that are added to one list are two
 *   parts: `[slug=…]` or `[name=…]` where all of the list are maps with such a text of their own, and below it their keys;
 *   otherwise the digest of its canonical JSON, with `#2` for a second one of the kind. Their order is told by {@link keyChanges}.
 */
export type ConfigurationKeys = ReadonlyMap<string, string>;

/** A part that differs: it is `after` then, or nothing. */
export type KeyChange = { property: string; act: 'change'; after: string } | { property: string; act: 'remove' };

/** Most values in a file that somebody else may have written; one of ours has some hundreds. */
const mostValues = 50_000;

/**
 * @returns undefined for a text that is not of this form, refers to itself, or holds more than 50,000 values; none of ours does
 */
export function configurationKeys(form: ConfigurationForm, text: string): ConfigurationKeys | undefined {
  try {
    const value = read(form, text);
    const keys = new Map<string, string>();
    return countValues(value) > mostValues ? undefined : flatten(value, '', keys);
  } catch {
    return undefined; // not of this form
  }
}

function read(form: ConfigurationForm, text: string): unknown {
  switch (form) {
    case 'yaml':
      return readYaml(text);
    case 'parameters':
      return withLists(readYaml(text));
    case 'json':
      return JSON.parse(text);
    case 'variables':
      return Object.fromEntries(wordsOf(text, '\n').map((line) => splitAt(line, line.indexOf('='))));
    case 'lines':
      return wordsOf(text, '\n');
    case 'selector':
      return wordsOf(text, /[\s,()]/);
  }
}

const readYaml = (text: string): unknown => load(text, { maxAliases: 0 });

const wordsOf = (text: string, separator: string | RegExp): string[] => text.split(separator).filter(Boolean);

function splitAt(line: string, index: number): [string, string] {
  return [line.slice(0, Math.max(0, index)), line.slice(index + 1)];
}

/** The parameters with those that hold several values taken apart: each value can come and go alone. */
function withLists(file: unknown): unknown {
  if (!isMap(file) || !isMap(file['parameters'])) return file;
  const parameters = Object.entries(file['parameters']).map(([name, value]) => {
    return [name, listParameters.has(name) && typeof value === 'string' ? wordsOf(value, ',') : value];
  });
  return { ...file, parameters: Object.fromEntries(parameters) };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member) => sum + countValues(member), 1);
}

function flatten(value: unknown, path: string, keys: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) {
    keys.set(path, '[]');
    const named = namedElements(value);
    for (const [name, element] of named ?? []) flatten(element, below(path, name), keys);
    if (named === undefined) for (const [part, json] of elementsOf(value)) keys.set(below(path, part), json);
  } else if (isMap(value)) {
    keys.set(path, '{}');
    for (const [key, member] of Object.entries(value)) flatten(member, below(path, escaped(key)), keys);
  } else {
    keys.set(path, canonicalJson(value ?? null));
  }
  return keys;
}

const below = (path: string, part: string): string => `${path}/${part}`;
const above = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Elements by what names each alone; undefined where not all of the list have such a name. */
function namedElements(list: readonly unknown[]): Map<string, unknown> | undefined {
  for (const key of ['slug', 'name']) {
    const named = new Map<string, unknown>();
    for (const element of list) {
      const name = isMap(element) ? element[key] : undefined;
      if (typeof name === 'string') named.set(`[${key}=${escaped(name)}]`, element);
    }
    if (named.size === list.length) return named;
  }
  return undefined;
}

/** In the order of the list. */
function elementsOf(list: readonly unknown[]): Map<string, string> {
  const elements = new Map<string, string>();
  const seen = new Map<string, number>();
  for (const element of list) {
    const json = canonicalJson(element ?? null);
    const digest = createHash('sha256').update(json).digest('hex').slice(0, 32);
    const copy = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, copy);
    elements.set(copy === 1 ? `[${digest}]` : `[${digest}]#${copy}`, json);
  }
  return elements;
}

/**
 * What has to be done to one configuration to get another, sorted by path. What goes with all that is below it is one change.
 * Where elements that stay in a list change places, a part `[order]` has them as they stand then. Where an added element
 * stands among the others is not told: two that are added at one place are each the same whether the other is there or not.
 * @param before undefined when what was there could not be read; then all of `after` counts, and that it goes
 */
export function keyChanges(before: ConfigurationKeys | undefined, after: ConfigurationKeys): KeyChange[] {
  const changes = before === undefined ? [removed('[unreadable]')] : reordered(before, after);
  for (const [property, value] of after) {
    if (before?.get(property) !== value) changes.push({ property, act: 'change', after: value });
  }
  for (const property of before?.keys() ?? []) {
    if (!after.has(property) && (property === '' || after.has(above(property)))) changes.push(removed(property));
  }
  return changes.sort((a, b) => (a.property < b.property ? -1 : 1));
}

function removed(property: string): KeyChange {
  return { property, act: 'remove' };
}

function reordered(before: ConfigurationKeys, after: ConfigurationKeys): KeyChange[] {
  const changes: KeyChange[] = [];
  const lists = staying(before, after);
  for (const [path, order] of staying(after, before)) {
    const value = canonicalJson(order);
    if (value !== canonicalJson(lists.get(path))) {
      changes.push({ property: below(path, '[order]'), act: 'change', after: value });
    }
  }
  return changes;
}

/** Elements of each list that the other configuration has too, in order. */
function staying(keys: ConfigurationKeys, other: ConfigurationKeys): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const path of keys.keys()) {
    const list = above(path);
    if (path === '' || keys.get(list) !== '[]' || !other.has(path)) continue;
    const element = path.slice(list.length + 1);
    const elements = lists.get(list);
    if (elements === undefined) lists.set(list, [element]);
    else elements.push(element);
  }
  return lists;
}
