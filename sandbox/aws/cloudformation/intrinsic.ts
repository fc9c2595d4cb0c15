import { noValue } from './pseudo-parameters.ts';
import { substitute } from './substitution.ts';
import { isRecord } from './template.ts';
import { validationError } from './validation-error.ts';

/** Where an intrinsic function finds what it names. */
export type Scope = {
  readonly region: string;
  /** A parameter's or resource's `Ref` value. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, topKey: string, secondKey: string): unknown;
  importValue(exportName: string): unknown;
  availabilityZones(region: string): readonly string[];
};

/**
 * Stands for a value that exists only once a resource is made; change sets show it exactly so. Functions carry it
 * through: joined into a text it stays readable, a list taken from it is unknown as a whole.
 */
export const knownAfterApply = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** Whether a resolved value holds something that is not known yet. */
export function isUnknown(value: unknown): boolean {
  return typeof value === 'string' && value.includes(knownAfterApply);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const functions: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (argument, scope) => scope.ref(String(argument)),
  Condition: (argument, scope) => scope.condition(String(argument)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, attribute] = getAttTarget(argument);
    return scope.getAtt(logicalId, String(resolve(attribute, scope)));
  },
  'Fn::Sub': (argument, scope) => {
    const { text, variables } = substitution(argument);
    const local = (name: string): unknown =>
      Object.hasOwn(variables, name) ? resolve(variables[name], scope) : undefined;
    return substitute(text, (name) => scalar('Fn::Sub', local(name) ?? lookup(name, scope)));
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, values] = list('Fn::Join', argument, 2);
    const resolved = resolve(values, scope);
    if (isUnknown(resolved)) return knownAfterApply;
    if (!Array.isArray(resolved)) {
      throw validationError(
        'Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
      );
    }
    return resolved.map((item) => scalar('Fn::Join', item)).join(String(delimiter));
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, source] = list('Fn::Split', argument, 2);
    const text = scalar('Fn::Split', resolve(source, scope));
    return isUnknown(text) ? knownAfterApply : text.split(String(delimiter));
  },
  'Fn::Select': (argument, scope) => {
    const [index, from] = list('Fn::Select', argument, 2);
    return select(Number(resolve(index, scope)), resolve(from, scope));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list('Fn::If', argument, 3);
    return resolve(scope.condition(String(condition)) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list('Fn::Equals', argument, 2).map((side) =>
      JSON.stringify(stringify(resolve(side, scope))),
    );
    return left === right;
  },
  'Fn::And': (argument, scope) => operands('Fn::And', argument, 2).every((item) => truth(item, scope)),
  'Fn::Or': (argument, scope) => operands('Fn::Or', argument, 2).some((item) => truth(item, scope)),
  'Fn::Not': (argument, scope) => !list('Fn::Not', argument, 1).some((item) => truth(item, scope)),
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = list('Fn::FindInMap', argument, 3).map((key) =>
      scalar('Fn::FindInMap', resolve(key, scope)),
    );
    return scope.mapping(map ?? '', top ?? '', second ?? '');
  },
  'Fn::Base64': (argument, scope) => {
    const text = scalar('Fn::Base64', resolve(argument, scope));
    return isUnknown(text) ? knownAfterApply : Buffer.from(text, 'utf8').toString('base64');
  },
  'Fn::Cidr': (argument, scope) => {
    const [block, count, bits] = list('Fn::Cidr', argument, 3).map((item) => resolve(item, scope));
    return isUnknown(block) ? knownAfterApply : cidrBlocks(String(block), Number(count), Number(bits));
  },
  'Fn::GetAZs': (argument, scope) => [...scope.availabilityZones(String(resolve(argument, scope) || scope.region))],
  'Fn::ImportValue': (argument, scope) => scope.importValue(scalar('Fn::ImportValue', resolve(argument, scope))),
};

/** The function a value calls, if it is a call: an object with one key, `Ref`, `Condition` or `Fn::…`. */
export function intrinsicCall(value: unknown): { name: string; argument: unknown } | undefined {
  if (!isRecord(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  // IAM policies have a `Condition` key of their own, which holds an object.
  const condition = name === 'Condition' && typeof value[name] === 'string';
  return name === 'Ref' || condition || name.startsWith('Fn::') ? { name, argument: value[name] } : undefined;
}

/**
 * Replaces every intrinsic function in a value.
 *
 * @throws AwsError `ValidationError` for unknown functions and wrong arguments
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope)).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;
  const call = intrinsicCall(value);
  if (call !== undefined) return implementation(call.name)(call.argument, scope);
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, resolve(member, scope)]);
  return Object.fromEntries(entries.filter(([, member]) => member !== noValue));
}

function implementation(name: string): (argument: unknown, scope: Scope) => unknown {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (known !== undefined) return known;
  const supported = Object.keys(functions).join(', ');
  throw validationError(`Encountered unsupported function: ${name} Supported functions are: [${supported}]`);
}

/** The target of `Fn::GetAtt`: `[logicalId, attribute]` or `"logicalId.attribute"`. */
export function getAttTarget(argument: unknown): [string, unknown] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0) return [argument.slice(0, dot), argument.slice(dot + 1)];
  }
  if (Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string') {
    return [argument[0], argument[1]];
  }
  throw validationError(
    'Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );
}

/** Text and local variables of `Fn::Sub`: a string, or `[string, {variable: value}]`. */
export function substitution(argument: unknown): { text: string; variables: Record<string, unknown> } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  if (Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string' && isRecord(argument[1])) {
    return { text: argument[0], variables: argument[1] };
  }
  throw validationError(
    "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
  );
}

function lookup(name: string, scope: Scope): unknown {
  const dot = name.indexOf('.');
  return dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1));
}

function truth(value: unknown, scope: Scope): boolean {
  const resolved = resolve(value, scope);
  if (typeof resolved === 'boolean') return resolved;
  throw validationError('Template error: every condition function must evaluate to true or false');
}

function select(index: number, from: unknown): unknown {
  if (isUnknown(from)) return knownAfterApply;
  if (!Array.isArray(from) || !Number.isInteger(index) || index < 0) {
    throw validationError(
      'Template error: every Fn::Select object requires two non-empty parameters, the index and the list',
    );
  }
  if (index >= from.length) {
    throw validationError(`Template error: Fn::Select cannot select nonexistent value at index ${index}`);
  }
  return from[index];
}

function list(name: string, argument: unknown, length: number): unknown[] {
  if (!Array.isArray(argument) || argument.length !== length) {
    throw validationError(`Template error: every ${name} object requires a list of ${length} parameters`);
  }
  return argument;
}

function operands(name: string, argument: unknown, least: number): unknown[] {
  if (!Array.isArray(argument) || argument.length < least || argument.length > 10) {
    throw validationError(
      `Template error: every ${name} object requires a list of at least ${least} and at most 10 boolean parameters.`,
    );
  }
  return argument;
}

function scalar(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw validationError(`Template error: ${name} needs strings, not ${Array.isArray(value) ? 'a list' : 'an object'}`);
}

/** CloudFormation compares values as text, so that `true` equals `"true"` and 1 equals `"1"`. */
export function stringify(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stringify);
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, member]) => [key, stringify(member)]),
    );
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/**
 * `Fn::Cidr` for IPv4 blocks:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 *
 * @param ipBlock e.g. `10.0.0.0/16`
 * @param count how many blocks, 1 to 256
 * @param cidrBits host bits per block, e.g. 8 for a /24
 */
function cidrBlocks(ipBlock: string, count: number, cidrBits: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(ipBlock);
  if (match === null || !Number.isInteger(count) || count < 1 || count > 256 || !Number.isInteger(cidrBits)) {
    throw validationError(
      'Template error: Fn::Cidr requires a valid IPv4 CIDR block, a count from 1 to 256 and cidrBits.',
    );
  }
  const [first = 0, second = 0, third = 0, fourth = 0, prefix = 0] = match.slice(1).map(Number);
  const size = 2 ** cidrBits;
  const blockSize = 2 ** (32 - prefix);
  if (cidrBits < 1 || count * size > blockSize) {
    throw validationError(
      `Template error: Fn::Cidr cannot divide ${ipBlock} into ${count} blocks of ${cidrBits} bits.`,
    );
  }
  const address = ((first * 256 + second) * 256 + third) * 256 + fourth;
  const start = address - (address % blockSize);
  return Array.from({ length: count }, (_unused, index) => {
    const base = start + index * size;
    const octets = [base / 2 ** 24, (base / 2 ** 16) % 256, (base / 2 ** 8) % 256, base % 256].map(Math.floor);
    return `${octets.join('.')}/${32 - cidrBits}`;
  });
}
