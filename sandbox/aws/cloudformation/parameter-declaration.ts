import { isRecord, type ParameterDeclaration } from './template.ts';
import { validationError } from './validation-error.ts';

/**
 * Parameter types of CloudFormation:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html and
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 */
const awsSpecificTypes = [
  'AWS::EC2::AvailabilityZone::Name',
  'AWS::EC2::Image::Id',
  'AWS::EC2::Instance::Id',
  'AWS::EC2::KeyPair::KeyName',
  'AWS::EC2::SecurityGroup::GroupName',
  'AWS::EC2::SecurityGroup::Id',
  'AWS::EC2::Subnet::Id',
  'AWS::EC2::VPC::Id',
  'AWS::EC2::Volume::Id',
  'AWS::Route53::HostedZone::Id',
];
const listable = ['Number', 'String', ...awsSpecificTypes];
const valueTypes = new Set([
  'String',
  'Number',
  'CommaDelimitedList',
  ...awsSpecificTypes,
  ...listable.map((type) => `List<${type}>`),
]);

const ssmValue = /^AWS::SSM::Parameter::Value<(.+)>$/;

/** What a type of parameter means: where its value comes from and whether `Ref` gives a list. */
export type ParameterType = { readonly value: string; readonly list: boolean; readonly fromParameterStore: boolean };

/** @throws AwsError `ValidationError` when CloudFormation has no parameter type of this name */
export function parameterType(declared: string): ParameterType {
  const value = ssmValue.exec(declared)?.[1] ?? declared;
  const fromParameterStore = value !== declared;
  if (!valueTypes.has(value) && declared !== 'AWS::SSM::Parameter::Name') {
    throw validationError(`Template format error: Unrecognized parameter type: ${declared}`);
  }
  return { value, list: value === 'CommaDelimitedList' || value.startsWith('List<'), fromParameterStore };
}

const attributes = new Set([
  'AllowedPattern',
  'AllowedValues',
  'ConstraintDescription',
  'Default',
  'Description',
  'MaxLength',
  'MaxValue',
  'MinLength',
  'MinValue',
  'NoEcho',
  'Type',
]);

/** Reads one member of the Parameters section. */
export function declareParameter(name: string, value: unknown): ParameterDeclaration {
  if (!isRecord(value) || typeof value['Type'] !== 'string') {
    throw validationError(`Template format error: Every Parameters object must contain a Type member.`);
  }
  const unknown = Object.keys(value).filter((attribute) => !attributes.has(attribute));
  if (unknown.length > 0) throw validationError(`Invalid template parameter property '${unknown[0]}'`);
  parameterType(value['Type']);
  const allowed = value['AllowedValues'];
  if (allowed !== undefined && !Array.isArray(allowed)) {
    throw validationError(`Template format error: Parameter ${name} AllowedValues must be a list.`);
  }
  return {
    type: value['Type'],
    noEcho: String(value['NoEcho']).toLowerCase() === 'true',
    ...(value['Default'] === undefined ? {} : { default: scalar(name, value['Default']) }),
    ...(allowed === undefined ? {} : { allowedValues: allowed.map(String) }),
    ...text(value, 'AllowedPattern', 'allowedPattern'),
    ...text(value, 'ConstraintDescription', 'constraintDescription'),
    ...text(value, 'Description', 'description'),
    ...amount(value, 'MinLength', 'minLength'),
    ...amount(value, 'MaxLength', 'maxLength'),
    ...amount(value, 'MinValue', 'minValue'),
    ...amount(value, 'MaxValue', 'maxValue'),
  };
}

function scalar(name: string, value: unknown): string {
  if (typeof value === 'object') {
    throw validationError(`Template format error: Every Default member must be a string. (parameter ${name})`);
  }
  return String(value);
}

function text<K extends string>(value: Record<string, unknown>, from: string, to: K): Partial<Record<K, string>> {
  return value[from] === undefined ? {} : ({ [to]: String(value[from]) } as Partial<Record<K, string>>);
}

function amount<K extends string>(value: Record<string, unknown>, from: string, to: K): Partial<Record<K, number>> {
  return value[from] === undefined ? {} : ({ [to]: Number(value[from]) } as Partial<Record<K, number>>);
}
