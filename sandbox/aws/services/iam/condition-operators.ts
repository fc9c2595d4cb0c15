import { wildcardMatch } from './wildcard.ts';

/** Compares one value of the request with one value of the policy. */
type Comparison = (actual: string, expected: string) => boolean;

const numeric =
  (compare: (actual: number, expected: number) => boolean): Comparison =>
  (actual, expected) =>
    compare(Number(actual), Number(expected));

const moment =
  (compare: (actual: number, expected: number) => boolean): Comparison =>
  (actual, expected) =>
    compare(epochOf(actual), epochOf(expected));

/** Dates are ISO 8601 or seconds since 1970. */
const epochOf = (text: string): number => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const equal = (actual: string, expected: string): boolean => actual === expected;

/** ARNs match part by part, so that `*` does not reach over a colon (same document, "ARN condition operators"). */
const arnLike: Comparison = (actual, expected) => {
  const [parts, patterns] = [arnParts(actual), arnParts(expected)];
  return parts.length === patterns.length && parts.every((part, index) => wildcardMatch(patterns[index] ?? '', part));
};
const arnParts = (arn: string): string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/**
 * The positive operators of IAM userguide, reference_policies_elements_condition_operators.html. IP addresses and
 * binary values are left out: no request in the sandbox has any.
 */
const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => wildcardMatch(expected, actual),
  NumericEquals: numeric((actual, expected) => actual === expected),
  NumericLessThan: numeric((actual, expected) => actual < expected),
  NumericLessThanEquals: numeric((actual, expected) => actual <= expected),
  NumericGreaterThan: numeric((actual, expected) => actual > expected),
  NumericGreaterThanEquals: numeric((actual, expected) => actual >= expected),
  DateEquals: moment((actual, expected) => actual === expected),
  DateLessThan: moment((actual, expected) => actual < expected),
  DateLessThanEquals: moment((actual, expected) => actual <= expected),
  DateGreaterThan: moment((actual, expected) => actual > expected),
  DateGreaterThanEquals: moment((actual, expected) => actual >= expected),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  ArnEquals: arnLike,
  ArnLike: arnLike,
};

/** Negated operators and what they negate. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** True for the name of an operator without quantifier and `IfExists`. */
export const isConditionOperator = (name: string): boolean =>
  name === 'Null' || Object.hasOwn(POSITIVE, name) || Object.hasOwn(NEGATED, name);

/**
 * Applies an operator to one value of the request: a positive operator needs one of the policy's values to match, a
 * negated one needs none to.
 * @param operator known to `isConditionOperator`, and not `Null`
 */
export function operatorHolds(operator: string, actual: string, expected: readonly string[]): boolean {
  const positive = NEGATED[operator];
  const compare = POSITIVE[positive ?? operator] ?? equal;
  const matches = expected.some((value) => compare(actual, value));
  return positive === undefined ? matches : !matches;
}

/** Negated operators hold when the key is absent. */
export const isNegated = (operator: string): boolean => Object.hasOwn(NEGATED, operator);
