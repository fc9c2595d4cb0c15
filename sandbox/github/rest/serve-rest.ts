import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Journal } from '../../journal.ts';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import { checkBody, checkParameters, checkResponse, operationDescription } from '../openapi/validate.ts';
import { GLOBAL_HANDLERS, REPOSITORY_HANDLERS } from '../routes/handlers.ts';
import { ApiError, notFound, notInSandbox } from './api-error.ts';
import { authenticate } from './authenticate.ts';
import type { Faults } from './faults.ts';
import { authorize } from './permissions.ts';
import { type RateLimit, type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import { readJson } from './request-body.ts';
import type { GlobalHandler, RepositoryHandler, RepositoryOperation, RestCall, RestReply } from './rest-call.ts';
import { type Match, matchRoute } from './router.ts';

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
