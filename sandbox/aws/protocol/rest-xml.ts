import type { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceModule } from '../service.ts';
import { type Codec, xmlNamespaceOf } from './codec.ts';
import { type BodyFormat, isBodyMember, readBoundInput, writeBoundOutput } from './http-bindings.ts';
import { findRoute } from './http-route.ts';
import type { OperationSchema } from './operation-schema.ts';
import { shapeFromXml } from './xml-reader.ts';
import { escapeXml, namespaceAttribute, xmlElement, xmlMembers } from './xml-writer.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Outputs whose only member is the root element itself (Smithy trait aws.customizations#s3UnwrappedXmlOutput). */
const UNWRAPPED: ReadonlySet<string> = new Set(['GetBucketLocation']);

/** REST-XML (smithy.io/2.0/aws/protocols/aws-restxml-protocol.html), spoken by Amazon S3. */
export const restXmlCodec: Codec = {
  route: (request, schemas, service) =>
    findRoute(request, schemas.operations.values(), (operation) => uriOf(operation, service))?.name,
  decode: (request, operation, service) =>
    readBoundInput(request, operation, uriOf(operation, service), bodyFormat(operation, service)),
  encode(output, operation, { service, requestId }) {
    const reply = writeBoundOutput(output, operation, bodyFormat(operation, service));
    return { ...reply, headers: { ...reply.headers, ...requestIds(requestId) } };
  },
  encodeError(error, { requestId }) {
    const details =
      xmlElement('Code', escapeXml(error.queryCode)) +
      xmlElement('Message', escapeXml(error.message)) +
      xmlElement('RequestId', requestId) +
      xmlElement('HostId', requestId);
    return {
      status: error.status,
      headers: { 'content-type': 'application/xml', ...requestIds(requestId) },
      body: DECLARATION + xmlElement('Error', details),
    };
  },
};

const requestIds = (requestId: string): Record<string, string> => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': requestId,
});

function bodyFormat(operation: OperationSchema, service: ServiceModule): BodyFormat {
  const namespace = namespaceAttribute(xmlNamespaceOf(service));
  return {
    contentType: 'application/xml',
    read: (schema, body) => shapeFromXml(schema, body.toString('utf8')),
    writePayload(member, value) {
      const tag = member.getMergedTraits().xmlName ?? member.getName() ?? '';
      return DECLARATION + xmlElement(tag, xmlMembers(member, value as Record<string, unknown>), namespace);
    },
    writeMembers(output, value) {
      if (UNWRAPPED.has(operation.name)) return DECLARATION + unwrapped(output, value, namespace);
      return DECLARATION + xmlElement(rootTag(output), xmlMembers(output, value, isBodyMember), namespace);
    },
  };
}

const rootTag = (output: NormalizedSchema): string => output.getMergedTraits().xmlName ?? output.getName() ?? '';

function unwrapped(output: NormalizedSchema, value: Readonly<Record<string, unknown>>, namespace: string): string {
  const [text = ''] = Object.values(value);
  return xmlElement(rootTag(output), escapeXml(String(text)), namespace);
}

/**
 * The path template; S3's leaves the bucket to the host name or, with an IP address as the host, to the first segment
 * of the path (AmazonS3 userguide, VirtualHosting.html, "Path-style requests").
 */
function uriOf(operation: OperationSchema, service: ServiceModule): string {
  const uri = operation.http?.uri ?? '';
  if (service.signingName !== 's3' || uri.includes('{Bucket}') || !takesBucket(operation.input)) return uri;
  return `/{Bucket}${uri}`;
}

function takesBucket(input: NormalizedSchema): boolean {
  if (input.isUnitSchema()) return false;
  for (const [name, member] of input.structIterator()) {
    if (name === 'Bucket') return Boolean(member.getMergedTraits().httpLabel);
  }
  return false;
}
