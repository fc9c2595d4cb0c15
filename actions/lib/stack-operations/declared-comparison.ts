import { partitionOf } from '../deployment/regions.ts';
import type { LiveProperties } from '../ports/aws-ports.ts';
import type { PropertyDifference, StackResource, StackState } from '../ports/cloudformation.ts';
import { type ComparedProperty, comparedProperties } from '../resources/compared-properties.ts';
import { isOf } from '../resources/resource-types.ts';
import {
  type DesiredPlace,
  type DesiredResource,
  type DesiredValue,
  desiredResources,
} from '../stacks/desired-values.ts';
import type { Stack } from '../stacks/stack.ts';

/** What a stack that is there was given, with the ids that its resources have. */
export type DeclaredResources = {
  resources: ReadonlyMap<string, DesiredResource>;
  place: DesiredPlace;
};

/**
 * What a stack's template and the parameters that it has now make of its resources. Only for a stack whose last operation
 * ended with all of this template.
 * @throws Failure `TemplateSyntax`
 */
export function declaredResources(
  { name, templateBody }: Pick<Stack, 'name' | 'templateBody'>,
  { parameters }: Pick<StackState, 'parameters'>,
  place: DesiredPlace,
): DeclaredResources {
  return { resources: desiredResources({ name, templateBody, parameters }, place), place };
}

/**
 * Where a resource's owner has other values than its stack gave it. What only AWS can work out is not compared, and what
 * the owner did not tell neither.
 * @param held all resources of the stack, for the ids that values refer to
 */
export function differencesOf(
  { logicalId, type }: Pick<StackResource, 'logicalId' | 'type'>,
  live: LiveProperties,
  declared: DeclaredResources,
  held: readonly StackResource[],
): PropertyDifference[] {
  const wanted = declared.resources.get(logicalId);
  if (wanted === undefined || !isOf(type, 'look', 'compared')) return [];
  const scope: Scope = { ...declared, held };
  return comparedProperties[type].flatMap((row) => {
    if (!Object.hasOwn(live, row.property)) return [];
    const value = wanted.properties[row.property] ?? otherwise(row);
    const expected = value === undefined ? undefined : resolve(value, scope);
    if (expected === undefined) return [];
    const actual = live[row.property];
    if (agrees(expected, withoutAttached(row, actual, logicalId, scope), row.isDocument === true)) return [];
    return [
      { property: row.property, declared: shown(expected), ...(isNothing(actual) ? {} : { actual: shown(actual) }) },
    ];
  });
}

function otherwise({ otherwise: value }: ComparedProperty): DesiredValue | undefined {
  return typeof value === 'object' ? [...value] : value;
}

/** Inline policies of a role that other resources of the same stack put there. */
function withoutAttached({ property }: ComparedProperty, actual: unknown, logicalId: string, scope: Scope): unknown {
  if (property !== 'Policies' || !Array.isArray(actual)) return actual;
  const attached = [...scope.resources.values()].filter(({ type, properties }) => {
    const role = properties['RoleName'];
    return type === 'AWS::IAM::RolePolicy' && isRecord(role) && role['Ref'] === logicalId;
  });
  return actual.filter(
    (policy) => !attached.some(({ properties }) => memberOf(policy, 'PolicyName') === properties['PolicyName']),
  );
}

type Scope = DeclaredResources & { held: readonly StackResource[] };

/** Stands for a value that only AWS knows; every live value agrees with it. */
const unknown = Symbol('known to AWS only');
type Expected = string | null | typeof unknown | Expected[] | { [key: string]: Expected };

function resolve(value: DesiredValue, scope: Scope): Expected {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  const [name = '', ...others] = Object.keys(value);
  if (others.length === 0 && name === 'Ref') return reference(String(value[name]), scope);
  if (others.length === 0 && name === 'Fn::GetAtt') return attribute(value[name] ?? null, scope);
  if (others.length === 0 && name === 'Fn::Join') return join(value[name] ?? null, scope);
  if (others.length === 0 && (name.startsWith('Fn::') || name === '$from')) return unknown;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolve(member, scope)]));
}

function reference(name: string, { held, place }: Scope): Expected {
  if (name === 'AWS::URLSuffix') return partitionOf(place.region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return held.find(({ logicalId }) => logicalId === name)?.physicalId ?? unknown;
}

/** ARNs of which all is known beforehand (Return values of the types). */
function attribute(argument: DesiredValue, { held, resources, place }: Scope): Expected {
  const [name, property] = Array.isArray(argument) ? argument : String(argument).split('.');
  const found = held.find(({ logicalId }) => logicalId === name);
  if (found === undefined || property !== 'Arn') return unknown;
  const partition = partitionOf(place.region);
  const path = resources.get(found.logicalId)?.properties['Path'] ?? '/';
  switch (found.type) {
    case 'AWS::IAM::Role':
      return typeof path === 'string'
        ? `arn:${partition}:iam::${place.accountId}:role${path}${found.physicalId}`
        : unknown;
    case 'AWS::S3::Bucket':
      return `arn:${partition}:s3:::${found.physicalId}`;
    case 'AWS::Logs::LogGroup':
      return `arn:${partition}:logs:${place.region}:${place.accountId}:log-group:${found.physicalId}:*`;
    case 'AWS::ECR::Repository':
      return `arn:${partition}:ecr:${place.region}:${place.accountId}:repository/${found.physicalId}`;
    case 'AWS::CodeBuild::Project':
      return `arn:${partition}:codebuild:${place.region}:${place.accountId}:project/${found.physicalId}`;
    case 'AWS::Cognito::UserPool':
      return `arn:${partition}:cognito-idp:${place.region}:${place.accountId}:userpool/${found.physicalId}`;
    default:
      return unknown;
  }
}

function join(argument: DesiredValue, scope: Scope): Expected {
  const [delimiter, items] = Array.isArray(argument) ? argument : [];
  if (typeof delimiter !== 'string' || !Array.isArray(items)) return unknown;
  const parts = items.map((item) => resolve(item, scope));
  return parts.every((part) => typeof part === 'string') ? parts.join(delimiter) : unknown;
}

/** @param isWhole no member may come in addition, in documents */
function agrees(expected: Expected, actual: unknown, isWhole: boolean): boolean {
  if (expected === unknown) return true;
  if (Array.isArray(expected)) return Array.isArray(actual) && sameElements(expected, actual, isWhole);
  if (typeof expected === 'object' && expected !== null) {
    const found = typeof actual === 'string' ? parsed(actual) : actual;
    if (!isRecord(found)) return false;
    if (isWhole && Object.keys(found).length !== Object.keys(expected).length) return false;
    return Object.entries(expected).every(([key, member]) => agrees(member, memberOf(found, key), isWhole));
  }
  return isNothing(actual) ? isNothing(expected) : String(actual) === expected;
}

/** Whatever their order: owners do not keep it. */
function sameElements(expected: readonly Expected[], actual: readonly unknown[], isWhole: boolean): boolean {
  if (expected.length !== actual.length) return false;
  const rest = [...actual];
  return expected.every((element) => {
    const at = rest.findIndex((other) => agrees(element, other, isWhole));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

/** A member by CloudFormation's name; owners begin names with a small letter, or write them otherwise in capitals. */
function memberOf(record: unknown, name: string): unknown {
  if (!isRecord(record)) return undefined;
  if (Object.hasOwn(record, name)) return record[name];
  const key = Object.keys(record).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : record[key];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, member: unknown) => (member === unknown ? '(known to AWS only)' : member)) ?? '';
}
