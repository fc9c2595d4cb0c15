import { createHash } from 'node:crypto';
import {
  CORE_SCHEMA,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  load,
  type Schema,
  YAMLException,
} from 'js-yaml';
import { Failure } from '../failure.ts';
import { refuseSharedYaml } from './unshared-yaml.ts';

/** A CloudFormation value: JSON in which intrinsic functions are objects with one key (`Ref`, `Fn::Sub` …). */
export type TemplateValue = string | number | boolean | null | TemplateValue[] | { [key: string]: TemplateValue };

export type TemplateResource = {
  Type: string;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Properties?: { [key: string]: TemplateValue };
  [attribute: string]: TemplateValue | undefined;
};

/** The parts of a template that the catalogue touches; other sections pass through unchanged. */
export type Template = {
  AWSTemplateFormatVersion: string;
  Description: string;
  Parameters: { [name: string]: { [key: string]: TemplateValue } };
  Conditions?: { [name: string]: TemplateValue };
  Resources: { [logicalId: string]: TemplateResource };
  Outputs: { [name: string]: { Description?: string; Value: TemplateValue } };
};

/** The short forms of YAML templates (AWS CloudFormation user guide, intrinsic function reference). */
const functions = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAZs',
  'If',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];

const templateSchema: Schema = CORE_SCHEMA.withTags(
  shortForms('Ref', 'Ref'),
  shortForms('Condition', 'Condition'),
  shortForms('GetAtt', 'Fn::GetAtt', splitAttribute),
  ...functions.map((name) => shortForms(name, `Fn::${name}`)),
);

/**
 * Reads a CloudFormation template in YAML; short forms (`!Ref`) become long ones (`Ref:`).
 * @throws Failure `TemplateSyntax` when it is no template
 */
export function readTemplate(text: string, name: string): Template {
  refuseSharedYaml(text, fileOf(name));
  const value = loadTemplate(text, name);
  const template = value as Partial<Template> | null;
  for (const section of ['Parameters', 'Resources', 'Outputs'] as const) {
    const entries: unknown = template?.[section];
    if (!isMapping(entries)) throw templateFailure(name, `it has no section ${section}`);
    const odd = Object.keys(entries).find((key) => !isMapping(entries[key]));
    if (odd !== undefined) throw templateFailure(name, `${section}.${odd.slice(0, 100)} is no group of fields`);
  }
  const untyped = Object.entries(template?.Resources ?? {}).find(([, { Type }]) => typeof Type !== 'string');
  if (untyped !== undefined) throw templateFailure(name, `Resources.${untyped[0].slice(0, 100)} has no Type`);
  return value as Template;
}

/**
 * The same for a text that may be anybody's template, with whatever sections it has.
 * @throws Failure `TemplateSyntax` when it is no YAML
 */
export function loadTemplate(text: string, name: string): unknown {
  try {
    return load(text, { schema: templateSchema });
  } catch (cause) {
    throw templateFailure(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function shortForms(tag: string, key: string, scalar: (source: string) => TemplateValue = (source) => source) {
  const name = `!${tag}`;
  const wrap = (value: TemplateValue): TemplateValue => ({ [key]: value });
  return [
    defineScalarTag<TemplateValue>(name, { resolve: (source) => wrap(scalar(source)), identify: () => false }),
    defineSequenceTag<TemplateValue[], TemplateValue>(name, {
      create: () => [],
      addItem: (items, item) => {
        items.push(item as TemplateValue);
      },
      finalize: wrap,
      identify: () => false,
    }),
    defineMappingTag<{ [key: string]: TemplateValue }, TemplateValue>(name, {
      create: () => ({}),
      addPair: (pairs, pairKey, value) => {
        if (pairKey === '__proto__') return 'the key __proto__ is not allowed';
        pairs[String(pairKey)] = value as TemplateValue;
        return '';
      },
      has: (pairs, pairKey) => Object.hasOwn(pairs, String(pairKey)),
      keys: () => [],
      get: () => undefined,
      finalize: wrap,
      identify: () => false,
    }),
  ];
}

/** `!GetAtt Cluster.Endpoint.Address` names the resource before the first dot. */
function splitAttribute(source: string): TemplateValue {
  const dot = source.indexOf('.');
  return dot < 0 ? [source] : [source.slice(0, dot), source.slice(dot + 1)];
}

/** @param name of a template of a stack, or a path */
const fileOf = (name: string): string => (name.includes('/') ? name : `cluster/cloudformation/${name}`);

function templateFailure(name: string, reason: string, cause?: unknown): Failure {
  return new Failure({
    code: 'TemplateSyntax',
    source: 'user',
    message: `${name} is not a CloudFormation template: ${reason}.`,
    cause,
    place: { file: fileOf(name), line: cause instanceof YAMLException ? (cause.mark?.line ?? 0) + 1 : 1 },
  });
}

/**
 * A logical id for something that a list names: the prefix and the name's letters and digits. When other characters fall
 * out, six hex digits of the name's SHA-256 keep `a-b` and `ab` apart. Depends on the name alone, so that resources stay
 * when the list changes.
 */
export function logicalId(prefix: string, name: string): string {
  const letters = name.replace(/[^A-Za-z0-9]/g, '');
  const tail = letters.charAt(0).toUpperCase() + letters.slice(1);
  // The first letter's case is lost above; where that could confuse two names, the digest keeps them apart too.
  const exact = letters === name && tail.toLowerCase() === name;
  return `${prefix}${tail}${exact ? '' : createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
