import type { Condition } from './condition-block.ts';
import { isNegated, operatorHolds } from './condition-operators.ts';
import type { PolicyDocument, Selection, Statement } from './policy-document.ts';
import { wildcardMatch } from './wildcard.ts';

/** Condition keys of a request with their values; keys compare case-insensitively. */
export type RequestContext = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a request wants to do. */
export type PolicyRequest = {
  /** `service:Operation` */
  action: string;
  /** Undefined when the caller cannot tell: then Allow statements match on any resource, and Deny only on `*`. */
  resource?: string | undefined;
  /** The names under which the caller may stand in a `Principal` element, by type; for trust policies. */
  principals?: Readonly<Record<string, readonly string[]>>;
  context: RequestContext;
};

export type Decision = 'allowed' | 'explicit-deny' | 'implicit-deny';

/** A Deny beats every Allow; what nothing allows is denied (IAM userguide, reference_policies_evaluation-logic.html). */
export function evaluatePolicies(documents: readonly PolicyDocument[], request: PolicyRequest): Decision {
  const matching = documents.flatMap(({ statements }) => statements).filter((each) => statementMatches(each, request));
  if (matching.some(({ effect }) => effect === 'Deny')) return 'explicit-deny';
  return matching.length > 0 ? 'allowed' : 'implicit-deny';
}

function statementMatches(statement: Statement, request: PolicyRequest): boolean {
  return (
    selects(statement.actions, (pattern) => wildcardMatch(pattern.toLowerCase(), request.action.toLowerCase())) &&
    resourceMatches(statement, request) &&
    principalMatches(statement, request) &&
    statement.conditions.every((condition) => conditionHolds(condition, request.context))
  );
}

const selects = ({ values, negated }: Selection, matches: (pattern: string) => boolean): boolean =>
  values.some(matches) !== negated;

function resourceMatches({ resources, effect }: Statement, { resource, context }: PolicyRequest): boolean {
  if (!resources) return true;
  if (resource === undefined) return effect === 'Allow' || resources.values.includes('*');
  return selects(resources, (pattern) => wildcardMatch(substitute(pattern, lowerCaseKeys(context)), resource));
}

function principalMatches({ principals }: Statement, request: PolicyRequest): boolean {
  if (!principals) return true;
  const { byType, negated } = principals;
  const found = Object.entries(byType).some(([type, values]) => {
    const own = request.principals?.[type] ?? [];
    return own.length > 0 && values.some((value) => value === '*' || own.includes(value));
  });
  return found !== negated;
}

/**
 * Whether one condition holds for a request: a key that is absent fails positive operators and satisfies negated ones,
 * `IfExists` and `ForAllValues` (IAM userguide, reference_policies_elements_condition_operators.html and
 * reference_policies_condition-single-vs-multi-valued-context-keys.html).
 */
export function conditionHolds(condition: Condition, context: RequestContext): boolean {
  const variables = lowerCaseKeys(context);
  const actual = variables.get(condition.key.toLowerCase()) ?? [];
  if (condition.operator === 'Null') {
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (actual.length === 0));
  }
  if (actual.length === 0) {
    if (condition.quantifier === 'ForAnyValue') return condition.ifExists;
    return condition.ifExists || condition.quantifier === 'ForAllValues' || isNegated(condition.operator);
  }
  const expected = condition.values.map((value) => substitute(value, variables));
  const holds = (value: string): boolean => operatorHolds(condition.operator, value, expected);
  // Without a quantifier, a negated operator must hold for every value and a positive one for any.
  const every = condition.quantifier === 'ForAllValues' || (!condition.quantifier && isNegated(condition.operator));
  return every ? actual.every(holds) : actual.some(holds);
}

function lowerCaseKeys(context: RequestContext): Map<string, readonly string[]> {
  const keys = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    if (value !== undefined) keys.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  }
  return keys;
}

/** Policy variables: `${aws:PrincipalTag/team}`; one without a value matches nothing. */
function substitute(text: string, variables: ReadonlyMap<string, readonly string[]>): string {
  return text.replace(
    /\$\{([^}]+)\}/g,
    (whole, name: string) => variables.get(name.trim().toLowerCase())?.[0] ?? whole,
  );
}
