import { AwsError } from '../../service.ts';
import { wildcardMatch } from '../iam/wildcard.ts';

/** A pattern as parsed from JSON: keys of the event to lists of matchers, or to patterns of their own. */
export type EventPattern = { readonly [key: string]: unknown };

type Matcher = (value: unknown) => boolean;

const invalid = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

/**
 * Checks that a pattern is one that the sandbox can match (eventbridge userguide, eb-create-pattern-operators.html).
 * @throws AwsError InvalidEventPatternException
 */
export function checkEventPattern(pattern: EventPattern): void {
  if (Object.keys(pattern).length === 0) throw invalid('Empty patterns are not allowed');
  for (const [key, value] of Object.entries(pattern)) {
    if (key === '$or') {
      for (const alternative of alternatives(value)) checkEventPattern(alternative);
    } else if (Array.isArray(value)) for (const each of value as unknown[]) matcherOf(each);
    else if (isObject(value)) checkEventPattern(value);
    else throw invalid(`"${key}" must be an object or an array`);
  }
}

/**
 * Whether an event matches: every key of the pattern must, by any of its matchers; a list in the event matches when one
 * of its entries does (eventbridge userguide, eb-event-patterns.html).
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, value]) => {
    if (key === '$or') return alternatives(value).some((alternative) => matchesPattern(alternative, event));
    const actual = isObject(event) ? event[key] : undefined;
    if (!Array.isArray(value)) return isObject(value) && matchesPattern(value, actual);
    const matchers = (value as unknown[]).map(matcherOf);
    const candidates: unknown[] = Array.isArray(actual) && actual.length > 0 ? actual : [actual];
    return candidates.some((candidate) => matchers.some((matches) => matches(candidate)));
  });
}

function alternatives(value: unknown): EventPattern[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw invalid('"$or" must be an array of patterns');
  return value;
}

function matcherOf(rule: unknown): Matcher {
  if (!isObject(rule)) return (value) => value === rule;
  const [[name = '', argument] = [], ...others] = Object.entries(rule);
  const make = Object.hasOwn(MATCHERS, name) ? MATCHERS[name] : undefined;
  if (!make || others.length > 0) throw invalid(`Unrecognized match type ${name}`);
  return make(argument);
}

/** Matchers on text; each may be told to ignore case: `{"prefix": {"equals-ignore-case": "a"}}`. */
const onText =
  (test: (value: string, expected: string) => boolean) =>
  (argument: unknown): Matcher => {
    const ignoreCase = isObject(argument);
    const expected = ignoreCase ? argument['equals-ignore-case'] : argument;
    if (typeof expected !== 'string') throw invalid('the match value must be a string');
    const fold = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
    return (value) => typeof value === 'string' && test(fold(value), fold(expected));
  };

const MATCHERS: Readonly<Record<string, (argument: unknown) => Matcher>> = {
  prefix: onText((value, expected) => value.startsWith(expected)),
  suffix: onText((value, expected) => value.endsWith(expected)),
  'equals-ignore-case': onText((value, expected) => value.toLowerCase() === expected.toLowerCase()),
  wildcard: onText((value, expected) => wildcardMatch(expected, value)),
  exists: (argument) => (value) => (value !== undefined) === argument,
  'anything-but': (argument) => {
    const excluded = (Array.isArray(argument) ? (argument as unknown[]) : [argument]).map(matcherOf);
    return (value) => value !== undefined && !excluded.some((matches) => matches(value));
  },
  numeric: (argument) => numericMatcher(argument),
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]` */
function numericMatcher(argument: unknown): Matcher {
  const parts: unknown[] = Array.isArray(argument) ? argument : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [compare, bound] = [COMPARISONS[String(parts[index])], parts[index + 1]];
    if (!compare || typeof bound !== 'number') throw invalid('a numeric match needs comparisons with numbers');
    tests.push((value) => compare(value, bound));
  }
  if (tests.length === 0) throw invalid('a numeric match must not be empty');
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
