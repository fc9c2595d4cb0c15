import { SERVED_OPERATIONS, type ServedOperation } from '../openapi/served-operations.ts';
import { UNDESCRIBED_OPERATIONS } from '../openapi/undescribed-operations.ts';
import { servedDescription } from '../openapi/validate.ts';

type Route = { id: ServedOperation; method: string; pattern: RegExp; names: string[]; weight: number };

let routes: Route[] | undefined;

/** An operation and the decoded values of its path parameters. */
export type Match = { id: ServedOperation; path: Record<string, string> };

/**
 * Finds the operation of a request by GitHub's path templates. Where several fit, the one with the most literal text
 * wins: `/commits/{commit_sha}/pulls` before `/commits/{ref}`.
 * @param pathname below the API's root, percent-encoded, e.g. `/repos/o/r/pulls/1`
 */
export function matchRoute(method: string, pathname: string): Match | undefined {
  routes ??= [...SERVED_OPERATIONS, ...UNDESCRIBED_OPERATIONS].map(compileRoute).sort((a, b) => b.weight - a.weight);
  for (const route of routes) {
    const found = route.method === method ? route.pattern.exec(pathname) : null;
    if (found === null) continue;
    const values = route.names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]);
    return { id: route.id, path: Object.fromEntries(values) };
  }
  return undefined;
}

function compileRoute(id: ServedOperation): Route {
  const operation = servedDescription().operations[id];
  if (operation === undefined) throw new Error(`operations.data.json has no ${id}; run openapi/extract.ts.`);
  const names: string[] = [];
  const multiSegment = new Set(operation.parameters.filter((each) => each.multiSegment).map((each) => each.name));
  const source = operation.path.replace(/\/\{(\w+)\}|[.?+*^$()|[\]]/g, (text, name: string | undefined) => {
    if (name === undefined) return `\\${text}`;
    names.push(name);
    // The contents of the repository's root folder have an empty path.
    if (name === 'path') return '(?:/(.*))?';
    return multiSegment.has(name) ? '/(.+)' : '/([^/]+)';
  });
  const weight = operation.path.replace(/\{\w+\}/g, '').length;
  return { id, method: operation.method, pattern: new RegExp(`^${source}$`), names, weight };
}
