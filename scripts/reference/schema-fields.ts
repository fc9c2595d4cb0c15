/** The parts of a JSON Schema of 2020-12 that `schemas/opensarlab.schema.json` uses. */
export type Schema = {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  /** What the pattern means, in words. */
  $comment?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  default?: unknown;
  examples?: unknown[];
  deprecated?: boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
};

/** One field of the file, with what it holds resolved. */
export type SchemaField = {
  /** As people write it: `nodes[].name`. */
  path: string;
  name: string;
  schema: Schema;
  required: boolean;
  fields: SchemaField[];
};

/** Deepest nesting that is followed; the schema has less, and a schema that refers to itself must not hang. */
const deepest = 6;

/** The fields of the file, in the schema's order. @throws RangeError for a reference to nothing */
export function schemaFields(root: Schema): SchemaField[] {
  return fieldsOf(root, root, '', deepest);
}

/** A schema with what its `$ref` says; its own keywords win. @throws RangeError for a reference to nothing */
export function resolveSchema(schema: Schema, root: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const name = schema.$ref.replace('#/$defs/', '');
  const target = root.$defs?.[name];
  if (target === undefined) throw new RangeError(`The schema has no ${schema.$ref}.`);
  const { $ref: _, ...own } = schema;
  return { ...resolveSchema(target, root), ...own };
}

function fieldsOf(schema: Schema, root: Schema, path: string, depth: number): SchemaField[] {
  if (depth === 0) return [];
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const resolved = resolveSchema(property, root);
    const items = resolved.items === undefined ? undefined : resolveSchema(resolved.items, root);
    const own = path === '' ? name : `${path}.${name}`;
    const inner = items?.properties === undefined ? fieldsOf(resolved, root, own, depth - 1) : [];
    const entries = items === undefined ? [] : fieldsOf(items, root, `${own}[]`, depth - 1);
    return {
      path: own,
      name,
      schema: items === undefined ? resolved : { ...resolved, items },
      required: schema.required?.includes(name) === true,
      fields: [...inner, ...entries],
    };
  });
}
