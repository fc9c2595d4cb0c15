import { contains, meet, readPattern } from './policy-pattern.ts';

/** A statement of an IAM policy, as far as it matters here. */
export type Statement = {
  Effect: 'Allow' | 'Deny';
  Action?: string | readonly string[];
  NotAction?: string | readonly string[];
  Resource?: string | readonly string[];
  NotResource?: string | readonly string[];
  Condition?: unknown;
};

/** What a boundary leaves of a permission. */
export type Reach = 'all' | 'some' | 'none';

/** An action that a statement allows, and what the boundary leaves of it. */
export type ReachedAction = { action: string; reach: Reach };

/**
 * What a permissions boundary leaves of each action that statements allow: a role can do only what both its policies and
 * its boundary allow (IAM user guide, "Permissions boundaries for IAM entities"). Conditions of the boundary count as
 * `some`, since only a request can tell. `all` may be told as `some` where several statements are needed together.
 */
export function reachOf(statements: readonly Statement[], boundary: readonly Statement[]): ReachedAction[] {
  return statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) => {
      const resources = statement.Resource === undefined ? ['*'] : patterns(statement.Resource);
      const actions = statement.Action === undefined ? ['*'] : textsOf(statement.Action);
      return actions.map((action) => ({
        action,
        reach: together(resources.map((resource) => reachOfOne(lowerCase(action), resource, boundary))),
      }));
    });
}

/** Statements of a policy document in JSON. @throws SyntaxError when it is none */
export function statementsOf(document: string): Statement[] {
  const { Statement: found } = JSON.parse(document) as { Statement?: Statement | Statement[] };
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

function reachOfOne(action: string, resource: string, boundary: readonly Statement[]): Reach {
  const allows = boundary.filter(({ Effect }) => Effect === 'Allow').map((each) => judge(each, action, resource));
  const denies = boundary.filter(({ Effect }) => Effect === 'Deny').map((each) => judge(each, action, resource));
  if (denies.includes('all') || allows.every((reach) => reach === 'none')) return 'none';
  return allows.includes('all') && denies.every((reach) => reach === 'none') ? 'all' : 'some';
}

/** How much of an action on a resource a statement speaks of. */
function judge(statement: Statement, action: string, resource: string): Reach {
  const actions = statement.Action ?? statement.NotAction ?? [];
  const resources = patterns(statement.Resource ?? statement.NotResource ?? '*');
  const ofActions = coverage(textsOf(actions).map(lowerCase), action, statement.Action === undefined);
  const ofResources = coverage(resources, resource, isNegated(statement));
  if (ofActions === 'none' || ofResources === 'none') return 'none';
  const certain = ofActions === 'all' && ofResources === 'all' && statement.Condition === undefined;
  return certain ? 'all' : 'some';
}

/** How much of a pattern a list of patterns, or everything but the list, takes in. */
function coverage(list: readonly string[], pattern: string, negated: boolean): Reach {
  const inside = list.some((each) => contains(each, pattern));
  const touched = list.some((each) => meet(each, pattern));
  if (negated) return inside ? 'none' : touched ? 'some' : 'all';
  return inside ? 'all' : touched ? 'some' : 'none';
}

const isNegated = ({ Resource, NotResource }: Statement): boolean =>
  Resource === undefined && NotResource !== undefined;

/** Of several resources together. */
function together(parts: readonly Reach[]): Reach {
  const [first = 'none'] = parts;
  return parts.every((reach) => reach === first) ? first : 'some';
}

const lowerCase = (text: string): string => readPattern(text).toLowerCase();
const patterns = (value: string | readonly string[]): string[] => textsOf(value).map(readPattern);
const textsOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
