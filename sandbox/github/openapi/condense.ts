import type { JsonSchema, OperationDescription, OperationParameter, ServedDescription } from './description.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Keywords that say nothing about validity; `default` stays, because requests are completed with it. */
const PROSE = new Set([
  'description',
  'summary',
  'title',
  'example',
  'examples',
  'externalDocs',
  'deprecated',
  'discriminator',
  'readOnly',
  'writeOnly',
  'xml',
]);

/**
 * Reduces an OpenAPI 3.0 description to the given operations and the component schemas they reach, as JSON Schema.
 * @param document a whole description, with `$ref`s
 * @throws Error when an operation is not in the description, or uses a construct this does not understand
 */
export function condenseDescription(
  document: Json,
  operationIds: readonly string[],
  source: ServedDescription['source'],
): ServedDescription {
  const root = object(document, 'the description');
  const found = indexOperations(root);
  const reached = new Map<string, JsonSchema>();
  const operations: Record<string, OperationDescription> = {};
  for (const id of operationIds) {
    const entry = found.get(id);
    if (entry === undefined) throw new Error(`${source.package} ${source.version} has no operation ${id}.`);
    operations[id] = condenseOperation(root, entry, (schema) => convert(root, schema, reached));
  }
  const schemas = Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { source, operations, schemas };
}

type FoundOperation = { method: string; path: string; operation: JsonObject; shared: Json[] };

function indexOperations(root: JsonObject): Map<string, FoundOperation> {
  const found = new Map<string, FoundOperation>();
  for (const [path, item] of Object.entries(object(root['paths'], 'paths'))) {
    const methods = object(item, path);
    for (const [method, value] of Object.entries(methods)) {
      if (!['get', 'post', 'put', 'patch', 'delete'].includes(method)) continue;
      const operation = object(value, `${method} ${path}`);
      const shared = array(methods['parameters'] ?? []);
      if (typeof operation['operationId'] === 'string') {
        found.set(operation['operationId'], { method: method.toUpperCase(), path, operation, shared });
      }
    }
  }
  return found;
}

function condenseOperation(
  root: JsonObject,
  { method, path, operation, shared }: FoundOperation,
  schemaOf: (schema: Json | undefined) => JsonSchema,
): OperationDescription {
  const parameters = [...shared, ...array(operation['parameters'] ?? [])]
    .map((parameter) => dereference(root, parameter))
    .filter((parameter) => parameter['in'] === 'path' || parameter['in'] === 'query')
    .map(
      (parameter): OperationParameter => ({
        name: String(parameter['name']),
        in: parameter['in'] === 'path' ? 'path' : 'query',
        required: parameter['required'] === true,
        ...(parameter['x-multi-segment'] === true ? { multiSegment: true } : {}),
        schema: schemaOf(parameter['schema']),
      }),
    );
  const responses: Record<string, JsonSchema | null> = {};
  for (const [status, value] of Object.entries(object(operation['responses'] ?? {}, 'responses'))) {
    if (Number(status) >= 400) continue;
    const schema = jsonSchemaOf(dereference(root, value));
    responses[status] = schema === undefined ? null : schemaOf(schema);
  }
  const result: OperationDescription = { method, path, parameters, responses };
  if (operation['requestBody'] !== undefined) {
    const body = dereference(root, operation['requestBody']);
    result.body = { required: body['required'] === true, schema: schemaOf(jsonSchemaOf(body)) };
  }
  return result;
}

function jsonSchemaOf(message: JsonObject): Json | undefined {
  const content = object(message['content'] ?? {}, 'content');
  const media = content['application/json'];
  return media === undefined ? undefined : object(media, 'media type')['schema'];
}

/** Turns an OpenAPI 3.0 schema into draft-7 JSON Schema and collects the components it refers to. */
function convert(root: JsonObject, schema: Json | undefined, reached: Map<string, JsonSchema>): JsonSchema {
  if (schema === undefined || typeof schema === 'boolean') return schema ?? true;
  const source = object(schema, 'schema');
  if (typeof source['$ref'] === 'string') return { $ref: convertReference(root, source['$ref'], reached) };
  const result: { [keyword: string]: unknown } = {};
  for (const [keyword, value] of Object.entries(source)) {
    if (PROSE.has(keyword) || keyword === 'nullable' || keyword.startsWith('x-')) continue;
    if (keyword === 'properties') result[keyword] = convertEach(root, value, reached);
    else if (keyword === 'items' || keyword === 'not') result[keyword] = convert(root, value, reached);
    else if (keyword === 'additionalProperties')
      result[keyword] = typeof value === 'boolean' ? value : convert(root, value, reached);
    // GitHub's alternatives overlap (a file is also a valid submodule), so "exactly one" cannot be asked for.
    else if (keyword === 'oneOf' || keyword === 'anyOf')
      result['anyOf'] = array(value).map((part) => convert(root, part, reached));
    else if (keyword === 'allOf') result[keyword] = array(value).map((part) => convert(root, part, reached));
    else result[keyword] = value;
  }
  return source['nullable'] === true ? acceptNull(result) : result;
}

/** OpenAPI 3.0 `nullable: true` in JSON Schema. */
function acceptNull(schema: { [keyword: string]: unknown }): JsonSchema {
  if (typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const result: { [keyword: string]: unknown } = { ...schema, type: [schema['type'], 'null'] };
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(null)) result['enum'] = [...schema['enum'], null];
  if (Array.isArray(schema['anyOf'])) result['anyOf'] = [...schema['anyOf'], { type: 'null' }];
  return 'allOf' in schema ? { anyOf: [schema, { type: 'null' }] } : result;
}

function convertEach(root: JsonObject, properties: Json, reached: Map<string, JsonSchema>): object {
  const converted = Object.entries(object(properties, 'properties')).map(([name, value]) => [
    name,
    convert(root, value, reached),
  ]);
  return Object.fromEntries(converted);
}

function convertReference(root: JsonObject, reference: string, reached: Map<string, JsonSchema>): string {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1];
  if (name === undefined) throw new Error(`Unexpected reference ${reference}.`);
  if (!reached.has(name)) {
    reached.set(name, true);
    reached.set(name, convert(root, dereference(root, { $ref: reference }), reached));
  }
  return `#/schemas/${name}`;
}

function dereference(root: JsonObject, value: Json): JsonObject {
  const source = object(value, 'referring value');
  if (typeof source['$ref'] !== 'string') return source;
  let target: Json | undefined = root;
  for (const part of source['$ref'].replace(/^#\//, '').split('/')) {
    target = object(target, source['$ref'])[part];
  }
  return dereference(root, object(target, source['$ref']));
}

function object(value: Json | undefined, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`Expected an object for ${what}.`);
}

function array(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  throw new Error('Expected an array.');
}
