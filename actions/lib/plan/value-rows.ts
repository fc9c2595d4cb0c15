import { type DesiredValue, isFunction } from '../stacks/desired-values.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';

/** One leaf of a value: where it is below its resource, and what it is afterwards; nothing when it is gone. */
export type ValueRow = { property: string; after?: string };

/**
 * A value leaf by leaf: objects by key, lists by element. An element is named by its content, so that elements that two
 * pull requests add are two rows; a function that only AWS can work out is a leaf.
 * @param path of the value, e.g. `Properties/Tags`
 */
export function leavesOf(path: string, value: DesiredValue): ValueRow[] {
  if (Array.isArray(value) && value.length > 0) return elements(path, value);
  if (isObject(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([key, member]) => leavesOf(`${path}/${escaped(key)}`, member));
  }
  return [{ property: path, after: canonicalJson(value) }];
}

/**
 * Where a value changes, leaf by leaf.
 * @param before as AWS has it
 * @param after as AWS works it out; what it does not know yet is a placeholder (`knownAfterApply` of the port), which differs from every value
 * @param wanted as the declaration says it, which is what is approved; AWS's value where the declaration has none
 */
export function changedLeaves(
  path: string,
  before: DesiredValue | undefined,
  after: DesiredValue | undefined,
  wanted: DesiredValue | undefined,
): ValueRow[] {
  if (after === undefined) return before === undefined ? [] : [{ property: path }];
  const shown = wanted ?? after;
  if (before === undefined) return leavesOf(path, shown);
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isObject(before) && isObject(after) && isObject(shown)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      changedLeaves(`${path}/${escaped(key)}`, own(before, key), own(after, key), own(shown, key)),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && Array.isArray(shown)) {
    return changedElements(path, before, after, shown);
  }
  return leavesOf(path, shown);
}

/** JSON of AWS as a value in which scalars are texts; undefined for what is no JSON. */
export function readContext(text: string | undefined): DesiredValue | undefined {
  if (text === undefined) return undefined;
  try {
    return asTexts(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An own member; undefined for none, and for the member of what is no object. */
export function own(value: DesiredValue | undefined, key: string): DesiredValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** `~` and `/` as in a JSON pointer (RFC 6901), so that a key cannot pass for a path. */
export function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function elements(path: string, values: readonly DesiredValue[]): ValueRow[] {
  return namesOf(values).map((name, index) => ({
    property: `${path}/${name}`,
    after: canonicalJson(values[index] ?? null),
  }));
}

/**
 * Elements that come and go, whatever their places; and the order, where those that stay change theirs. A list whose
 * elements the declaration and AWS count differently is shown whole.
 */
function changedElements(
  path: string,
  before: readonly DesiredValue[],
  after: readonly DesiredValue[],
  wanted: readonly DesiredValue[],
): ValueRow[] {
  const left = before.map((value) => canonicalJson(value));
  const kept: number[] = [];
  const isNew = after.map((value) => {
    const at = left.indexOf(canonicalJson(value));
    if (at < 0) return true;
    left[at] = '';
    kept.push(at);
    return false;
  });
  const names = namesOf(before);
  const gone = left.flatMap((text, index) => (text === '' ? [] : [{ property: `${path}/${names[index] ?? ''}` }]));
  if (after.length !== wanted.length) return [...elements(path, wanted), ...gone];
  const added = elements(path, wanted).filter((_, index) => isNew[index] === true);
  const stays = wanted.filter((_, index) => isNew[index] === false);
  const reordered = kept.some((place, index) => index > 0 && place < (kept[index - 1] ?? 0));
  const order = reordered ? [{ property: `${path}/order`, after: canonicalJson(namesOf(stays)) }] : [];
  const addedNames = new Set(added.map(({ property }) => property));
  return [...added, ...gone.filter(({ property }) => !addedNames.has(property)), ...order];
}

/** `[0123456789abcdef]`; the second of two equal elements is `[…]2`. */
function namesOf(values: readonly DesiredValue[]): string[] {
  const counts = new Map<string, number>();
  return values.map((value) => {
    const name = `[${sha256(canonicalJson(value)).slice(0, 16)}]`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}${count}`;
  });
}

function isObject(value: DesiredValue): value is { [key: string]: DesiredValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isFunction(value);
}

function asTexts(value: unknown): DesiredValue {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)]));
  }
  return value === null ? null : String(value);
}
