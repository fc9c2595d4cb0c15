import { readFileSync, writeFileSync } from 'node:fs';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { Property, PropertyType, Resource, SpecDatabase } from '@aws-cdk/service-spec-types';
import { coveredTypes } from './covered-types.ts';
import {
  type ServiceSpec,
  type SpecProperty,
  type SpecResourceType,
  type SpecType,
  serviceSpecFile,
} from './service-spec.ts';

type Properties = Record<string, Property>;
type Definitions = Record<string, Record<string, SpecProperty>>;

/**
 * Reads what the sandbox needs of some resource types from `@aws-cdk/aws-service-spec`, which publishes
 * CloudFormation's own resource schemas. Loading that package takes about a second, hence the extract.
 *
 * @param types CloudFormation type names
 * @throws Error when a type is not in the package
 */
export async function extractServiceSpec(types: readonly string[]): Promise<ServiceSpec> {
  const database = await loadAwsServiceSpec();
  const entries = [...types].sort().map((type): [string, SpecResourceType] => {
    const resource = database.lookup('resource', 'cloudFormationType', 'equals', type)[0];
    if (resource === undefined) throw new Error(`@aws-cdk/aws-service-spec has no resource type ${type}.`);
    return [type, extractType(database, resource)];
  });
  return { version: packageVersion(), known: knownTypes(database), types: Object.fromEntries(entries) };
}

/** The data file's text: one line per resource type, so that a new version of the package gives a readable diff. */
export function renderServiceSpec(spec: ServiceSpec): string {
  const lines = (record: Readonly<Record<string, unknown>>): string =>
    Object.entries(record)
      .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{\n"version": ${JSON.stringify(spec.version)},\n"known": {\n${lines(spec.known)}\n},\n"types": {\n${lines(spec.types)}\n}\n}\n`;
}

function packageVersion(): string {
  const entry = import.meta.resolve('@aws-cdk/aws-service-spec');
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8'));
  return String((manifest as { version?: unknown }).version);
}

function knownTypes(database: SpecDatabase): Record<string, string[]> {
  const known: Record<string, string[]> = {};
  const types = database.all('resource').map((resource) => resource.cloudFormationType);
  for (const type of types.sort()) {
    const separator = type.lastIndexOf('::');
    const service = type.slice(0, separator);
    known[service] = [...(known[service] ?? []), type.slice(separator + 2)];
  }
  return known;
}

function extractType(database: SpecDatabase, resource: Resource): SpecResourceType {
  const definitions: Definitions = {};
  const properties = extractProperties(database, resource.properties, definitions);
  const nameProperty = findNameProperty(resource);
  const tagProperty = resource.tagInformation?.tagPropertyName;
  return {
    ...(nameProperty === undefined ? {} : { nameProperty }),
    primaryIdentifier: resource.primaryIdentifier ?? [],
    ...(tagProperty === undefined ? {} : { tagProperty }),
    attributes: Object.keys(resource.attributes).sort(),
    properties,
    definitions: sorted(definitions),
  };
}

/**
 * Types with a custom name refuse a replacement that keeps the name, because both copies would need it:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html.
 * The specification does not mark the name property, so it is the optional property that identifies the resource, or
 * the one called like the type (`NodegroupName`), or `Name`, or `GroupName` of a group.
 */
function findNameProperty(resource: Resource): string | undefined {
  const [identifier, ...others] = resource.primaryIdentifier ?? [];
  const candidates = [
    ...(identifier !== undefined && others.length === 0 ? [identifier] : []),
    `${resource.name}Name`,
    'Name',
    ...(resource.name.endsWith('Group') ? ['GroupName'] : []),
  ];
  return candidates.find((name) => {
    const property = resource.properties[name];
    return property?.type.type === 'string' && property.causesReplacement === 'yes' && property.required !== true;
  });
}

function extractProperties(
  database: SpecDatabase,
  properties: Properties,
  definitions: Definitions,
): Record<string, SpecProperty> {
  const entries = Object.entries(properties).map(([name, property]): [string, SpecProperty] => {
    const types = [property.type, ...(property.previousTypes ?? [])].map((type) =>
      extractPropertyType(database, type, definitions),
    );
    const replacement = property.causesReplacement;
    return [
      name,
      {
        type: oneOf(types),
        ...(property.required === true ? { required: true } : {}),
        ...(replacement === 'yes' || replacement === 'maybe' ? { replacement } : {}),
      },
    ];
  });
  return sorted(Object.fromEntries(entries));
}

function oneOf(types: SpecType[]): SpecType {
  const flat = types.flatMap((type) => (Array.isArray(type) && type[0] === 'oneOf' ? (type[1] as SpecType[]) : [type]));
  const distinct = [...new Map(flat.map((type) => [JSON.stringify(type), type])).values()];
  const [only] = distinct;
  return distinct.length === 1 && only !== undefined ? only : ['oneOf', distinct];
}

function extractPropertyType(database: SpecDatabase, type: PropertyType, definitions: Definitions): SpecType {
  switch (type.type) {
    case 'array':
      return ['list', extractPropertyType(database, type.element, definitions)];
    case 'map':
      return ['map', extractPropertyType(database, type.element, definitions)];
    case 'union':
      return oneOf(type.types.map((member) => extractPropertyType(database, member, definitions)));
    case 'ref': {
      const definition = database.get('typeDefinition', type.reference);
      if (!Object.hasOwn(definitions, definition.name)) {
        definitions[definition.name] = {};
        definitions[definition.name] = extractProperties(database, definition.properties, definitions);
      }
      return ['ref', definition.name];
    }
    case 'string':
    case 'integer':
      return type.allowedValues === undefined ? type.type : ['enum', type.allowedValues];
    default:
      return type.type;
  }
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (import.meta.main) writeFileSync(serviceSpecFile, renderServiceSpec(await extractServiceSpec(coveredTypes)));
