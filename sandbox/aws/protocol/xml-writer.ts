import type { NormalizedSchema } from '@smithy/core/schema';
import { scalarToText, TimestampFormat } from './scalar-text.ts';

/** Text for XML content and attributes. Carriage returns would be read as line feeds (XML 1.0, 2.11). */
export const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');

/** `<tag attributes>content</tag>`; `content` is XML already. */
export function xmlElement(tag: string, content: string, attributes = ''): string {
  return `<${tag}${attributes}>${content}</${tag}>`;
}

/** ` xmlns="…"`, or nothing. */
export const namespaceAttribute = (namespace: string | undefined): string =>
  namespace === undefined ? '' : ` xmlns="${escapeXml(namespace)}"`;

/**
 * The members of a structure as XML elements, in the order of the model
 * (smithy.io/2.0/spec/protocol-traits.html, "XML bindings").
 * @param value has passed `checkShape`
 * @param only restricts the members, e.g. to those that travel in the body
 */
export function xmlMembers(
  structure: NormalizedSchema,
  value: Readonly<Record<string, unknown>>,
  only: (member: NormalizedSchema) => boolean = () => true,
): string {
  let xml = '';
  for (const [name, member] of structure.structIterator()) {
    const each = value[name];
    if (each === undefined || each === null || !only(member) || member.getMergedTraits().xmlAttribute) continue;
    xml += xmlValue(member.getMemberTraits().xmlName ?? name, member, each);
  }
  return xml;
}

/** A value as one element, or as several when it is a flattened list or map. */
function xmlValue(tag: string, schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema()) {
    const structure = value as Record<string, unknown>;
    return xmlElement(tag, xmlMembers(schema, structure), attributesOf(schema, structure));
  }
  if (schema.isListSchema()) return xmlList(tag, schema, value as unknown[]);
  if (schema.isMapSchema()) return xmlMap(tag, schema, value as Record<string, unknown>);
  return xmlElement(tag, escapeXml(scalarToText(schema, value, TimestampFormat.dateTime)));
}

function xmlList(tag: string, schema: NormalizedSchema, values: unknown[]): string {
  const member = schema.getValueSchema();
  if (schema.getMergedTraits().xmlFlattened) return values.map((each) => xmlValue(tag, member, each)).join('');
  const itemTag = member.getMergedTraits().xmlName ?? 'member';
  return xmlElement(tag, values.map((each) => xmlValue(itemTag, member, each)).join(''));
}

function xmlMap(tag: string, schema: NormalizedSchema, map: Record<string, unknown>): string {
  const member = schema.getValueSchema();
  const keyTag = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valueTag = member.getMergedTraits().xmlName ?? 'value';
  const entries = Object.entries(map).flatMap(([key, each]) =>
    each === undefined ? [] : [xmlElement(keyTag, escapeXml(key)) + xmlValue(valueTag, member, each)],
  );
  if (schema.getMergedTraits().xmlFlattened) return entries.map((entry) => xmlElement(tag, entry)).join('');
  return xmlElement(tag, entries.map((entry) => xmlElement('entry', entry)).join(''));
}

function attributesOf(structure: NormalizedSchema, value: Readonly<Record<string, unknown>>): string {
  let attributes = '';
  for (const [name, member] of structure.structIterator()) {
    const traits = member.getMergedTraits();
    const each = value[name];
    if (!traits.xmlAttribute || each === undefined) continue;
    const text = scalarToText(member, each, TimestampFormat.dateTime);
    attributes += `${namespacePrefixes(structure)} ${traits.xmlName ?? name}="${escapeXml(text)}"`;
  }
  return attributes;
}

/** Declares the prefix of the structure's namespace, which its attribute uses (S3's `xsi:type`). */
function namespacePrefixes(structure: NormalizedSchema): string {
  const [prefix, uri] = structure.getMergedTraits().xmlNamespace ?? [];
  return prefix && uri ? ` xmlns:${prefix}="${escapeXml(uri)}"` : '';
}
