import type { Codec } from './codec.ts';
import { type BodyFormat, isBodyMember, readBoundInput, writeBoundOutput } from './http-bindings.ts';
import { findRoute } from './http-route.ts';
import { parseJsonBody, shapeFromJson, shapeToJson } from './json-shape.ts';
import type { OperationSchema } from './operation-schema.ts';

const naming = { jsonNames: true };

const format: BodyFormat = {
  contentType: 'application/json',
  read: (schema, body) => shapeFromJson(schema, parseJsonBody(body), naming),
  writePayload: (member, value) => JSON.stringify(shapeToJson(member, value, naming)),
  writeMembers(output, value) {
    const members = Object.entries(value).filter(([name]) => isBodyMember(output.getMemberSchema(name)));
    return JSON.stringify(shapeToJson(output, Object.fromEntries(members), naming));
  },
};

const uriOf = (operation: OperationSchema): string => operation.http?.uri ?? '';

/** REST-JSON (smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html). */
export const restJsonCodec: Codec = {
  route: (request, schemas) => findRoute(request, schemas.operations.values(), uriOf)?.name,
  decode: (request, operation) => readBoundInput(request, operation, uriOf(operation), format),
  encode(output, operation, { requestId }) {
    const reply = writeBoundOutput(output, operation, format);
    return { ...reply, headers: { ...reply.headers, 'x-amzn-requestid': requestId } };
  },
  encodeError: (error, { requestId }) => ({
    status: error.status,
    headers: { 'content-type': format.contentType, 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  }),
};
