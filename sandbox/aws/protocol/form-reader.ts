import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../service.ts';
import { scalarFromText, TimestampFormat } from './scalar-text.ts';
import type { WireRequest } from './wire.ts';

/** How the keys of a form are made from member names; the two query protocols differ. */
export type FormNaming = {
  /** The part of a key that a structure's member adds. */
  memberKey(name: string, member: NormalizedSchema): string;
  /** True when lists have no `member` level: `Filter.1` instead of `Filters.member.1`. */
  flatLists: boolean;
  /** The error for a parameter that the model does not have. */
  unknown(parameter: string): AwsError;
};

type FormNode = { key: string; text: string | undefined; children: Map<string, FormNode> };

/** Parameters of a request beside the operation's members; those of a presigned URL begin with `X-Amz-`. */
const COMMON = /^(Action|Version|X-Amz-.+)$/;

/** The parameters of a request: those of its form, or those of its query when it is a GET, as a presigned URL is. */
export const formOf = (request: WireRequest): URLSearchParams =>
  request.method === 'GET'
    ? new URLSearchParams(request.query.map(([name, value]): [string, string] => [name, value]))
    : new URLSearchParams(request.body.toString('utf8'));

/**
 * Reads the dotted keys of a form as a structure: `Tags.member.1.Key=a` → `{Tags: [{Key: 'a'}]}`
 * (smithy.io/2.0/aws/protocols/aws-query-protocol.html, "Query key resolution").
 * @throws AwsError SerializationException when a value does not fit the model; the naming's own for a key that the model
 * does not know
 */
export function structureFromForm(
  schema: NormalizedSchema,
  form: URLSearchParams,
  naming: FormNaming,
): Record<string, unknown> {
  const root: FormNode = { key: '', text: undefined, children: new Map() };
  for (const [key, text] of form) if (!COMMON.test(key)) place(root, key, text);
  return readStructure(schema, root, naming);
}

function place(root: FormNode, key: string, text: string): void {
  let node = root;
  for (const part of key.split('.')) {
    const path = node.key === '' ? part : `${node.key}.${part}`;
    const child = node.children.get(part) ?? { key: path, text: undefined, children: new Map() };
    node.children.set(part, child);
    node = child;
  }
  node.text = text;
}

function readStructure(schema: NormalizedSchema, node: FormNode, naming: FormNaming): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  const keys = new Set<string>();
  for (const [name, member] of schema.isUnitSchema() ? [] : schema.structIterator()) {
    const key = naming.memberKey(name, member);
    keys.add(key);
    const child = node.children.get(key);
    if (child) structure[name] = readValue(member, child, naming);
  }
  refuseOthers(node, (part) => keys.has(part), naming);
  return structure;
}

function refuseOthers(node: FormNode, isKnown: (part: string) => boolean, naming: FormNaming): void {
  for (const [part, { key }] of node.children) if (!isKnown(part)) throw naming.unknown(key);
}

const isNumber = (part: string): boolean => /^\d+$/.test(part);

function readValue(schema: NormalizedSchema, node: FormNode, naming: FormNaming): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, naming);
  if (schema.isListSchema()) return readList(schema, node, naming);
  if (schema.isMapSchema()) return readMap(schema, node, naming);
  refuseOthers(node, () => false, naming);
  return scalarFromText(schema, node.text ?? '', TimestampFormat.dateTime);
}

function readList(schema: NormalizedSchema, node: FormNode, naming: FormNaming): unknown[] {
  const member = schema.getValueSchema();
  const flat = naming.flatLists || schema.getMergedTraits().xmlFlattened;
  const level = member.getMergedTraits().xmlName ?? 'member';
  const items = flat ? node : node.children.get(level);
  if (!flat) refuseOthers(node, (part) => part === level, naming);
  return numbered(items, naming).map((item) => readValue(member, item, naming));
}

function readMap(schema: NormalizedSchema, node: FormNode, naming: FormNaming): Record<string, unknown> {
  const member = schema.getValueSchema();
  const keyPart = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const valuePart = member.getMergedTraits().xmlName ?? 'value';
  const entries = schema.getMergedTraits().xmlFlattened ? node : node.children.get('entry');
  if (entries !== node) refuseOthers(node, (part) => part === 'entry', naming);
  return Object.fromEntries(
    numbered(entries, naming).map((entry) => {
      refuseOthers(entry, (part) => part === keyPart || part === valuePart, naming);
      const value = entry.children.get(valuePart);
      return [entry.children.get(keyPart)?.text ?? '', value && readValue(member, value, naming)];
    }),
  );
}

/** The children `1`, `2`, … of a node in numerical order. */
function numbered(node: FormNode | undefined, naming: FormNaming): FormNode[] {
  if (node) refuseOthers(node, isNumber, naming);
  return [...(node?.children ?? [])].sort(([one], [other]) => Number(one) - Number(other)).map(([, child]) => child);
}
