import { data } from '@actions/expressions';

/** A value of an expression or of a context, as JSON. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** The value as the expression library holds it. */
export function toData(value: Value): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (isList(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}

/** The library's value as JSON. */
export function fromData(value: data.ExpressionData): Value {
  if (value instanceof data.StringData || value instanceof data.NumberData || value instanceof data.BooleanData) {
    return value.value;
  }
  if (value instanceof data.Array) return value.values().map(fromData);
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]));
  }
  return null;
}

/** What a value is where a string is expected: null is empty, a list is `Array`, an object `Object`. */
export function asText(value: Value): string {
  return toData(value).coerceString();
}

/**
 * What counts as true: everything but false, 0, -0, '', null and NaN
 * (docs.github.com/en/actions/reference/workflows-and-actions/expressions#literals).
 */
export function isTruthy(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== '' && !Number.isNaN(value);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isRecord(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Any JSON-like value (a webhook payload) as a Value: what JSON cannot hold is dropped, as in the event file. */
export function toValue(json: unknown): Value {
  return json === undefined ? null : (JSON.parse(JSON.stringify(json)) as Value);
}
