import { runInNewContext } from 'node:vm';
import { parseDocument } from 'yaml';
import { Failure } from '../failure.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { SettledStack } from '../stack-operations/kept-parameters.ts';
import type { StackKind } from '../stacks/stack.ts';

export type PlannedParameters = {
  values: Record<string, string>;
  /** Names of those that a placeholder stands for. */
  unknown: string[];
};

/**
 * The parameters of a stack as far as they are known before anything is deployed: outputs of stacks that exist, and
 * placeholders for those that do not.
 */
export function planParameters(
  stack: SettledStack,
  stateOf: (kind: StackKind) => StackState | undefined,
): PlannedParameters {
  const values: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(stack.parameters)) {
    if (typeof value === 'string') {
      values[name] = value;
      continue;
    }
    const output = stateOf(value.stack)?.outputs[value.output];
    if (output === undefined) unknown.push(name);
    values[name] = output ?? placeholderFor(stack.templateBody, name);
  }
  return { values, unknown };
}

/** The constraints of one template parameter that a placeholder must meet. */
type Declaration = { AllowedValues?: unknown; AllowedPattern?: unknown; MinLength?: unknown; Type?: unknown };

/** What stands in a plan for a value that AWS has yet to make, by what the parameter's name says about it. */
const shapes: readonly { name: RegExp; value: string }[] = [
  { name: /RoleArn$/, value: 'arn:aws:iam::000000000000:role/not-known-yet' },
  { name: /Arn$/, value: 'arn:aws:s3:::not-known-yet' },
  { name: /VpcId$/, value: 'vpc-00000000000000000' },
  { name: /SubnetId$/, value: 'subnet-00000000000000000' },
  { name: /SecurityGroupId$/, value: 'sg-00000000000000000' },
  { name: /HostedZoneId$/, value: 'Z00000000000000000000' },
  { name: /UserPoolId$/, value: 'us-east-1_000000000' },
  { name: /UserPoolClientId$/, value: '00000000000000000000000000' },
  { name: /DnsName$/, value: 'not-known-yet.example.com' },
  { name: /(Url|Domain|Endpoint)$/, value: 'https://not-known-yet.example.com' },
];

/** Tried in turn for parameters that no shape fits. */
const general: readonly string[] = ['not-known-yet', 'notknownyet', 'https://not-known-yet.example.com', '0'];

/**
 * A value that the template accepts for a parameter whose real value does not exist yet.
 * @param templateBody plain CloudFormation YAML
 * @throws Failure `NoPlaceholder` when none that this program knows fits the parameter's constraints
 */
export function placeholderFor(templateBody: string, parameter: string): string {
  const declaration = readDeclaration(templateBody, parameter);
  const allowed = declaration.AllowedValues;
  if (Array.isArray(allowed) && allowed.length > 0) return String(allowed[0]);
  if (declaration.Type === 'Number') return '1';
  const shaped = shapes.filter(({ name }) => name.test(parameter)).map(({ value }) => value);
  const fitting = [...shaped, ...general].find((value) => fits(value, declaration));
  if (fitting !== undefined) return fitting;
  throw new Failure({
    code: 'NoPlaceholder',
    source: 'product',
    message: `No placeholder fits parameter ${parameter} of the template.`,
    hint: 'Plan again after the stack that makes the value is deployed.',
  });
}

/** Milliseconds for one value; a pattern that takes longer is one that backtracks without end. */
const patience = 50;

function fits(value: string, { AllowedPattern, MinLength }: Declaration): boolean {
  if (typeof MinLength === 'number' && value.length < MinLength) return false;
  if (typeof AllowedPattern !== 'string') return true;
  // CloudFormation matches the whole value (user guide, Parameters, AllowedPattern). The pattern comes from a proposal, so
  // it runs with a limit of time, which only a context of its own has.
  const context = { source: `^(?:${AllowedPattern})$`, value };
  try {
    return runInNewContext('new RegExp(source).test(value)', context, { timeout: patience }) === true;
  } catch {
    return false; // no pattern, or one without end: no placeholder is known to fit, which is said
  }
}

/** Intrinsic functions are tags that a plain YAML reader does not know; parameters never contain any. */
function readDeclaration(templateBody: string, parameter: string): Declaration {
  const document = parseDocument(templateBody, { logLevel: 'silent' });
  const declaration: unknown = document.toJS()?.Parameters?.[parameter];
  return typeof declaration === 'object' && declaration !== null ? declaration : {};
}
