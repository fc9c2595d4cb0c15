/**
 * Renews api-schema.data.json from the JSON schemas that the Kubernetes project publishes with its API, as the PyPI package
 * kubernetes-validate carries them (Apache-2.0). The package is fetched into a temporary folder and removed again. Needs
 * Python with pip.
 *
 *   node sandbox/kubernetes/api-schema/extract.ts KUBERNETES_VERSION PACKAGE_VERSION      e.g. 1.36.0 1.37.0
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS } from '../objects/kinds.ts';
import { type ApiSchema, apiSchemaFile, type FieldType, type StructType } from './api-schema.ts';

const PACKAGE = 'kubernetes-validate';

type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
};
type Definitions = Record<string, JsonSchema>;

/** What the sandbox does not look into: only the cluster writes these. */
const UNREAD: readonly string[] = ['status', 'managedFields'];

const PRIMITIVES: Readonly<Record<string, FieldType>> = {
  'apimachinery.pkg.api.resource.Quantity': 'quantity',
  'apimachinery.pkg.util.intstr.IntOrString': 'intOrString',
  'apimachinery.pkg.apis.meta.v1.Time': 'time',
  'apimachinery.pkg.apis.meta.v1.MicroTime': 'time',
};

function extract(kubernetes: string, version: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'kubernetes-schema-'));
  try {
    const run = (...args: string[]): void => {
      execFileSync('python3', ['-m', ...args], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    };
    run('pip', '--quiet', 'download', '--no-deps', `${PACKAGE}==${version}`);
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl')) ?? '';
    run('zipfile', '--extract', wheel, folder);
    const schemas = join(folder, 'kubernetes_validate', 'kubernetes-json-schema', `v${kubernetes}-local-strict`);
    const { $defs } = JSON.parse(readFileSync(join(schemas, '_definitions.json'), 'utf8')) as { $defs: Definitions };
    const schema = condense($defs, { package: PACKAGE, version, kubernetes });
    writeFileSync(apiSchemaFile, render(schema));
    const count = Object.keys(schema.types).length;
    process.stdout.write(`${Object.keys(schema.kinds).length} kinds, ${count} types of Kubernetes ${kubernetes}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function condense(definitions: Definitions, source: ApiSchema['source']): ApiSchema {
  const kinds: Record<string, string> = {};
  const types: Record<string, StructType> = {};
  const wanted: string[] = [];
  for (const [definition, schema] of Object.entries(definitions)) {
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      const apiVersion = group === '' ? version : `${group}/${version}`;
      if (!KINDS.some((each) => each.kind === kind && each.apiVersions.includes(apiVersion))) continue;
      kinds[`${apiVersion}/${kind}`] = shortName(definition);
      wanted.push(definition);
    }
  }
  for (let definition = wanted.pop(); definition !== undefined; definition = wanted.pop()) {
    if (Object.hasOwn(types, shortName(definition))) continue;
    const schema = definitions[definition];
    if (schema?.properties === undefined) throw new Error(`${definition} is not published.`);
    types[shortName(definition)] = structOf(schema, (referred) => wanted.push(referred));
  }
  return { source, kinds: sorted(kinds), types: sorted(types) };
}

function structOf({ properties = {}, required = [] }: JsonSchema, refer: (definition: string) => void): StructType {
  const fields = Object.entries(properties).map(([name, schema]): [string, FieldType] => [
    name,
    UNREAD.includes(name) ? 'any' : fieldType(schema, refer),
  ]);
  return { required, fields: Object.fromEntries(fields) };
}

function fieldType(schema: JsonSchema, refer: (definition: string) => void): FieldType {
  if (schema.$ref !== undefined) {
    const definition = schema.$ref.replace(/^.*\/\$defs\//, '');
    const primitive = PRIMITIVES[definition.replace(/^io\.k8s\./, '')];
    if (primitive !== undefined) return primitive;
    refer(definition);
    return ['ref', shortName(definition)];
  }
  const type = [schema.type ?? []].flat().find((each) => each !== 'null');
  if (type === 'array' && schema.items) return ['list', fieldType(schema.items, refer)];
  if (type === 'object' && typeof schema.additionalProperties === 'object')
    return ['map', fieldType(schema.additionalProperties, refer)];
  if (type === 'integer') return schema.format === 'int32' ? 'int32' : 'int64';
  if (type === 'number') return 'double';
  if (type === 'boolean') return 'bool';
  if (type === 'string') return schema.format === 'byte' ? 'bytes' : 'string';
  return 'any';
}

/** `io.k8s.api.core.v1.Container` → `core.v1.Container`. */
const shortName = (definition: string): string => definition.split('.').slice(-3).join('.');

const sorted = <Value>(record: Record<string, Value>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));

/** One line per type, so that another version gives a readable diff. */
function render({ source, kinds, types }: ApiSchema): string {
  const lines = Object.entries(types).map(([name, type]) => `${JSON.stringify(name)}: ${JSON.stringify(type)}`);
  return `{\n"source": ${JSON.stringify(source)},\n"kinds": ${JSON.stringify(kinds)},\n"types": {\n${lines.join(',\n')}\n}\n}\n`;
}

const [kubernetes, version] = process.argv.slice(2);
if (kubernetes === undefined || version === undefined) throw new Error('Usage: extract.ts KUBERNETES PACKAGE');
extract(kubernetes, version);
