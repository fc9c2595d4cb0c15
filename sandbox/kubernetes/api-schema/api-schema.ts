import { readFileSync } from 'node:fs';

/** A field's type: a primitive, or a tagged pair for anything made of other types. */
export type FieldType =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'bool'
  | 'bytes'
  | 'time'
  | 'quantity'
  | 'intOrString'
  | 'any'
  | readonly ['list' | 'map', FieldType]
  | readonly ['ref', string];

/** A type of the API's Go packages by its JSON fields. */
export type StructType = { readonly required: readonly string[]; readonly fields: Readonly<Record<string, FieldType>> };

export type ApiSchema = {
  readonly source: { readonly package: string; readonly version: string; readonly kubernetes: string };
  /** Names of types by `apiVersion/kind`, e.g. `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** By package and name, e.g. `core.v1.Container`. */
  readonly types: Readonly<Record<string, StructType>>;
};

export const apiSchemaFile = new URL('./api-schema.data.json', import.meta.url);

let loaded: ApiSchema | undefined;

/** What the Kubernetes API publishes of the kinds that the sandbox knows, without prose (`extract.ts`); read on first use. */
function apiSchema(): ApiSchema {
  loaded ??= JSON.parse(readFileSync(apiSchemaFile, 'utf8')) as ApiSchema;
  return loaded;
}

/** The name of a kind's type; undefined for kinds that are no part of Kubernetes itself, such as VolumeSnapshotClass. */
export function typeOfKind(apiVersion: string, kind: string): string | undefined {
  const { kinds } = apiSchema();
  const key = `${apiVersion}/${kind}`;
  return Object.hasOwn(kinds, key) ? kinds[key] : undefined;
}

/** @throws Error when the extract lacks the type */
export function structType(name: string): StructType {
  const found = apiSchema().types[name];
  if (found === undefined) throw new Error(`The extract of the Kubernetes API has no type ${name}.`);
  return found;
}
