import { readFileSync } from 'node:fs';

/** A property's type: a primitive's name, or a tagged list for anything made of other types. */
export type SpecType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'json'
  | 'date-time'
  | 'null'
  | 'tag'
  | readonly ['enum', readonly (string | number)[]]
  | readonly ['list', SpecType]
  | readonly ['map', SpecType]
  | readonly ['ref', string]
  | readonly ['oneOf', readonly SpecType[]];

export type SpecProperty = {
  readonly type: SpecType;
  readonly required?: true;
  /** Whether a change replaces the resource; absent = updated in place. */
  readonly replacement?: 'yes' | 'maybe';
};

/** One resource type as CloudFormation's resource schema describes it. */
export type SpecResourceType = {
  /** The property that gives the physical resource a custom name, if the type has one and a rename replaces it. */
  readonly nameProperty?: string;
  readonly primaryIdentifier: readonly string[];
  /** Top-level property that holds the resource's tags. */
  readonly tagProperty?: string;
  /** What `Fn::GetAtt` can return. */
  readonly attributes: readonly string[];
  readonly properties: Readonly<Record<string, SpecProperty>>;
  /** Nested property types by name, for `['ref', name]`. */
  readonly definitions: Readonly<Record<string, Readonly<Record<string, SpecProperty>>>>;
};

export type ServiceSpec = {
  /** Version of the package `@aws-cdk/aws-service-spec` that the data comes from. */
  readonly version: string;
  /** Every type AWS knows: type names by service prefix, e.g. `AWS::EC2` → `['VPC', …]`. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  readonly types: Readonly<Record<string, SpecResourceType>>;
};

export const serviceSpecFile = new URL('./resource-types.data.json', import.meta.url);

let loaded: ServiceSpec | undefined;

/** The committed extract of CloudFormation's resource specification; read once, on first use. */
function serviceSpec(): ServiceSpec {
  loaded ??= JSON.parse(readFileSync(serviceSpecFile, 'utf8')) as ServiceSpec;
  return loaded;
}

/** Whether AWS has a resource type of this name, covered by the sandbox or not. */
export function isKnownType(type: string): boolean {
  const separator = type.lastIndexOf('::');
  const names = serviceSpec().known[type.slice(0, separator)];
  return names?.includes(type.slice(separator + 2)) ?? false;
}

/** The specification of a covered type; undefined when the extract does not hold it. */
export function specOf(type: string): SpecResourceType | undefined {
  const { types } = serviceSpec();
  return Object.hasOwn(types, type) ? types[type] : undefined;
}
