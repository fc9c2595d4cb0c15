import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { artifactsOfRun, saveArtifact } from './artifacts/artifact-store.ts';
import { createEventBus } from './events/event-bus.ts';
import { requireGitVersion } from './git/git-version.ts';
import { isGitRequest, serveGit } from './git-over-http.ts';
import type { GitHubSandbox, SavedArtifact } from './github-sandbox.ts';
import { ACTIONS_BOT } from './model/account.ts';
import type { StoredArtifact } from './model/artifact.ts';
import { addAnnotations, recordCheckRun } from './model/check-runs.ts';
import { type GitHubState, repositoryNamed } from './model/state.ts';
import type { Grant } from './model/token.ts';
import { createOidcIssuer, ISSUER, type OidcIssuer } from './oidc/issuer.ts';
import { OIDC_REQUEST_PATH, serveOidc } from './oidc/serve-oidc.ts';
import { addFork, addRepository, addUser, repositoryHandle } from './repositories.ts';
import { createFaults, type Faults } from './rest/faults.ts';
import { createRateLimiter, type RateLimiter } from './rest/rate-limit.ts';
import { serveRest } from './rest/serve-rest.ts';
import { artifactFileUrl } from './routes/artifacts.ts';

/** Ids of objects start here, far from the ids callers choose. */
const FIRST_ID = 3_000_000_001;

/**
 * Starts GitHub on loopback.
 * @param options.folder an existing scratch folder for bare repositories; the caller removes it after `close`
 * @param options.clock virtual time for everything people see a date of; tokens always live in real time
 * @throws Error when the machine's Git is too old
 */
export async function startGitHub(options: { folder: string; clock?: { now(): Date } }): Promise<GitHubSandbox> {
  await requireGitVersion();
  const state = createState(options.folder, options.clock ?? { now: () => new Date() });
  const issuer = await createOidcIssuer(state);
  const rest = { state, limiter: createRateLimiter(), faults: createFaults() };
  const server = createServer((request, response) => {
    const served = serve(rest, issuer, request, response).catch((error: unknown) => {
      response.destroy();
      throw error;
    });
    state.events.track(served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  state.serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.apiUrl = `${state.serverUrl}/api/v3`;
  return {
    ...accounts(state),
    ...identity(state, issuer),
    ...eventSource(state, server),
    ...runnerStore(state),
    injectFault: (fault) => rest.faults.add(fault),
  };
}

function createState(folder: string, clock: { now(): Date }): GitHubState {
  let lastId = FIRST_ID;
  return {
    folder,
    serverUrl: '',
    apiUrl: '',
    now: () => clock.now(),
    nextId: () => lastId++,
    events: createEventBus(),
    accounts: new Map([[ACTIONS_BOT.login, ACTIONS_BOT]]),
    repositories: new Map(),
    tokens: new Map(),
  };
}

async function serve(
  rest: { state: GitHubState; limiter: RateLimiter; faults: Faults },
  issuer: OidcIssuer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { state } = rest;
  const url = new URL(request.url ?? '/', state.serverUrl);
  const { pathname } = url;
  if (pathname === '/api/v3' || pathname.startsWith('/api/v3/')) {
    return serveRest(rest, request, response, pathname.slice('/api/v3'.length) || '/');
  }
  if (pathname.startsWith('/_oidc/')) return serveOidc(state.serverUrl, issuer, request, response);
  if (pathname.startsWith('/_artifacts/')) return serveArtifact(state, response, url);
  if (isGitRequest(pathname)) return serveGit(state, request, response, url);
  const message = `The sandbox's GitHub does not serve ${request.method} ${pathname}.`;
  response.writeHead(501, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

function serveArtifact(state: GitHubState, response: ServerResponse, url: URL): void {
  for (const repository of state.repositories.values()) {
    for (const artifact of repository.artifacts.values()) {
      if (artifactFileUrl(state, repository, artifact) !== url.href) continue;
      response.writeHead(200, { 'content-type': 'application/zip' }).end(artifact.zip);
      return;
    }
  }
  response.writeHead(404).end();
}

type Part<K extends keyof GitHubSandbox> = Pick<GitHubSandbox, K>;

function accounts(
  state: GitHubState,
): Part<'createRepository' | 'repository' | 'createFork' | 'createUser' | 'createJobToken' | 'revokeToken'> {
  const newToken = (prefix: string, grant: Grant): string => {
    const token = `${prefix}_${randomBytes(27).toString('hex').slice(0, 36)}`;
    state.tokens.set(token, grant);
    return token;
  };
  return {
    createRepository: async (input) => repositoryHandle(state, await addRepository(state, input)),
    repository: (fullName) => repositoryHandle(state, repositoryNamed(state, fullName)),
    createFork: async (input) => repositoryHandle(state, await addFork(state, input)),
    createUser: (input) => newToken('ghp', { kind: 'user', account: addUser(state, input) }),
    createJobToken: ({ repository, permissions }) =>
      newToken('ghs', {
        kind: 'job',
        account: ACTIONS_BOT,
        repository: repositoryNamed(state, repository),
        permissions,
      }),
    revokeToken: (token) => void state.tokens.delete(token),
  };
}

function identity(
  state: GitHubState,
  issuer: OidcIssuer,
): Part<'serverUrl' | 'apiUrl' | 'issuer' | 'jwks' | 'issueOidcToken' | 'openOidcRequest'> {
  return {
    serverUrl: state.serverUrl,
    apiUrl: state.apiUrl,
    issuer: ISSUER,
    jwks: () => issuer.keys,
    issueOidcToken: (job, audience) => issuer.issue(job, audience),
    openOidcRequest: (job) => ({
      url: `${state.serverUrl}${OIDC_REQUEST_PATH}?api-version=2.0`,
      ...issuer.open(job),
    }),
  };
}

function eventSource(state: GitHubState, server: Server): Part<'onEvent' | 'emit' | 'settle' | 'close'> {
  return {
    onEvent: (listener) => state.events.subscribe(listener),
    emit: (event) => state.events.emit(event),
    settle: () => state.events.settle(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await state.events.settle();
    },
  };
}

function runnerStore(
  state: GitHubState,
): Part<
  | 'recordCheckRun'
  | 'addAnnotations'
  | 'checkRuns'
  | 'recordWorkflowRun'
  | 'workflowRuns'
  | 'saveArtifact'
  | 'listArtifacts'
  | 'readArtifact'
  | 'environments'
  | 'variables'
  | 'secrets'
> {
  const named = (fullName: string) => repositoryNamed(state, fullName);
  return {
    recordCheckRun: (repository, input) => recordCheckRun(state, named(repository), input),
    addAnnotations: (repository, id, annotations) => addAnnotations(named(repository), id, annotations),
    checkRuns: (repository, sha) => [...named(repository).checkRuns.values()].filter((each) => each.headSha === sha),
    recordWorkflowRun: (repository, run) => void named(repository).workflowRuns.set(run.id, { ...run }),
    workflowRuns: (repository) => [...named(repository).workflowRuns.values()],
    saveArtifact: async (repository, artifact) => savedArtifact(await saveArtifact(state, named(repository), artifact)),
    listArtifacts: (repository, runId) => artifactsOfRun(named(repository), runId).map(savedArtifact),
    readArtifact(repository, id) {
      const artifact = named(repository).artifacts.get(id);
      if (artifact === undefined) throw new Error(`${repository} has no artifact ${id}.`);
      return artifact.files;
    },
    environments: (repository) => named(repository).environments,
    variables: (repository) => named(repository).variables,
    secrets: (repository) => named(repository).secrets,
  };
}

function savedArtifact({ id, runId, name, zip, createdAt }: StoredArtifact): SavedArtifact {
  return { id, runId, name, sizeInBytes: zip.length, createdAt };
}
