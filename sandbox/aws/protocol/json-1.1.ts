import type { Codec } from './codec.ts';
import { parseJsonBody, shapeFromJson, shapeToJson } from './json-shape.ts';

const naming = { jsonNames: false };
const contentType = 'application/x-amz-json-1.1';

/** AWS JSON 1.1: the operation is in a header (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
export const json11Codec: Codec = {
  route: (request) => request.headers['x-amz-target']?.split('.').at(-1),
  decode(request, operation) {
    if (operation.input.isUnitSchema()) return {};
    return shapeFromJson(operation.input, parseJsonBody(request.body), naming) as Record<string, unknown>;
  },
  encode(output, operation, { requestId }) {
    const body = operation.output.isUnitSchema() ? '' : JSON.stringify(shapeToJson(operation.output, output, naming));
    return { status: 200, headers: { 'content-type': contentType, 'x-amzn-requestid': requestId }, body };
  },
  encodeError: (error, { requestId }) => ({
    status: error.status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  }),
};
