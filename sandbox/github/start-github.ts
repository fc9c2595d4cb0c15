import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realNow } from '../clock.ts';
import { createJournal, type Journal } from '../journal.ts';
import { artifactsOfRun, saveArtifact } from './artifacts/artifact-store.ts';
import { createEventBus } from './events/event-bus.ts';
import { emitSchedule } from './events/schedule-event.ts';
import { requireGitVersion } from './git/git-version.ts';
import { isGitRequest, serveGit } from './git-over-http.ts';
import type { GitHubSandbox, SavedArtifact } from './github-sandbox.ts';
import { advanceQueues, enqueuePullRequest } from './merge-queue/merge-queue.ts';
import { ACTIONS_BOT, type Account } from './model/account.ts';
import { refusalOfEvent } from './model/actions-policy.ts';
import type { StoredArtifact } from './model/artifact.ts';
import { addAnnotations, recordCheckRun } from './model/check-runs.ts';
import type { Repository } from './model/repository.ts';
import { type GitHubState, repositoryNamed } from './model/state.ts';
import type { Grant } from './model/token.ts';
import { createOidcIssuer, ISSUER, type OidcIssuer } from './oidc/issuer.ts';
import { OIDC_REQUEST_PATH, serveOidc } from './oidc/serve-oidc.ts';
import { delayMergeRefs } from './pull-requests/delay-merge-refs.ts';
import { setDraft } from './pull-requests/draft.ts';
import { addFork, addRepository, addUser, appAccount, repositoryHandle } from './repositories.ts';
import { createFaults, type Faults } from './rest/faults.ts';
import { createRateLimiter, type RateLimiter } from './rest/rate-limit.ts';
import { serveRest } from './rest/serve-rest.ts';
import { artifactFileUrl } from './routes/artifacts.ts';
import { pullRequestNumbered } from './routes/pulls.ts';
import { approveRuns } from './runs/approve-runs.ts';
import { rerun } from './runs/find-run.ts';
import { pendingEnvironments, reviewDeployments } from './runs/review-deployments.ts';

/** Ids of objects start here, far from the ids callers choose. */
const FIRST_ID = 3_000_000_001;

/**
 * Starts GitHub on loopback.
 * @param options.folder an existing scratch folder for bare repositories; the caller removes it after `close`
 * @param options.clock virtual time for everything people see a date of; tokens always live in real time
 * @param options.journal where calls are written; default: one that nobody reads
 * @throws Error when the machine's Git is too old
 */
export async function startGitHub(options: {
  folder: string;
  clock?: { now(): Date };
  journal?: Journal;
}): Promise<GitHubSandbox> {
  await requireGitVersion();
  const state = createState(options.folder, options.clock ?? { now: realNow });
  const issuer = await createOidcIssuer(state);
  const rest = {
    ...{ state, limiter: createRateLimiter(), faults: createFaults() },
    journal: options.journal ?? createJournal(),
  };
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
    ...runControls(state),
    ...pages(state),
    injectFault: (fault) => rest.faults.add(fault),
  };
}

function createState(folder: string, clock: { now(): Date }): GitHubState {
  let lastId = FIRST_ID;
  let passed = 0;
  const state: GitHubState = {
    folder,
    serverUrl: '',
    apiUrl: '',
    now: () => new Date(clock.now().getTime() + passed),
    passTime(milliseconds) {
      passed += milliseconds;
    },
    nextId: () => lastId++,
    events: createEventBus(),
    accounts: new Map([[ACTIONS_BOT.login, ACTIONS_BOT]]),
    repositories: new Map(),
    tokens: new Map(),
    wakeQueues(repository) {
      if (repository.mergeQueue.length === 0) return;
      state.events.track(repository.exclusive(() => advanceQueues(state, repository)));
    },
    runControls: new Set(),
  };
  return state;
}

async function serve(
  rest: { state: GitHubState; limiter: RateLimiter; faults: Faults; journal: Journal },
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
): Part<
  'createRepository' | 'repository' | 'createFork' | 'createUser' | 'createJobToken' | 'createAppToken' | 'revokeToken'
> {
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
    createAppToken: ({ repository, app, permissions }) => {
      const account = appAccount(state, app);
      return newToken('ghs', {
        kind: 'app',
        account,
        app,
        repository: repositoryNamed(state, repository),
        permissions,
      });
    },
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
  | 'rulesets'
  | 'actionsPolicies'
> {
  const named = (fullName: string) => repositoryNamed(state, fullName);
  return {
    recordCheckRun: (repository, input) => recordCheckRun(state, named(repository), input),
    addAnnotations: (repository, id, annotations) => addAnnotations(named(repository), id, annotations),
    checkRuns: (repository, sha) => [...named(repository).checkRuns.values()].filter((each) => each.headSha === sha),
    recordWorkflowRun(repository, run) {
      const { workflowRuns, workflowRunAttempts } = named(repository);
      workflowRuns.set(run.id, { ...run });
      workflowRunAttempts.set(`${run.id}/${run.runAttempt}`, { ...run });
    },
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
    rulesets: (repository) => named(repository).rulesets,
    actionsPolicies: (repository) => named(repository).actionsPolicies,
  };
}

function runControls(
  state: GitHubState,
): Part<'now' | 'passTime' | 'attachRunner' | 'approveRuns' | 'reviewDeployments' | 'rerun'> {
  const named = (fullName: string) => repositoryNamed(state, fullName);
  return {
    now: () => state.now(),
    passTime(milliseconds) {
      state.passTime(milliseconds);
      for (const control of state.runControls) control.timePassed();
      for (const repository of state.repositories.values()) state.wakeQueues(repository);
    },
    attachRunner(control) {
      state.runControls.add(control);
      return () => state.runControls.delete(control);
    },
    approveRuns: (repository, number) => approveRuns(state, named(repository), number),
    reviewDeployments(repository, { by, comment = '', ...review }) {
      const account = personNamed(state, by);
      const environments = review.environments ?? [
        ...pendingEnvironments(state, named(repository), review.runId).keys(),
      ];
      reviewDeployments(state, named(repository), { ...review, environments, by: account, comment });
    },
    rerun(repository, { runId, failedOnly = false, by }) {
      const account = personNamed(state, by);
      rerun(state, named(repository), { runId, failedOnly, by: { login: account.login, id: account.id } });
    },
  };
}

/** What people do on a repository's pages that the REST API has no operation for. */
function pages(
  state: GitHubState,
): Part<'enqueue' | 'mergeQueue' | 'setDraft' | 'delayMergeRefs' | 'schedule' | 'refusalOfEvent'> {
  const named = (fullName: string) => repositoryNamed(state, fullName);
  const change = async (repository: string, work: (repository: Repository) => Promise<void>): Promise<void> => {
    const target = named(repository);
    const done = target.exclusive(() => work(target));
    state.events.track(done.catch(() => undefined));
    await done;
  };
  return {
    enqueue: (repository, { number, by }) =>
      change(repository, (target) => enqueuePullRequest(state, target, number, personNamed(state, by))),
    mergeQueue: (repository) =>
      named(repository).mergeQueue.map(({ issue, group }) => ({
        number: issue.number,
        baseRef: issue.pullRequest.baseRef,
        headRef: group?.ref,
        headSha: group?.headSha,
      })),
    setDraft: (repository, { number, draft, by }) =>
      change(repository, (target) => {
        const actor = { account: personNamed(state, by), causedByJobToken: false };
        return setDraft(state, target, pullRequestNumbered(target, number), draft, actor);
      }),
    delayMergeRefs: (repository, delayed) => change(repository, (target) => delayMergeRefs(target, delayed)),
    schedule: (repository, cron) => emitSchedule(state, named(repository), cron),
    refusalOfEvent: (repository, workflow, event) => refusalOfEvent(named(repository), workflow, event),
  };
}

function personNamed(state: GitHubState, login: string): Account {
  const account = state.accounts.get(login.toLowerCase());
  if (account === undefined) throw new Error(`The sandbox's GitHub has no user ${login}.`);
  return account;
}

function savedArtifact({ id, runId, name, zip, createdAt }: StoredArtifact): SavedArtifact {
  return { id, runId, name, sizeInBytes: zip.length, createdAt };
}
