import { type Codec, faultOf, xmlNamespaceOf } from './codec.ts';
import { type FormNaming, formOf, structureFromForm } from './form-reader.ts';
import { unknownPart } from './unknown-part.ts';
import { escapeXml, namespaceAttribute, xmlElement, xmlMembers } from './xml-writer.ts';

const naming: FormNaming = {
  memberKey: (name, member) => member.getMergedTraits().xmlName ?? name,
  flatLists: false,
  unknown: unknownPart,
};

/** AWS Query: forms in, XML out (smithy.io/2.0/aws/protocols/aws-query-protocol.html). */
export const queryCodec: Codec = {
  route: (request) => formOf(request).get('Action') ?? undefined,
  decode: (request, operation) => structureFromForm(operation.input, formOf(request), naming),
  encode(output, operation, { service, requestId }) {
    const { name, output: schema } = operation;
    const result = schema.isUnitSchema() ? '' : xmlElement(`${name}Result`, xmlMembers(schema, output));
    const metadata = xmlElement('ResponseMetadata', xmlElement('RequestId', requestId));
    return {
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: xmlElement(`${name}Response`, result + metadata, namespaceAttribute(xmlNamespaceOf(service))),
    };
  },
  encodeError(error, { service, requestId }) {
    const details =
      xmlElement('Type', faultOf(error)) +
      xmlElement('Code', escapeXml(error.queryCode)) +
      xmlElement('Message', escapeXml(error.message));
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: xmlElement(
        'ErrorResponse',
        xmlElement('Error', details) + xmlElement('RequestId', requestId),
        namespaceAttribute(xmlNamespaceOf(service)),
      ),
    };
  },
};
