import type { NormalizedSchema } from '@smithy/core/schema';
import { scalarFromText, TimestampFormat } from './scalar-text.ts';
import type { WireRequest } from './wire.ts';

/** How the keys of a form are made from member names; the two query protocols differ. */
export type FormNaming = {
  /** The part of a key that a structure's member adds. */
  memberKey(name: string, member: NormalizedSchema): string;
  /** True when lists have no `member` level: `Filter.1` instead of `Filters.member.1`. */
  flatLists: boolean;
};

type FormNode = { text: string | undefined; children: Map<string, FormNode> };

/** The parameters of a request: those of its form, or those of its query when it is a GET, as a presigned URL is. */
export const formOf = (request: WireRequest): URLSearchParams =>
  request.method === 'GET'
    ? new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value]))
    : new URLSearchParams(request.body.toString('utf8'));

/**
 * Reads the dotted keys of a form as a structure: `Tags.member.1.Key=a` → `{Tags: [{Key: 'a'}]}`
 * (smithy.io/2.0/aws/protocols/aws-query-protocol.html, "Query key resolution"). Keys that the model does not know are
 * left out, as AWS does.
 * @throws AwsError SerializationException when a value does not fit the model
 */
export function structureFromForm(
  schema: NormalizedSchema,
  form: URLSearchParams,
  naming: FormNaming,
): Record<string, unknown> {
  const root: FormNode = { text: undefined, children: new Map() };
  for (const [key, text] of form) place(root, key, text);
  return readStructure(schema, root, naming);
}

function place(root: FormNode, key: string, text: string): void {
  let node = root;
  for (const part of key.split('.')) {
    const child = node.children.get(part) ?? { text: undefined, children: new Map() };
    node.children.set(part, child);
    node = child;
  }
  node.text = text;
}

function readStructure(schema: NormalizedSchema, node: FormNode, naming: FormNaming): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  if (schema.isUnitSchema()) return structure;
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(naming.memberKey(name, member));
    if (child) structure[name] = readValue(member, child, naming);
  }
  return structure;
}

function readValue(schema: NormalizedSchema, node: FormNode, naming: FormNaming): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, naming);
  if (schema.isListSchema()) return readList(schema, node, naming);
  if (schema.isMapSchema()) return readMap(schema, node, naming);
  return scalarFromText(schema, node.text ?? '', TimestampFormat.dateTime);
}

function readList(schema: NormalizedSchema, node: FormNode, naming: FormNaming): unknown[] {
  const member = schema.getValueSchema();
  const flat = naming.flatLists || schema.getMergedTraits().xmlFlattened;
  const items = flat ? node : node.children.get(member.getMergedTraits().xmlName ?? 'member');
  return numbered(items).map((item) => readValue(member, item, naming));
}

function readMap(schema: NormalizedSchema, node: FormNode, naming: FormNaming): Record<string, unknown> {
  const member = schema.getValueSchema();
  const keyPart = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valuePart = member.getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? node : node.children.get('entry');
  return Object.fromEntries(
    numbered(entries).map(({ children }) => {
      const value = children.get(valuePart);
      return [children.get(keyPart)?.text ?? '', value && readValue(member, value, naming)];
    }),
  );
}

/** The children `1`, `2`, … of a node in numerical order. */
function numbered(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([part]) => /^\d+$/.test(part))
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, child]) => child);
}
