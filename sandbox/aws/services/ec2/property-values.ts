import { AwsError } from '../../service.ts';

/** Properties of a template's resource, resolved; templates may write numbers and booleans as text. */
export type Properties = Readonly<Record<string, unknown>>;

/** @throws AwsError InvalidRequest when the property is absent or no text */
export function requiredText(properties: Properties, name: string): string {
  const value = optionalText(properties, name);
  if (value === undefined) throw new AwsError('InvalidRequest', `Property ${name} cannot be empty.`);
  return value;
}

/** Text or a number as text; undefined when absent. */
export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new AwsError('InvalidRequest', `Property ${name} must be text.`);
}

/** `true` or `'true'`; `fallback` when absent. */
export function optionalFlag(properties: Properties, name: string, fallback: boolean): boolean {
  const value = optionalText(properties, name);
  return value === undefined ? fallback : value.toLowerCase() === 'true';
}

/** @throws AwsError InvalidRequest when the property is present and no whole number */
export function optionalInteger(properties: Properties, name: string): number | undefined {
  const value = optionalText(properties, name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value))
    throw new AwsError('InvalidRequest', `Property ${name} must be a whole number, not ${value}.`);
  return Number(value);
}

/** A list of text; empty when absent. */
export function textList(properties: Properties, name: string): string[] {
  return list(properties, name).map(String);
}

/** A list of objects; empty when absent. */
export function recordList(properties: Properties, name: string): Record<string, unknown>[] {
  return list(properties, name).map((entry) => toRecord(entry, name));
}

/** An object; empty when absent. */
export function optionalRecord(properties: Properties, name: string): Record<string, unknown> {
  const value = properties[name];
  return value === undefined || value === null ? {} : toRecord(value, name);
}

function list(properties: Properties, name: string): unknown[] {
  const value = properties[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new AwsError('InvalidRequest', `Property ${name} must be a list.`);
  return value;
}

function toRecord(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('InvalidRequest', `Property ${name} must be an object.`);
  }
  return value as Record<string, unknown>;
}
