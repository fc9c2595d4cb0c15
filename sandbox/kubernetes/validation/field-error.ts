import type { Cause } from '../api-error.ts';

/** What is wrong with the field at a path, e.g. `spec.ports[0].port` (k8s.io/apimachinery, pkg/util/validation/field). */
export type FieldError = Cause;

const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

export const required = (field: string, detail = ''): FieldError => ({
  field,
  message: withDetail('Required value', detail),
});

/** Values are printed as JSON, which is what Go's printers make of text, numbers and marshalled types. */
export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  message: `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`,
});

export const unsupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  field,
  message: `Unsupported value: ${JSON.stringify(value ?? '')}: supported values: ${supported.map((each) => `"${each}"`).join(', ')}`,
});

export const forbidden = (field: string, detail: string): FieldError => ({ field, message: `Forbidden: ${detail}` });

export const duplicate = (field: string, value: unknown): FieldError => ({
  field,
  message: `Duplicate value: ${JSON.stringify(value)}`,
});

export const notFound = (field: string, value: unknown): FieldError => ({
  field,
  message: `Not found: ${JSON.stringify(value)}`,
});

/** One of some words; absent is what the API server's defaults fill in. */
export const oneOf = (field: string, value: unknown, supported: readonly string[]): FieldError[] =>
  value === undefined || supported.includes(String(value)) ? [] : [unsupported(field, value, supported)];

/** `ValidateNonnegativeField`. */
export const nonNegative = (field: string, value: unknown): FieldError[] =>
  typeof value === 'number' && value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];

/** `ValidateImmutableField`; what was not given before is what the server's defaults gave. */
export const immutable = (field: string, value: unknown, before: unknown): FieldError[] =>
  before === undefined || sorted(value) === sorted(before) ? [] : [invalid(field, value, 'field is immutable')];

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : inner,
  ) ?? '';
