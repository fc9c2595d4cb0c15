import type { NormalizedSchema } from '@smithy/core/schema';
import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../service.ts';
import { scalarFromText, TimestampFormat } from './scalar-text.ts';

const ATTRIBUTE = '@';
const TEXT = '#text';
const NAMESPACE = /^@xmlns(:|$)/;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  ignoreDeclaration: true,
});

/**
 * Reads a document as a shape; the root element's name is not checked, as in S3.
 * @throws AwsError MalformedXML when it is not well-formed or does not fit the model
 */
export function shapeFromXml(schema: NormalizedSchema, document: string): unknown {
  const root: unknown = parse(document);
  const [content] = Object.entries(root ?? {}).flatMap(([name, value]) => (name === TEXT ? [] : [value as unknown]));
  return readValue(schema, content ?? '');
}

function parse(document: string): unknown {
  try {
    return parser.parse(document, true);
  } catch {
    throw malformed();
  }
}

/** Text of S3's error list (AmazonS3 API, ErrorResponses.html, MalformedXML). */
const malformed = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

function readValue(schema: NormalizedSchema, node: unknown): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node);
  if (schema.isListSchema()) return readList(schema, node);
  if (schema.isMapSchema()) return readMap(schema, node);
  return scalarFromText(schema, textOf(node), TimestampFormat.dateTime);
}

function readStructure(schema: NormalizedSchema, node: unknown): Record<string, unknown> {
  const source = childrenOf(node);
  const structure: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMemberTraits();
    const tag = `${traits.xmlAttribute ? ATTRIBUTE : ''}${traits.xmlName ?? name}`;
    const child = source[tag];
    if (child !== undefined) structure[name] = readValue(member, child);
    known.add(tag);
  }
  // Namespaces are no content; anything else that the schema does not have does not validate against it.
  if (Object.keys(source).some((tag) => !known.has(tag) && tag !== TEXT && !NAMESPACE.test(tag))) throw malformed();
  return structure;
}

function readList(schema: NormalizedSchema, node: unknown): unknown[] {
  const member = schema.getValueSchema();
  const items = schema.getMergedTraits().xmlFlattened
    ? node
    : childrenOf(node)[member.getMergedTraits().xmlName ?? 'member'];
  return asArray(items).map((item) => readValue(member, item));
}

function readMap(schema: NormalizedSchema, node: unknown): Record<string, unknown> {
  const member = schema.getValueSchema();
  const keyTag = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueTag = member.getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? node : childrenOf(node)['entry'];
  return Object.fromEntries(
    asArray(entries).map((entry) => [
      textOf(childrenOf(entry)[keyTag]),
      readValue(member, childrenOf(entry)[valueTag]),
    ]),
  );
}

const childrenOf = (node: unknown): Record<string, unknown> => {
  if (typeof node === 'object' && node !== null && !Array.isArray(node)) return node as Record<string, unknown>;
  if (typeof node === 'string' && node.trim() === '') return {};
  throw malformed();
};

const textOf = (node: unknown): string => {
  if (typeof node === 'string') return node;
  const text = childrenOf(node)[TEXT] ?? '';
  if (typeof text !== 'string') throw malformed();
  return text;
};

const asArray = (node: unknown): unknown[] => (node === undefined ? [] : Array.isArray(node) ? node : [node]);
