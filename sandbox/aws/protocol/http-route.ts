import { type OperationSchema, requiredMembers } from './operation-schema.ts';
import { decode, queryValue, splitTarget, type WireRequest } from './wire.ts';

/** Names the operation in a query that is otherwise the same for several; clients may leave it out. */
const OPERATION_PARAMETER = 'x-id';

type Template = { pattern: RegExp; labels: string[]; literals: number; query: readonly (readonly [string, string])[] };

const templates = new Map<string, Template>();

/**
 * Finds the operation whose method, path template and static query fit a request
 * (smithy.io/2.0/spec/http-bindings.html, "http trait"). Of several, the one that says most about the request wins:
 * `DELETE /{Key+}` with `uploadId` is AbortMultipartUpload, because that member is required there.
 * @param uriOf the path template of an operation, with its static query
 */
export function findRoute(
  request: WireRequest,
  operations: Iterable<OperationSchema>,
  uriOf: (operation: OperationSchema) => string,
): OperationSchema | undefined {
  let best: { operation: OperationSchema; score: number } | undefined;
  for (const operation of operations) {
    if (operation.http?.method !== request.method) continue;
    const score = scoreOf(request, operation, templateOf(uriOf(operation)));
    if (score !== undefined && (best === undefined || score > best.score)) best = { operation, score };
  }
  return best?.operation;
}

/** The values of a path template's labels; undefined when the path does not fit it. */
export function pathLabels(uri: string, path: string): Record<string, string> | undefined {
  const template = templateOf(uri);
  const match = template.pattern.exec(path);
  if (!match) return undefined;
  return Object.fromEntries(template.labels.map((label, index) => [label, decode(match[index + 1] ?? '')]));
}

/** How many facts of the request the operation explains; undefined when one contradicts. */
function scoreOf(request: WireRequest, operation: OperationSchema, template: Template): number | undefined {
  if (!template.pattern.test(request.path)) return undefined;
  const named = queryValue(request, OPERATION_PARAMETER);
  if (named !== undefined && named !== operation.name) return undefined;
  let score = template.literals;
  for (const [name, value] of template.query) {
    if (name === OPERATION_PARAMETER) continue;
    const sent = queryValue(request, name);
    if (sent === undefined || (value !== '' && sent !== value)) return undefined;
    score += 1;
  }
  for (const name of requiredMembers(operation.input)) {
    const { httpQuery, httpHeader } = operation.input.getMemberSchema(name).getMergedTraits();
    if (httpQuery === undefined && httpHeader === undefined) continue;
    const sent =
      httpQuery === undefined ? request.headers[String(httpHeader).toLowerCase()] : queryValue(request, httpQuery);
    if (sent === undefined) return undefined;
    score += 1;
  }
  return score;
}

function templateOf(uri: string): Template {
  const known = templates.get(uri);
  if (known) return known;
  const { path, query } = splitTarget(uri);
  const labels: string[] = [];
  let literals = 0;
  const pattern = path
    .split(/(\{[^}]+\})/)
    .map((part) => {
      const label = /^\{([^+}]+)(\+?)\}$/.exec(part);
      if (label?.[1] === undefined) {
        literals += part.split('/').filter((segment) => segment !== '').length;
        return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      }
      labels.push(label[1]);
      return label[2] === '+' ? '(.+)' : '([^/]+)';
    })
    .join('')
    .replace(/\/$/, '');
  const template: Template = { pattern: new RegExp(`^${pattern}/?$`), labels, literals, query };
  templates.set(uri, template);
  return template;
}
