import { declareParameter } from './parameter-declaration.ts';
import {
  type DeletionPolicy,
  isRecord,
  type OutputDeclaration,
  type ParameterDeclaration,
  type ResourceDeclaration,
  type Template,
} from './template.ts';
import { parseTemplateBody } from './template-body.ts';
import { references } from './template-references.ts';
import { notImitated, validationError } from './validation-error.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
const sections = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const limits = { Parameters: 200, Mappings: 200, Resources: 500, Outputs: 200 };

const resourceAttributes = new Set([
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
]);

/**
 * Reads a template's text into its sections.
 *
 * @throws AwsError `ValidationError` with CloudFormation's text for the first thing wrong with its form
 */
export function readTemplate(body: string): Template {
  const root = parseTemplateBody(body);
  checkSections(root);
  const { AWSTemplateFormatVersion: version, Description: description, Metadata: metadata } = root;
  if (version !== undefined && version !== '2010-09-09') {
    throw validationError(`Template format error: unsupported value for AWSTemplateFormatVersion.`);
  }
  if (description !== undefined && typeof description !== 'string') {
    throw validationError('Template format error: Description must be a string.');
  }
  return {
    body,
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(metadata === undefined ? {} : { metadata }),
    parameters: mapSection(root, 'Parameters', (name, value): ParameterDeclaration => declareParameter(name, value)),
    mappings: mapSection(root, 'Mappings', declareMapping),
    conditions: mapSection(root, 'Conditions', (_name, value) => value),
    resources: mapSection(root, 'Resources', declareResource),
    outputs: mapSection(root, 'Outputs', declareOutput),
  };
}

function checkSections(root: Record<string, unknown>): void {
  const unknown = Object.keys(root).filter((section) => !sections.has(section));
  if (unknown.length > 0) throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`);
  if (root['Transform'] !== undefined) throw notImitated('the template section Transform');
  if (root['Rules'] !== undefined) throw notImitated('the template section Rules');
  if (!isRecord(root['Resources']) || Object.keys(root['Resources']).length === 0) {
    throw validationError('Template format error: At least one Resources member must be defined.');
  }
  refuseNull(root, '');
}

function refuseNull(value: unknown, path: string): void {
  if (value === null) {
    throw validationError(`Template format error: [${path}] 'null' values are not allowed in templates`);
  }
  if (typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) refuseNull(member, `${path}/${key}`);
}

function mapSection<T>(
  root: Record<string, unknown>,
  section: 'Parameters' | 'Mappings' | 'Conditions' | 'Resources' | 'Outputs',
  declare: (name: string, value: unknown) => T,
): Record<string, T> {
  const value = root[section] ?? {};
  if (!isRecord(value)) throw validationError(`Template format error: ${section} must be an object.`);
  const names = Object.keys(value);
  const limit = section === 'Conditions' ? Number.POSITIVE_INFINITY : limits[section];
  if (names.length > limit) {
    throw validationError(
      `Template format error: Number of ${section.toLowerCase()}, ${names.length}, is greater than maximum allowed, ${limit}`,
    );
  }
  const kind = section.slice(0, -1);
  return Object.fromEntries(
    names.map((name) => {
      if (!/^[A-Za-z0-9]+$/.test(name)) {
        throw validationError(`Template format error: ${kind} name ${name} is non alphanumeric.`);
      }
      return [name, declare(name, value[name])];
    }),
  );
}

function declareMapping(name: string, value: unknown): Record<string, Record<string, unknown>> {
  if (!isRecord(value) || !Object.values(value).every(isRecord)) {
    throw validationError(`Template format error: Every Mappings member ${name} must be a map of maps.`);
  }
  return value as Record<string, Record<string, unknown>>;
}

function declareResource(name: string, value: unknown): ResourceDeclaration {
  if (!isRecord(value) || typeof value['Type'] !== 'string') {
    throw validationError(
      `Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`,
    );
  }
  const unknown = Object.keys(value).filter((attribute) => !resourceAttributes.has(attribute));
  if (unknown.length > 0) throw validationError(`Invalid template resource property '${unknown[0]}'`);
  if (value['CreationPolicy'] !== undefined)
    throw notImitated(`the resource attribute CreationPolicy (resource ${name})`);
  const properties = value['Properties'] ?? {};
  if (!isRecord(properties)) {
    throw validationError(`Template format error: [/Resources/${name}/Properties] Properties must be an object.`);
  }
  const { Condition: condition, Metadata: metadata } = value;
  return {
    type: value['Type'],
    properties,
    dependsOn: dependsOn(name, value['DependsOn']),
    ...(typeof condition === 'string' ? { condition } : {}),
    ...(metadata === undefined ? {} : { metadata }),
    deletionPolicy: policy(name, 'DeletionPolicy', value['DeletionPolicy']),
    updateReplacePolicy: policy(name, 'UpdateReplacePolicy', value['UpdateReplacePolicy']),
    ...updatePolicy(name, value['Type'], value['UpdatePolicy']),
  };
}

function dependsOn(name: string, value: unknown): string[] {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string')) {
    throw validationError(
      `Template format error: DependsOn of resource ${name} must be a string or a list of strings.`,
    );
  }
  return list;
}

const policies: readonly DeletionPolicy[] = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
function policy(name: string, attribute: 'DeletionPolicy' | 'UpdateReplacePolicy', value: unknown): DeletionPolicy {
  if (value === undefined) return 'Delete';
  const found = policies.find((known) => known === value);
  if (found === undefined || (attribute === 'UpdateReplacePolicy' && found === 'RetainExceptOnCreate')) {
    throw validationError(`Template format error: Unrecognized ${attribute} ${String(value)} for resource ${name}`);
  }
  return found;
}

/**
 * What handlers can carry out; AutoScalingReplacingUpdate, which replaces the group, is not among it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
 */
const updatePolicies: Readonly<Record<string, readonly string[]>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['AutoScalingRollingUpdate', 'AutoScalingScheduledAction'],
};

function updatePolicy(name: string, type: string, value: unknown): Pick<ResourceDeclaration, 'updatePolicy'> {
  if (value === undefined) return {};
  const supported = updatePolicies[type] ?? [];
  if (!isRecord(value) || !Object.keys(value).every((key) => supported.includes(key)) || references(value).length > 0) {
    throw notImitated(`the UpdatePolicy of resource ${name} (${type})`);
  }
  return { updatePolicy: value };
}

function declareOutput(name: string, value: unknown): OutputDeclaration {
  if (!isRecord(value) || value['Value'] === undefined) {
    throw validationError(`Template format error: [/Outputs/${name}] Every Outputs member must contain a Value object`);
  }
  const { Condition: condition, Description: description, Export: exported } = value;
  if (exported !== undefined && (!isRecord(exported) || exported['Name'] === undefined)) {
    throw validationError(`Template format error: [/Outputs/${name}/Export] Export must contain a Name.`);
  }
  return {
    value: value['Value'],
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof condition === 'string' ? { condition } : {}),
    ...(isRecord(exported) ? { exportName: exported['Name'] } : {}),
  };
}
