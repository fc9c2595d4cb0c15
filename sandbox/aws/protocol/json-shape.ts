import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import { formatTimestamp, parseTimestamp, TimestampFormat, timestampFormat } from './scalar-text.ts';
import { unknownPart } from './unknown-part.ts';

/** Whether members go by their `jsonName`: REST-JSON honours the trait, JSON 1.1 does not. */
export type JsonNaming = { jsonNames: boolean };

/**
 * A shape as a JSON value: timestamps as seconds since 1970 unless modelled otherwise, bytes as base64
 * (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, "Shape serialization").
 * @param value has passed `checkShape`
 */
export function shapeToJson(schema: NormalizedSchema, value: unknown, naming: JsonNaming): unknown {
  if (value === undefined || value === null) return value;
  if (schema.isStructSchema()) {
    const structure: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const each = (value as Record<string, unknown>)[name];
      if (each !== undefined) structure[jsonName(name, member, naming)] = shapeToJson(member, each, naming);
    }
    return structure;
  }
  if (schema.isListSchema()) {
    return (value as unknown[]).map((each) => shapeToJson(schema.getValueSchema(), each, naming));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([key, each]) => [key, shapeToJson(schema.getValueSchema(), each, naming)]));
  }
  return scalarToJson(schema, value);
}

function scalarToJson(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isTimestampSchema()) {
    const format = timestampFormat(schema, TimestampFormat.epochSeconds);
    const date = value as Date;
    return format === TimestampFormat.epochSeconds ? date.getTime() / 1000 : formatTimestamp(date, format);
  }
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  return value;
}

/**
 * Reads a JSON value as a shape. Nulls are left out, as AWS does.
 * @throws AwsError SerializationException when a value has another type than the model says, NotImplemented for a member
 * that the model does not have
 */
export function shapeFromJson(schema: NormalizedSchema, value: unknown, naming: JsonNaming): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isStructSchema()) {
    const source = expectObject(schema, value);
    const structure: Record<string, unknown> = {};
    const keys = new Set<string>();
    for (const [name, member] of schema.structIterator()) {
      const key = jsonName(name, member, naming);
      keys.add(key);
      const each = source[key];
      if (each !== undefined && each !== null) structure[name] = shapeFromJson(member, each, naming);
    }
    const unknown = Object.keys(source).find((key) => !keys.has(key) && source[key] !== null);
    if (unknown !== undefined) throw unknownPart(unknown);
    return structure;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw mismatch(schema, 'a list');
    return value.map((each: unknown) => shapeFromJson(schema.getValueSchema(), each, naming));
  }
  if (schema.isMapSchema()) {
    const entries = Object.entries(expectObject(schema, value));
    return Object.fromEntries(
      entries.map(([key, each]) => [key, shapeFromJson(schema.getValueSchema(), each, naming)]),
    );
  }
  return scalarFromJson(schema, value);
}

function scalarFromJson(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isTimestampSchema()) {
    return parseTimestamp(
      String(value),
      typeof value === 'number' ? TimestampFormat.epochSeconds : TimestampFormat.dateTime,
    );
  }
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(String(value), 'base64'));
  const expected = schema.isStringSchema() ? 'string' : schema.isBooleanSchema() ? 'boolean' : 'number';
  if (typeof value !== expected) throw mismatch(schema, `a ${expected}`);
  return value;
}

function expectObject(schema: NormalizedSchema, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(schema, 'an object');
  return value as Record<string, unknown>;
}

const mismatch = (schema: NormalizedSchema, expected: string): AwsError =>
  new AwsError('SerializationException', `${schema.getName() ?? 'The value'} must be ${expected}.`);

const jsonName = (name: string, member: NormalizedSchema, naming: JsonNaming): string =>
  (naming.jsonNames ? member.getMergedTraits().jsonName : undefined) ?? name;

/** @throws AwsError SerializationException when the body is not JSON; an empty body is an empty object */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new AwsError('SerializationException', 'The request body is not valid JSON.');
  }
}
