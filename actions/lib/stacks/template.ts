import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, load, type Schema } from 'js-yaml';
import { Failure } from '../failure.ts';

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
  let value: unknown;
  try {
    value = load(text, { schema: templateSchema });
  } catch (cause) {
    throw templateFailure(name, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const template = value as Partial<Template> | null;
  for (const section of ['Parameters', 'Resources', 'Outputs'] as const) {
    if (typeof template?.[section] !== 'object') throw templateFailure(name, `it has no section ${section}`);
  }
  return value as Template;
}

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

function templateFailure(name: string, reason: string, cause?: unknown): Failure {
  return new Failure({
    code: 'TemplateSyntax',
    source: 'product',
    message: `${name} is not a CloudFormation template: ${reason}.`,
    cause,
  });
}
