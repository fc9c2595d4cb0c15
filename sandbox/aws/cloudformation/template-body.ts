import {
  boolYaml11Tag,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  floatCoreTag,
  intCoreTag,
  load,
  mapTag,
  nullYaml11Tag,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from 'js-yaml';
import type { AwsError } from '../service.ts';
import { isRecord } from './template.ts';
import { validationError } from './validation-error.ts';

/** Bytes of a template passed as text; https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const maxTemplateBytes = 51_200;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const shortForms = [
  'And',
  'Base64',
  'Cidr',
  'Condition',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Ref',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

function longForm(name: string, argument: unknown): Record<string, unknown> {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  if (name !== 'GetAtt' || typeof argument !== 'string') return { [key]: argument };
  const dot = argument.indexOf('.');
  return { [key]: dot < 0 ? [argument] : [argument.slice(0, dot), argument.slice(dot + 1)] };
}

const neverDumped = (): boolean => false;

function tagsOf(name: string) {
  const put = (carrier: Record<string, unknown>, key: unknown, value: unknown): string => {
    carrier[String(key)] = value;
    return '';
  };
  return [
    defineScalarTag(`!${name}`, { resolve: (text) => longForm(name, text), identify: neverDumped }),
    defineSequenceTag(`!${name}`, {
      create: (): unknown[] => [],
      addItem: (items, item) => void items.push(item),
      finalize: (items) => longForm(name, items),
      identify: neverDumped,
    }),
    defineMappingTag(`!${name}`, {
      create: (): Record<string, unknown> => ({}),
      addPair: put,
      has: (carrier, key) => Object.hasOwn(carrier, String(key)),
      keys: (result) => Object.keys(result),
      get: (result, key) => result[String(key)],
      finalize: (carrier) => longForm(name, carrier),
      identify: neverDumped,
    }),
  ];
}

/**
 * YAML 1.1 without the tags CloudFormation leaves out (binary, omap, pairs, set, timestamp):
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html#template-formats.supported-yaml-types
 */
const templateSchema = new Schema([
  strTag,
  seqTag,
  mapTag,
  nullYaml11Tag,
  boolYaml11Tag,
  intCoreTag,
  floatCoreTag,
  ...shortForms.flatMap(tagsOf),
]);

/**
 * Reads a template text, JSON or YAML, with short forms (`!Ref x`) turned into long ones (`{Ref: 'x'}`).
 *
 * @throws AwsError `ValidationError` when it is not well-formed, is no mapping, or uses YAML aliases
 */
export function parseTemplateBody(body: string): Record<string, unknown> {
  const value = body.trimStart().startsWith('{') ? parseJson(body) : parseYaml(body);
  if (!isRecord(value)) throw validationError('Template format error: unsupported structure.');
  refuseSharedNodes(value);
  return value;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const place = /line (\d+) column (\d+)/.exec(error instanceof Error ? error.message : '');
    throw notWellFormed('JSON', place === null ? undefined : { line: Number(place[1]), column: Number(place[2]) });
  }
}

function parseYaml(body: string): unknown {
  try {
    return load(body, { schema: templateSchema });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const place = error.mark;
    throw notWellFormed('YAML', place === undefined ? undefined : { line: place.line + 1, column: place.column + 1 });
  }
}

function notWellFormed(format: 'JSON' | 'YAML', place: { line: number; column: number } | undefined): AwsError {
  const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
  return validationError(`Template format error: ${format} not well-formed.${where}`);
}

/** An alias makes two places share one object; scalars cannot be told apart, which is harmless. */
function refuseSharedNodes(root: unknown): void {
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (seen.has(value)) {
      throw validationError('Template format error: YAML aliases are not allowed in CloudFormation templates');
    }
    seen.add(value);
    for (const member of Object.values(value)) visit(member);
  };
  visit(root);
}
