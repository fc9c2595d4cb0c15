import type { Values } from './release.ts';

/** A mistake in what the user gave, in Helm's words. */
export class ValuesError extends Error {
  override readonly name = 'ValuesError';
}

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Lays values over values: maps are merged, everything else is replaced, and null removes a key
 * (helm.sh/docs/chart_template_guide/values_files, "Deleting a default key").
 */
export function mergeValues(base: Values, over: Values): Values {
  const merged: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeValues(below, value) : value;
  }
  return merged;
}

/** Takes out the keys that were set to null over a default. Nulls in the defaults themselves stay. */
export function dropDeleted(values: Values, given: Values): Values {
  const kept = Object.entries(values).filter(([key]) => given[key] !== null || !Object.hasOwn(given, key));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      const below = given[key];
      return [key, isMap(value) && isMap(below) ? dropDeleted(value, below) : value];
    }),
  );
}

/** How a value on the command line is read: `--set` guesses the type, `--set-string` does not. */
export type SetKind = 'typed' | 'string';

/**
 * Applies one `--set` or `--set-string`, e.g. `a.b[0]=1,c={x,y}` (helm.sh/docs/intro/using_helm, "The Format and
 * Limitations of --set"). A backslash escapes a comma or a dot.
 * @throws ValuesError
 */
export function applySet(values: Values, expression: string, kind: SetKind): Values {
  let result = values;
  for (const part of splitOutside(expression, ',')) {
    const equals = indexOutside(part, '=');
    if (equals < 0) throw new ValuesError(`failed parsing --set data: key "${part}" has no value`);
    const text = part.slice(equals + 1);
    result = setPath(result, parsePath(part.slice(0, equals)), readValue(text, kind)) as Values;
  }
  return result;
}

/** Sets one path, e.g. `hub.extraFiles.config.stringData`, to a text as it is; for `--set-file`. */
export const applySetFile = (values: Values, path: string, text: string): Values =>
  setPath(values, parsePath(path), text) as Values;

type Step = string | number;

function parsePath(text: string): Step[] {
  return splitOutside(text, '.').flatMap((segment) => {
    const match = /^((?:[^[\\]|\\.)*)((?:\[\d+\])*)$/.exec(segment);
    if (!match) throw new ValuesError(`failed parsing --set data: invalid key "${segment}"`);
    const indexes = [...(match[2] ?? '').matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index));
    const name = unescapeText(match[1] ?? '');
    return [...(name === '' && indexes.length > 0 ? [] : [name]), ...indexes];
  });
}

function setPath(target: unknown, [step, ...rest]: Step[], value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(target) ? [...target] : [];
    while (list.length < step) list.push(null);
    list[step] = setPath(list[step], rest, value);
    return list;
  }
  const map = isMap(target) ? target : {};
  return { ...map, [step]: setPath(map[step], rest, value) };
}

function readValue(text: string, kind: SetKind): unknown {
  if (text.startsWith('{') && text.endsWith('}')) {
    const inner = text.slice(1, -1);
    return inner === '' ? [] : splitOutside(inner, ',').map((each) => readScalar(each, kind));
  }
  return readScalar(text, kind);
}

function readScalar(text: string, kind: SetKind): unknown {
  const plain = unescapeText(text);
  if (kind === 'string') return plain;
  if (plain === 'true' || plain === 'false') return plain === 'true';
  if (plain === 'null') return null;
  return /^(?:0|-?[1-9]\d*)$/.test(plain) ? Number(plain) : plain;
}

const unescapeText = (text: string): string => text.replace(/\\(.)/gs, '$1');

/** Splits at a separator that is neither escaped nor within braces. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char === '\\') {
      parts.push(`${parts.pop()}${char}${text[++index] ?? ''}`);
      continue;
    }
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (char === separator && depth === 0) parts.push('');
    else parts.push(`${parts.pop()}${char}`);
  }
  return parts;
}

function indexOutside(text: string, wanted: string): number {
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === wanted) return index;
  }
  return -1;
}
