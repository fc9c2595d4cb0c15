import schema from '../../../schemas/opensarlab.schema.json' with { type: 'json' };
import { pointerParts } from './json-pointer.ts';
import { plainValue } from './quote-value.ts';

/** What the schema says about one field, as far as findings repeat it. */
export type FieldSchema = {
  $ref?: string;
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: string[];
  pattern?: string;
  /** What the pattern asks for, as a sentence's predicate. */
  $comment?: string;
  properties?: Record<string, FieldSchema>;
  required?: string[];
  items?: FieldSchema;
  additionalProperties?: boolean | FieldSchema;
  /** Alternatives of different types, such as one text or a list of them. */
  anyOf?: FieldSchema[];
};

const root: FieldSchema = schema;
const definitions: Record<string, FieldSchema> = schema.$defs;

/** The part of `schemas/opensarlab.schema.json` that a value at this JSON pointer must follow. */
export function fieldSchemaAt(pointer: string): FieldSchema | undefined {
  let field: FieldSchema | undefined = root;
  for (const name of pointerParts(pointer))
    field = field === undefined ? undefined : childSchema(resolved(field), name);
  return field === undefined ? undefined : resolved(field);
}

/** The names of the fields that may be at this JSON pointer. */
export function fieldNamesAt(pointer: string): string[] {
  return Object.keys(fieldSchemaAt(pointer)?.properties ?? {});
}

/** Sections, by name, that have a field of this name. */
export function sectionsWithField(name: string): string[] {
  return Object.entries(root.properties ?? {})
    .filter(([, section]) => Object.hasOwn(resolved(section).properties ?? {}, name))
    .map(([section]) => section);
}

function childSchema(field: FieldSchema, name: string): FieldSchema | undefined {
  const { properties, items, additionalProperties } = field;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  if (items !== undefined && /^[0-9]+$/.test(name)) return items;
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** What a reference stands for, and alternatives as one field that has the types of all. */
function resolved(field: FieldSchema): FieldSchema {
  if (field.anyOf !== undefined) return oneOf(field.anyOf, field);
  if (field.$ref === undefined) return field;
  const target = definitions[field.$ref.replace('#/$defs/', '')];
  return { ...target, ...field };
}

function oneOf(alternatives: readonly FieldSchema[], { anyOf: _, ...field }: FieldSchema): FieldSchema {
  const type = alternatives.flatMap((alternative) => alternative.type ?? []);
  return Object.assign({}, ...alternatives, field, { type });
}

/** `/nodes/0/name` → `nodes[0].name`, as people write it. */
export function fieldName(pointer: string): string {
  if (pointer === '') return 'The file';
  const parts = pointerParts(pointer).map((part) => (/^[0-9]+$/.test(part) ? `[${part}]` : `.${part}`));
  return plainValue(parts.join('').replace(/^\./, ''));
}

/** A group of fields as part of a sentence: `the section aws`, `nodes[0]`, `the file`. */
export function groupName(pointer: string): string {
  if (pointer === '') return 'the file';
  const name = fieldName(pointer);
  return pointerParts(pointer).length === 1 ? `the section ${name}` : name;
}
