import { AwsError } from '../../service.ts';
import { isConditionOperator } from './condition-operators.ts';

/** One line of a condition block, e.g. `ForAnyValue:StringLikeIfExists` on one key. */
export type Condition = {
  /** The bare operator, e.g. `StringLike`. */
  operator: string;
  quantifier: 'ForAnyValue' | 'ForAllValues' | undefined;
  ifExists: boolean;
  /** As written; keys compare case-insensitively. */
  key: string;
  values: string[];
};

const syntaxError = (): AwsError => new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');

/**
 * Reads a `Condition` element (IAM userguide, reference_policies_elements_condition_operators.html).
 * @throws AwsError MalformedPolicyDocument for an unknown operator or a value of another type
 */
export function readConditions(block: unknown): Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) throw syntaxError();
  return Object.entries(block).flatMap(([name, keys]) => {
    if (!isObject(keys)) throw syntaxError();
    return Object.entries(keys).map(([key, values]) => ({ ...readOperator(name), key, values: readValues(values) }));
  });
}

function readOperator(name: string): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> {
  const match = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(name);
  const operator = match?.[2] ?? '';
  const ifExists = match?.[3] !== undefined;
  if (!isConditionOperator(operator) || (operator === 'Null' && ifExists)) {
    throw new AwsError('MalformedPolicyDocument', `Invalid Condition type : ${name}.`);
  }
  return { operator, quantifier: match?.[1] as Condition['quantifier'], ifExists };
}

/** Booleans and numbers may stand unquoted. */
function readValues(values: unknown): string[] {
  const list: unknown[] = Array.isArray(values) ? values : [values];
  if (list.length === 0) throw syntaxError();
  return list.map((value) => {
    if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') throw syntaxError();
    return String(value);
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
