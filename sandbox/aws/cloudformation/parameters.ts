import type { Parameter } from '@aws-sdk/client-cloudformation';
import type { Engine } from './engine.ts';
import { parameterType } from './parameter-declaration.ts';
import type { ParameterDeclaration, Template } from './template.ts';
import { validationError } from './validation-error.ts';

/** A parameter with its value for one operation. */
export type ResolvedParameter = {
  readonly key: string;
  /** As given or by default; for Parameter Store types the parameter's name. */
  readonly value: string;
  /** What Parameter Store held. */
  readonly resolved?: string;
  readonly list: boolean;
  readonly noEcho: boolean;
};
export type ResolvedParameters = ReadonlyMap<string, ResolvedParameter>;

/**
 * Gives every declared parameter its value: the given one, the previous one, or the default.
 *
 * @param previous the stack's values so far, for `UsePreviousValue`; undefined for a new stack
 * @throws AwsError `ValidationError` for missing, unknown or unfitting values
 */
export async function resolveParameters(
  engine: Engine,
  template: Template,
  given: readonly Parameter[],
  previous: ResolvedParameters | undefined,
): Promise<ResolvedParameters> {
  const byKey = new Map(given.map((parameter) => [parameter.ParameterKey ?? '', parameter]));
  const unknown = [...byKey.keys()].filter((key) => !Object.hasOwn(template.parameters, key));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);

  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const [key, declaration] of Object.entries(template.parameters)) {
    const value = chosenValue(key, declaration, byKey.get(key), previous);
    if (value === undefined) missing.push(key);
    else values.set(key, value);
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);

  const resolved = new Map<string, ResolvedParameter>();
  for (const [key, declaration] of Object.entries(template.parameters)) {
    const value = values.get(key) ?? '';
    checkConstraints(key, declaration, value);
    resolved.set(key, await resolveOne(engine, key, declaration, value));
  }
  return resolved;
}

function chosenValue(
  key: string,
  declaration: ParameterDeclaration,
  given: Parameter | undefined,
  previous: ResolvedParameters | undefined,
): string | undefined {
  if (given?.UsePreviousValue === true) {
    if (given.ParameterValue !== undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    }
    const value = previous?.get(key)?.value;
    if (value === undefined) {
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    return value;
  }
  return given?.ParameterValue ?? declaration.default;
}

async function resolveOne(
  engine: Engine,
  key: string,
  declaration: ParameterDeclaration,
  value: string,
): Promise<ResolvedParameter> {
  const { list, fromParameterStore } = parameterType(declaration.type);
  const parameter = { key, value, list, noEcho: declaration.noEcho };
  if (!fromParameterStore) return parameter;
  const { world, region, options } = engine;
  const resolved = await options.ssmParameter?.(value, { world, region });
  if (resolved === undefined) {
    throw validationError(`Unable to fetch parameters [${value}] from parameter store for this account.`);
  }
  return { ...parameter, resolved };
}

function checkConstraints(key: string, declaration: ParameterDeclaration, value: string): void {
  const { constraintDescription } = declaration;
  const refuse = (message: string): never => {
    throw validationError(
      constraintDescription === undefined
        ? message
        : `Parameter ${key} failed to satisfy constraint: ${constraintDescription}`,
    );
  };
  const { value: type, list } = parameterType(declaration.type);
  const items = list ? value.split(',').map((item) => item.trim()) : [value];
  for (const item of items) {
    if (declaration.allowedValues !== undefined && !declaration.allowedValues.includes(item)) {
      refuse(`Parameter '${key}' must be one of AllowedValues`);
    }
    if (type === 'Number' || type === 'List<Number>') checkNumber(key, declaration, item, refuse);
  }
  if (!list) checkText(key, declaration, value, refuse);
}

type Refuse = (message: string) => never;

function checkNumber(key: string, declaration: ParameterDeclaration, item: string, refuse: Refuse): void {
  const { minValue, maxValue } = declaration;
  const number = Number(item);
  if (item.trim() === '' || Number.isNaN(number)) refuse(`Parameter '${key}' must be a number`);
  if (minValue !== undefined && number < minValue)
    refuse(`Parameter '${key}' must be a number not less than ${minValue}`);
  if (maxValue !== undefined && number > maxValue) {
    refuse(`Parameter '${key}' must be a number not greater than ${maxValue}`);
  }
}

function checkText(key: string, declaration: ParameterDeclaration, value: string, refuse: Refuse): void {
  const { minLength, maxLength, allowedPattern } = declaration;
  if (minLength !== undefined && value.length < minLength) {
    refuse(`Parameter '${key}' must contain at least ${minLength} characters`);
  }
  if (maxLength !== undefined && value.length > maxLength) {
    refuse(`Parameter '${key}' must contain at most ${maxLength} characters`);
  }
  // The pattern must match the whole value: parameters-section-structure.html, AllowedPattern.
  if (allowedPattern !== undefined && !new RegExp(`^(?:${allowedPattern})$`).test(value)) {
    refuse(`Parameter '${key}' must match pattern ${allowedPattern}`);
  }
}

/** What `Ref` gives for a parameter: text, or a list for the list types. */
export function parameterValue(parameter: ResolvedParameter): string | string[] {
  const value = parameter.resolved ?? parameter.value;
  return parameter.list ? value.split(',').map((item) => item.trim()) : value;
}

/** The parameters as an API answer shows them; NoEcho values are masked. */
export function describeParameters(parameters: ResolvedParameters): Parameter[] {
  return [...parameters.values()].map(({ key, value, resolved, noEcho }) => ({
    ParameterKey: key,
    ParameterValue: noEcho ? '****' : value,
    ...(resolved === undefined ? {} : { ResolvedValue: resolved }),
  }));
}
