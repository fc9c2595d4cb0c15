import type { NormalizedSchema } from '@smithy/core/schema';
import { pathLabels } from './http-route.ts';
import type { OperationSchema } from './operation-schema.ts';
import { scalarFromText, scalarToText, TimestampFormat } from './scalar-text.ts';
import { unknownPart } from './unknown-part.ts';
import { splitTarget, type WireReply, type WireRequest } from './wire.ts';

/** How a REST protocol writes structures into bodies. */
export type BodyFormat = {
  readonly contentType: string;
  read(schema: NormalizedSchema, body: Buffer): unknown;
  /** A structure that is the whole body (member trait httpPayload). */
  writePayload(member: NormalizedSchema, value: unknown): string;
  /** The members of an output that are bound to nothing else. */
  writeMembers(output: NormalizedSchema, value: Readonly<Record<string, unknown>>): string;
};

/**
 * Collects an operation's input from path, query, headers and body
 * (smithy.io/2.0/spec/http-bindings.html).
 * @param uri path template with the labels of the request's path
 * @throws AwsError SerializationException when a value does not fit the model, NotImplemented for a query parameter or a
 * member of the body that the model does not have there
 */
export function readBoundInput(
  request: WireRequest,
  operation: OperationSchema,
  uri: string,
  format: BodyFormat,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  refuseUnknownQuery(request, operation, uri);
  if (operation.input.isUnitSchema()) return input;
  const labels = pathLabels(uri, request.path) ?? {};
  const members = [...operation.input.structIterator()];
  const body = members.some(([, member]) => isBodyMember(member)) ? readBody(operation.input, request, format) : {};
  const misplaced = Object.keys(body).find((name) => !isBodyMember(operation.input.getMemberSchema(name)));
  if (misplaced !== undefined) throw unknownPart(`${misplaced} in the body`);
  for (const [name, member] of members) {
    const value = isBodyMember(member) ? body[name] : readMember(request, name, member, { labels, format });
    if (value !== undefined) input[name] = value;
  }
  return input;
}

/** `x-id` names the operation; the parameters of a presigned URL begin with `X-Amz-`. */
function refuseUnknownQuery(request: WireRequest, { input }: OperationSchema, uri: string): void {
  const known = new Set(splitTarget(uri).query.map(([name]) => name));
  for (const [, member] of input.isUnitSchema() ? [] : input.structIterator()) {
    const { httpQuery, httpQueryParams } = member.getMergedTraits();
    if (httpQueryParams) return;
    if (httpQuery !== undefined) known.add(httpQuery);
  }
  const unknown = request.query.find(([name]) => !known.has(name) && name !== 'x-id' && !/^X-Amz-/.test(name));
  if (unknown) throw unknownPart(`the query parameter ${unknown[0]}`);
}

function readBody(schema: NormalizedSchema, request: WireRequest, format: BodyFormat): Record<string, unknown> {
  return request.body.length === 0 ? {} : (format.read(schema, request.body) as Record<string, unknown>);
}

function readMember(
  request: WireRequest,
  name: string,
  member: NormalizedSchema,
  { labels, format }: { labels: Record<string, string>; format: BodyFormat },
): unknown {
  const traits = member.getMergedTraits();
  if (traits.httpLabel) return scalarFromText(member, labels[name] ?? '', TimestampFormat.dateTime);
  if (traits.httpQuery !== undefined) return readQuery(member, request, traits.httpQuery);
  if (traits.httpQueryParams) return Object.fromEntries(request.query);
  if (traits.httpHeader !== undefined) return readHeader(member, request.headers[traits.httpHeader.toLowerCase()]);
  if (traits.httpPrefixHeaders !== undefined) return prefixedHeaders(request, traits.httpPrefixHeaders.toLowerCase());
  return readPayload(member, request.body, format);
}

function readQuery(member: NormalizedSchema, request: WireRequest, name: string): unknown {
  const values = request.query.flatMap(([each, value]) => (each === name ? [value] : []));
  if (values[0] === undefined) return undefined;
  if (!member.isListSchema()) return scalarFromText(member, values[0], TimestampFormat.dateTime);
  return values.map((value) => scalarFromText(member.getValueSchema(), value, TimestampFormat.dateTime));
}

function readHeader(member: NormalizedSchema, value: string | undefined): unknown {
  if (value === undefined) return undefined;
  if (!member.isListSchema()) return scalarFromText(member, value, TimestampFormat.httpDate);
  return value.split(',').map((each) => scalarFromText(member.getValueSchema(), each.trim(), TimestampFormat.httpDate));
}

function prefixedHeaders(request: WireRequest, prefix: string): Record<string, string> | undefined {
  const found = Object.entries(request.headers).filter(([name]) => name.startsWith(prefix));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function readPayload(member: NormalizedSchema, body: Buffer, format: BodyFormat): unknown {
  if (member.isBlobSchema()) return body;
  if (body.length === 0) return undefined;
  return member.isStringSchema() ? body.toString('utf8') : format.read(member, body);
}

/**
 * Spreads an operation's output over status, headers and body.
 * @param output has passed `checkShape`
 */
export function writeBoundOutput(
  output: Readonly<Record<string, unknown>>,
  operation: OperationSchema,
  format: BodyFormat,
): WireReply {
  const reply: WireReply = { status: operation.http?.status ?? 200, headers: {}, body: '' };
  if (operation.output.isUnitSchema()) return reply;
  let hasBodyMembers = false;
  for (const [name, member] of operation.output.structIterator()) {
    if (isBodyMember(member)) hasBodyMembers = true;
    else if (output[name] !== undefined) writeMember(reply, member, output[name], format);
  }
  if (hasBodyMembers) {
    reply.headers['content-type'] = format.contentType;
    reply.body = format.writeMembers(operation.output, output);
  }
  return reply;
}

function writeMember(reply: WireReply, member: NormalizedSchema, value: unknown, format: BodyFormat): void {
  const traits = member.getMergedTraits();
  if (traits.httpResponseCode) reply.status = Number(value);
  else if (traits.httpHeader !== undefined) reply.headers[traits.httpHeader.toLowerCase()] = headerText(member, value);
  else if (traits.httpPrefixHeaders !== undefined) {
    for (const [name, text] of Object.entries(value as Record<string, string>)) {
      reply.headers[`${traits.httpPrefixHeaders}${name}`.toLowerCase()] = text;
    }
  } else if (member.isBlobSchema() || member.isStringSchema()) {
    reply.body = value as string | Uint8Array;
  } else {
    reply.headers['content-type'] ??= format.contentType;
    reply.body = format.writePayload(member, value);
  }
}

function headerText(member: NormalizedSchema, value: unknown): string {
  if (!member.isListSchema()) return scalarToText(member, value, TimestampFormat.httpDate);
  return (value as unknown[])
    .map((each) => scalarToText(member.getValueSchema(), each, TimestampFormat.httpDate))
    .join(', ');
}

/** Bound to no place of the message and not the payload: part of the body's structure. */
export function isBodyMember(member: NormalizedSchema): boolean {
  const traits = member.getMergedTraits();
  return !(
    traits.httpLabel ||
    traits.httpQuery !== undefined ||
    traits.httpQueryParams ||
    traits.httpHeader !== undefined ||
    traits.httpPrefixHeaders !== undefined ||
    traits.httpPayload ||
    traits.httpResponseCode
  );
}
