import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../service.ts';
import { SandboxBug } from './sandbox-bug.ts';

/** The timestamp formats of Smithy by the numbers that schemas use (smithy.io/2.0/spec/protocol-traits.html). */
export const TimestampFormat = { dateTime: 5, httpDate: 6, epochSeconds: 7 } as const;
export type TimestampFormat = (typeof TimestampFormat)[keyof typeof TimestampFormat];

/** The schema's own format, or the one that its place in the message has by default. */
export function timestampFormat(schema: NormalizedSchema, standard: TimestampFormat): TimestampFormat {
  const own = schema.getSchema();
  return own === TimestampFormat.dateTime || own === TimestampFormat.httpDate || own === TimestampFormat.epochSeconds
    ? own
    : standard;
}

/** A timestamp in one of Smithy's formats; milliseconds are kept where the format has them. */
export function formatTimestamp(date: Date, format: TimestampFormat): string {
  switch (format) {
    case TimestampFormat.dateTime:
      return date.toISOString().replace('.000Z', 'Z');
    case TimestampFormat.httpDate:
      return date.toUTCString();
    case TimestampFormat.epochSeconds:
      return String(date.getTime() / 1000);
  }
}

/** @throws AwsError SerializationException when the text is no timestamp */
export function parseTimestamp(text: string, format: TimestampFormat): Date {
  const date = new Date(format === TimestampFormat.epochSeconds ? Number(text) * 1000 : text);
  if (Number.isNaN(date.getTime())) throw new AwsError('SerializationException', `${text} is not a timestamp.`);
  return date;
}

/**
 * A scalar as text, for XML elements, headers, and the query.
 * @throws SandboxBug when the schema is not a scalar's
 */
export function scalarToText(schema: NormalizedSchema, value: unknown, standard: TimestampFormat): string {
  if (schema.isTimestampSchema()) return formatTimestamp(value as Date, timestampFormat(schema, standard));
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  if (isTextual(schema)) return String(value);
  throw new SandboxBug(`${schema.getName(true)} has no textual form.`);
}

/**
 * @throws AwsError SerializationException when the text does not fit the schema
 */
export function scalarFromText(schema: NormalizedSchema, text: string, standard: TimestampFormat): unknown {
  if (schema.isTimestampSchema()) return parseTimestamp(text, timestampFormat(schema, standard));
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  if (schema.isBooleanSchema()) return parseBoolean(text);
  if (schema.isNumericSchema()) return parseNumber(text);
  if (schema.isBigIntegerSchema()) return BigInt(text);
  if (isTextual(schema)) return text;
  throw new SandboxBug(`${schema.getName(true)} cannot be read from text.`);
}

function parseBoolean(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new AwsError('SerializationException', `${text} is not a boolean.`);
  return text === 'true';
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) {
    throw new AwsError('SerializationException', `${text} is not a number.`);
  }
  return value;
}

const isTextual = (schema: NormalizedSchema): boolean =>
  schema.isStringSchema() ||
  schema.isBooleanSchema() ||
  schema.isNumericSchema() ||
  schema.isBigIntegerSchema() ||
  schema.isBigDecimalSchema();
