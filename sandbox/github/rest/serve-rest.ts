import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Journal } from '../../journal.ts';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import { SERVED_OPERATIONS, type ServedOperation } from '../openapi/served-operations.ts';
import { UNDESCRIBED_OPERATIONS } from '../openapi/undescribed-operations.ts';
import {
  checkBody,
  checkParameters,
  checkResponse,
  operationDescription,
  servedDescription,
} from '../openapi/validate.ts';
import { GLOBAL_HANDLERS, REPOSITORY_HANDLERS } from '../routes/handlers.ts';
import { ApiError, notFound, notInSandbox } from './api-error.ts';
import { authenticate } from './authenticate.ts';
import type { Faults } from './faults.ts';
import { authorize } from './permissions.ts';
import { type RateLimit, type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import type { GlobalHandler, RepositoryHandler, RepositoryOperation, RestCall, RestReply } from './rest-call.ts';

/**
 * Answers one request to the REST API: finds the operation, checks token, rate limit, parameters, body and permission,
 * runs the handler and checks its answer against GitHub's description. An answer of ours that contradicts the
 * description is a 500 that says so.
 * @param pathname below the API's root
 */
export async function serveRest(
  { state, limiter, faults, journal }: { state: GitHubState; limiter: RateLimiter; faults: Faults; journal: Journal },
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): Promise<void> {
  let rate: RateLimit | undefined;
  const call = { service: 'github', operation: `${request.method} ${pathname}`, who: 'anonymous', resources: [''] };
  const answered = (answer: string): void => journal.write({ ...call, at: state.now(), answer });
  try {
    const match = matchRoute(request.method ?? 'GET', pathname);
    if (match === undefined) throw notInSandbox(`${request.method} ${pathname}`);
    call.operation = match.id;
    call.resources = match.path['repo'] === undefined ? [] : [`${match.path['owner']}/${match.path['repo']}`];
    const grant = authenticate(state, request);
    if (grant !== undefined) call.who = grant.account.login;
    rate = match.id === 'rate-limit/get' ? limiter.look(state, grant) : limiter.count(state, grant);
    const body = await readJson(request);
    faults.raise(match.id, 'before');
    const reply = await answer(state, match, { grant, body, rate }, request);
    faults.raise(match.id, 'after');
    answered('ok');
    send(response, reply, rate);
  } catch (error) {
    const failure = error instanceof ApiError ? error : new ApiError(500, describeBug(error));
    answered(String(failure.status));
    send(response, { status: failure.status, body: failure.body(), headers: { ...failure.headers } }, rate);
  }
}

async function answer(
  state: GitHubState,
  { id, path }: Match,
  { grant, body, rate }: { grant: Grant | undefined; body: unknown; rate: RateLimit },
  request: IncomingMessage,
): Promise<RestReply> {
  const url = new URL(request.url ?? '/', state.serverUrl);
  const query = Object.fromEntries(url.searchParams);
  if (checkParameters(id, 'path', path).length > 0) throw notFound();
  const wrong = checkParameters(id, 'query', query);
  const format = formatOf(request.headers.accept);
  // The types of a call are those of GitHub's description, which path, query and body are checked against.
  const call = { state, grant, path, query, body: body ?? {}, url, format, rate } as unknown as RestCall;
  const refuse = (sentences: string[]): void => {
    if (sentences.length > 0) throw new ApiError(422, `Invalid request.\n\n${sentences.join('\n')}`);
  };
  let reply: RestReply;
  if (isGlobal(id)) {
    refuse([...wrong, ...checkBody(id, body)]);
    const handler = GLOBAL_HANDLERS[id] as GlobalHandler<typeof id>;
    reply = await handler(call as RestCall<typeof id>);
  } else {
    const repository = state.repositories.get(`${path['owner']}/${path['repo']}`.toLowerCase());
    if (repository === undefined) throw notFound();
    authorize(id, repository, grant);
    refuse([...wrong, ...checkBody(id, body)]);
    const handler = REPOSITORY_HANDLERS[id] as RepositoryHandler<RepositoryOperation>;
    const run = async (): Promise<RestReply> => handler(call as RestCall<RepositoryOperation>, repository);
    reply = operationDescription(id).method === 'GET' ? await run() : await repository.exclusive(run);
  }
  if (reply.content !== undefined) return reply;
  const wire: unknown = reply.body === undefined ? undefined : JSON.parse(JSON.stringify(reply.body));
  const bugs = checkResponse(id, reply.status, wire);
  if (bugs.length > 0) throw new Error(`The answer to ${id} contradicts GitHub's description: ${bugs.join('; ')}`);
  return reply;
}

function isGlobal(id: string): id is keyof typeof GLOBAL_HANDLERS {
  return id in GLOBAL_HANDLERS;
}

/** `raw`, `diff`, `object` … of `application/vnd.github[.v3].<format>[+json]` (docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types). */
function formatOf(accept: string | undefined): string {
  const match = /application\/vnd\.github(?:\.v3)?(?:\.([a-z-]+))?(?:\+json)?/.exec(accept ?? '');
  const format = match?.[1] ?? 'json';
  return format.endsWith('-preview') ? 'json' : format;
}

function describeBug(error: unknown): string {
  return `The sandbox's GitHub failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function send(response: ServerResponse, reply: RestReply, rate: RateLimit | undefined): void {
  const headers: Record<string, string> = {
    'x-github-request-id': randomUUID(),
    'x-github-media-type': 'github.v3; format=json',
    ...(rate === undefined ? {} : rateLimitHeaders(rate)),
    ...reply.headers,
  };
  if (reply.content !== undefined) {
    response.writeHead(reply.status, { ...headers, 'content-type': reply.content.type }).end(reply.content.data);
  } else if (reply.body === undefined) {
    response.writeHead(reply.status, headers).end();
  } else {
    headers['content-type'] = 'application/json; charset=utf-8';
    response.writeHead(reply.status, headers).end(JSON.stringify(reply.body));
  }
}

/** More than any request here needs; GitHub's own limit is higher. */
const MAXIMUM_BYTES = 50 * 1024 * 1024;

/**
 * Reads a JSON request body.
 * @returns undefined when there is none
 * @throws ApiError 400 for what is not a JSON object or array, 413 when it is too large
 */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAXIMUM_BYTES) throw new ApiError(413, 'Payload too large');
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'Problems parsing JSON');
  }
  if (typeof value !== 'object' || value === null) throw new ApiError(400, 'Body should be a JSON object');
  return value;
}

type Route = { id: ServedOperation; method: string; pattern: RegExp; names: string[]; weight: number };

let routes: Route[] | undefined;

/** An operation and the decoded values of its path parameters. */
type Match = { id: ServedOperation; path: Record<string, string> };

/**
 * Finds the operation of a request by GitHub's path templates. Where several fit, the one with the most literal text
 * wins: `/commits/{commit_sha}/pulls` before `/commits/{ref}`.
 * @param pathname below the API's root, percent-encoded, e.g. `/repos/o/r/pulls/1`
 */
function matchRoute(method: string, pathname: string): Match | undefined {
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
