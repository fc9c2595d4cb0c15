import { AwsError } from '../service.ts';
import { type Codec, xmlNamespaceOf } from './codec.ts';
import { type FormNaming, formOf, structureFromForm } from './form-reader.ts';
import { escapeXml, namespaceAttribute, xmlElement, xmlMembers } from './xml-writer.ts';

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const naming: FormNaming = {
  memberKey(name, member) {
    const { ec2QueryName, xmlName } = member.getMergedTraits();
    return typeof ec2QueryName === 'string' ? ec2QueryName : capitalize(xmlName ?? name);
  },
  flatLists: true,
  // AWSEC2 APIReference, errors-overview.html, UnknownParameter
  unknown: (parameter) => new AwsError('UnknownParameter', `The parameter ${parameter} is not recognized`),
};

/** Amazon EC2's own query protocol (smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html). */
export const ec2QueryCodec: Codec = {
  route: (request) => formOf(request).get('Action') ?? undefined,
  decode: (request, operation) => structureFromForm(operation.input, formOf(request), naming),
  encode(output, operation, { service, requestId }) {
    const members = operation.output.isUnitSchema() ? '' : xmlMembers(operation.output, output);
    return {
      status: 200,
      headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
      body: xmlElement(
        `${operation.name}Response`,
        xmlElement('requestId', requestId) + members,
        namespaceAttribute(xmlNamespaceOf(service)),
      ),
    };
  },
  encodeError(error, { requestId }) {
    const details = xmlElement('Code', escapeXml(error.queryCode)) + xmlElement('Message', escapeXml(error.message));
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
      body: xmlElement(
        'Response',
        xmlElement('Errors', xmlElement('Error', details)) + xmlElement('RequestID', requestId),
      ),
    };
  },
};
