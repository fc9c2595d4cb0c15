import { partitionOf } from '../deployment/regions.ts';
import { stackName } from './catalogue.ts';
import type { OutputReference, Stack } from './stack.ts';
import { loadTemplate, type Template, type TemplateResource, type TemplateValue } from './template.ts';

/**
 * A value as the template wants it, with parameters, conditions and pseudo parameters filled in as far as they are known
 * before anything is deployed. Scalars are texts, as CloudFormation compares them. What only AWS knows stays a function:
 * `{Ref: 'Vpc'}` of the same stack, `{$from: 'sar-cluster.VpcId'}` of another stack of the deployment.
 */
export type DesiredValue = string | null | DesiredValue[] | { [key: string]: DesiredValue };

export type DesiredResource = {
  type: string;
  properties: { [name: string]: DesiredValue };
  /** `DeletionPolicy`, `UpdateReplacePolicy`, `UpdatePolicy`, `CreationPolicy`, as far as there are any. */
  attributes: { [name: string]: DesiredValue };
};

/** A stack whose parameters are texts and references, and the place it is for. */
export type DesiredStack = Pick<Stack, 'name' | 'templateBody'> & {
  parameters: Readonly<Record<string, string | OutputReference>>;
};
export type DesiredPlace = { deployment: string; accountId: string; region: string };

const attributeNames = ['CreationPolicy', 'DeletionPolicy', 'UpdatePolicy', 'UpdateReplacePolicy'] as const;

/** Key of a value that comes from another stack. */
const from = '$from';

/** Stands for a property, list element or member that is not there. */
const absent = Symbol('AWS::NoValue');
type Resolved = DesiredValue | typeof absent;

/**
 * What a stack's template wants each resource to be, by logical id; resources that a condition leaves out are not there.
 * The same declaration gives the same values, whatever has been deployed so far.
 * @throws Failure `TemplateSyntax`
 */
export function desiredResources(stack: DesiredStack, place: DesiredPlace): Map<string, DesiredResource> {
  const template = readParts(stack);
  const scope: Scope = {
    template,
    parameters: parameterValues(template, stack, place),
    pseudo: pseudo(stack, place),
    truths: new Map(),
  };
  const resources = new Map<string, DesiredResource>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Condition !== undefined && namedTruth(resource.Condition, scope) === false) continue;
    resources.set(id, desired(resource, scope));
  }
  return resources;
}

/** What a template has of the sections that count here. */
function readParts({ templateBody, name }: DesiredStack): Scope['template'] {
  const {
    Parameters = {},
    Conditions = {},
    Resources = {},
  } = (loadTemplate(templateBody, name) ?? {}) as Partial<Template>;
  return { Parameters, Conditions, Resources };
}

/** Names of the stacks that a value takes something from. */
export function sourcesOf(value: DesiredValue): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && typeof value[from] === 'string') return [value[from].split('.')[0] ?? ''];
  return [...new Set(Object.values(value).flatMap(sourcesOf))];
}

/** True for a function that CloudFormation or another stack has yet to give a value to. */
export function isFunction(value: DesiredValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isCall(Object.keys(value));
}

type Scope = {
  template: Required<Pick<Template, 'Parameters' | 'Conditions' | 'Resources'>>;
  parameters: ReadonlyMap<string, DesiredValue>;
  pseudo: Readonly<Record<string, string>>;
  /** Conditions that were worked out; one that is being worked out is undefined, so that a circle ends. */
  truths: Map<string, boolean | undefined>;
};

function desired(resource: TemplateResource, scope: Scope): DesiredResource {
  const attributes: DesiredResource['attributes'] = {};
  for (const name of attributeNames) {
    const value = resource[name];
    if (value !== undefined) define(attributes, name, resolve(value, scope));
  }
  const properties: DesiredResource['properties'] = {};
  for (const [name, value] of Object.entries(resource.Properties ?? {}))
    define(properties, name, resolve(value, scope));
  return { type: resource.Type, properties, attributes };
}

function parameterValues(
  template: Scope['template'],
  stack: DesiredStack,
  place: DesiredPlace,
): Map<string, DesiredValue> {
  const values = new Map<string, DesiredValue>();
  for (const [name, declaration] of Object.entries(template.Parameters)) {
    const given = Object.hasOwn(stack.parameters, name) ? stack.parameters[name] : declaration.Default;
    if (given === undefined || given === null) continue;
    const reference = typeof given === 'object' && 'stack' in given ? (given as OutputReference) : undefined;
    if (reference !== undefined) {
      values.set(name, { [from]: `${stackName(place.deployment, reference.stack)}.${reference.output}` });
      continue;
    }
    const text = String(given);
    // Only these two kinds are lists (AWS CloudFormation user guide, Parameters, "Type").
    const isList = declaration.Type === 'CommaDelimitedList' || String(declaration.Type).startsWith('List<');
    values.set(name, isList ? text.split(',').map((item) => item.trim()) : text);
  }
  return values;
}

function pseudo(stack: DesiredStack, { accountId, region }: DesiredPlace): Record<string, string> {
  return {
    'AWS::AccountId': accountId,
    'AWS::Partition': partitionOf(region),
    'AWS::Region': region,
    'AWS::StackName': stack.name,
  };
}

function resolve(value: TemplateValue, scope: Scope): Resolved {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return present(value.map((item) => resolve(item, scope)));
  const keys = Object.keys(value);
  const [name = ''] = keys;
  if (isCall(keys)) return call(name, value[name] ?? null, scope);
  const resolved: { [key: string]: DesiredValue } = {};
  for (const [key, member] of Object.entries(value)) define(resolved, key, resolve(member, scope));
  return resolved;
}

/** A member under its own name, `__proto__` too; nothing for what is absent. */
function define(target: { [key: string]: DesiredValue }, key: string, value: Resolved): void {
  if (value === absent) return;
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function present(values: readonly Resolved[]): DesiredValue[] {
  return values.filter((value) => value !== absent);
}

function isCall(keys: readonly string[]): boolean {
  const [name = ''] = keys;
  return keys.length === 1 && (name === 'Ref' || name === from || name.startsWith('Fn::'));
}

function call(name: string, argument: TemplateValue, scope: Scope): Resolved {
  switch (name) {
    case 'Ref':
      return reference(String(argument), scope);
    case 'Fn::If':
      return choose(argument, scope);
    case 'Fn::Sub':
      return substitute(argument, scope);
    case 'Fn::Join':
      return join(argument, scope);
    default: {
      const resolved = resolve(argument, scope);
      return resolved === absent ? absent : { [name]: resolved };
    }
  }
}

function reference(name: string, { parameters, pseudo: known }: Scope): Resolved {
  if (name === 'AWS::NoValue') return absent;
  return parameters.get(name) ?? (Object.hasOwn(known, name) ? (known[name] ?? absent) : { Ref: name });
}

function choose(argument: TemplateValue, scope: Scope): Resolved {
  const [condition = '', whenTrue = null, whenFalse = null] = Array.isArray(argument) ? argument : [];
  const truth = namedTruth(String(condition), scope);
  if (truth !== undefined) return resolve(truth ? whenTrue : whenFalse, scope);
  const branches = [whenTrue, whenFalse].map((branch): DesiredValue => {
    const resolved = resolve(branch, scope);
    return resolved === absent ? { Ref: 'AWS::NoValue' } : resolved;
  });
  return { 'Fn::If': [String(condition), ...branches] };
}

/** `${Name}`, `${Resource.Attribute}` and `${!Literal}`; a text where all is known, a `Fn::Join` otherwise. */
function substitute(argument: TemplateValue, scope: Scope): DesiredValue {
  const [text, map] = Array.isArray(argument) ? argument : [argument, {}];
  const own = typeof map === 'object' && map !== null && !Array.isArray(map) ? map : {};
  const source = String(text);
  const parts: DesiredValue[] = [];
  let position = 0;
  for (;;) {
    const start = source.indexOf('${', position);
    const end = start < 0 ? -1 : source.indexOf('}', start);
    if (end < 0) break;
    parts.push(source.slice(position, start), variable(source.slice(start + 2, end), own, scope));
    position = end + 1;
  }
  parts.push(source.slice(position));
  return joined('', parts);
}

function variable(name: string, own: { [key: string]: TemplateValue }, scope: Scope): DesiredValue {
  if (name.startsWith('!')) return `\${${name.slice(1)}}`;
  const dot = name.indexOf('.');
  const value = Object.hasOwn(own, name)
    ? resolve(own[name] ?? null, scope)
    : dot < 0
      ? reference(name, scope)
      : { 'Fn::GetAtt': [name.slice(0, dot), name.slice(dot + 1)] };
  return value === absent ? '' : value;
}

function join(argument: TemplateValue, scope: Scope): DesiredValue {
  const resolved = resolve(argument, scope);
  const [delimiter, items] = Array.isArray(resolved) ? resolved : [];
  if (typeof delimiter === 'string' && Array.isArray(items)) return joined(delimiter, items);
  return { 'Fn::Join': resolved === absent ? [] : resolved };
}

/** One text if everything is; neighbouring texts become one where nothing stands between them. */
function joined(delimiter: string, items: readonly DesiredValue[]): DesiredValue {
  if (items.every((item) => typeof item === 'string')) return items.join(delimiter);
  if (delimiter !== '') return { 'Fn::Join': [delimiter, [...items]] };
  const merged: DesiredValue[] = [];
  for (const item of items) {
    const last = merged.at(-1);
    if (item === '') continue;
    if (typeof item === 'string' && typeof last === 'string') merged[merged.length - 1] = last + item;
    else merged.push(item);
  }
  const [only] = merged;
  return merged.length === 1 && only !== undefined ? only : { 'Fn::Join': ['', merged] };
}

function namedTruth(name: string, scope: Scope): boolean | undefined {
  const { truths, template } = scope;
  if (truths.has(name)) return truths.get(name);
  truths.set(name, undefined);
  const condition = Object.hasOwn(template.Conditions, name) ? template.Conditions[name] : undefined;
  const truth = condition === undefined ? undefined : truthOf(condition, scope);
  truths.set(name, truth);
  return truth;
}

/** Undefined when it hangs on something that only AWS knows. */
function truthOf(condition: TemplateValue, scope: Scope): boolean | undefined {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return undefined;
  const [name = ''] = Object.keys(condition);
  const argument = condition[name] ?? null;
  const operands = Array.isArray(argument) ? argument : [argument];
  switch (name) {
    case 'Condition':
      return namedTruth(String(argument), scope);
    case 'Fn::Equals':
      return equal(operands.map((operand) => resolve(operand, scope)));
    case 'Fn::Not': {
      const truth = truthOf(operands[0] ?? null, scope);
      return truth === undefined ? undefined : !truth;
    }
    case 'Fn::And':
      return every(operands.map((operand) => truthOf(operand, scope)));
    case 'Fn::Or': {
      const none = every(operands.map((operand) => negated(truthOf(operand, scope))));
      return negated(none);
    }
    default:
      return undefined;
  }
}

function equal([left, right]: readonly Resolved[]): boolean | undefined {
  return typeof left === 'string' && typeof right === 'string' ? left === right : undefined;
}

function every(truths: readonly (boolean | undefined)[]): boolean | undefined {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}
