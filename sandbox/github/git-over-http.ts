import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { serveGitHttpBackend } from '../git-http-backend.ts';
import { actorOf } from './events/actor.ts';
import type { RefUpdate } from './events/push-event.ts';
import { listRefs, NO_COMMIT } from './git/refs.ts';
import type { Repository } from './model/repository.ts';
import type { GitHubState } from './model/state.ts';
import { type Grant, isInstallation, mayChangeWorkflows } from './model/token.ts';
import { pushProblems, type WantedUpdate } from './pull-requests/push-rules.ts';
import { processRefUpdates } from './pull-requests/ref-updates.ts';
import { tokenOf } from './rest/authenticate.ts';

/** `/owner/name[.git]/info/refs`, `…/git-upload-pack`, `…/git-receive-pack` */
const GIT_PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Whether the path belongs to Git's smart HTTP protocol. */
export function isGitRequest(pathname: string): boolean {
  return GIT_PATH.test(pathname);
}

/**
 * Serves clones, fetches and pushes (git-scm.com/docs/http-protocol). Anybody reads a public repository; everything else
 * needs a token as the password of basic authentication. A push becomes push events.
 */
export async function serveGit(
  state: GitHubState,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, owner, name, service = ''] = GIT_PATH.exec(url.pathname) ?? [];
  const pushing = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const repository = state.repositories.get(`${owner}/${name}`.toLowerCase());
  const token = tokenOf(request.headers.authorization);
  const grant = token === undefined ? undefined : state.tokens.get(token);
  if (token !== undefined && grant === undefined) return askForToken(response, 'Invalid username or token.');
  if (repository === undefined || !mayRead(repository, grant)) {
    return grant === undefined
      ? askForToken(response, 'Authentication required.')
      : refuse(response, 404, 'Repository not found.');
  }
  if (!pushing) return runBackend(repository, request, response, service, grant);
  if (grant === undefined) return askForToken(response, 'Authentication required.');
  if (!mayPush(repository, grant)) {
    return refuse(response, 403, `Permission to ${repository.fullName}.git denied to ${grant.account.login}.`);
  }
  if (service !== 'git-receive-pack') return runBackend(repository, request, response, service, grant);
  const push = repository.exclusive(() => receivePush(state, repository, request, response, grant));
  state.events.track(push);
  await push;
}

async function receivePush(
  state: GitHubState,
  repository: Repository,
  request: IncomingMessage,
  response: ServerResponse,
  grant: Grant,
): Promise<void> {
  const body = await readBody(request);
  const rules = wantedUpdates(body).flatMap((update) =>
    pushProblems(repository, grant, update).map(({ when, sentence }) => `${update.ref}\t${when}\t${sentence}`),
  );
  const before = await listRefs(repository.gitFolder, ['refs/heads/', 'refs/tags/']);
  await runBackend(repository, request, response, 'git-receive-pack', grant, { body, rules });
  const after = await listRefs(repository.gitFolder, ['refs/heads/', 'refs/tags/']);
  const updates: RefUpdate[] = [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? NO_COMMIT, after: after.get(ref) ?? NO_COMMIT }))
    .filter((update) => update.before !== update.after);
  await processRefUpdates(state, repository, updates, actorOf(grant));
}

function runBackend(
  repository: Repository,
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
  grant: Grant | undefined,
  push?: { body: Buffer; rules: readonly string[] },
): Promise<void> {
  const projectRoot = dirname(repository.gitFolder);
  return serveGitHttpBackend(request, response, {
    projectRoot,
    pathInfo: join('/', repository.gitFolder.slice(projectRoot.length), service),
    remoteUser: grant?.account.login,
    ...(push === undefined ? {} : { body: push.body }),
    env: {
      SANDBOX_RULES: push?.rules.join('\n') ?? '',
      SANDBOX_MAY_CHANGE_WORKFLOWS: mayChangeWorkflows(grant) ? 'yes' : 'no',
    },
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/**
 * The ref updates a push asks for: pkt-lines `before after ref` until a flush packet, the first with capabilities after a
 * NUL (git-scm.com/docs/gitprotocol-pack, "Reference Update Request").
 */
function wantedUpdates(body: Buffer): WantedUpdate[] {
  const updates: WantedUpdate[] = [];
  for (let at = 0; at + 4 <= body.length; ) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16);
    if (!(length >= 4)) break;
    const [line = ''] = body.toString('utf8', at + 4, at + length).split('\0');
    const [, before, after, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+?)\n?$/.exec(line) ?? [];
    if (before !== undefined && after !== undefined && ref !== undefined) updates.push({ ref, before, after });
    at += length;
  }
  return updates;
}

function mayRead(repository: Repository, grant: Grant | undefined): boolean {
  if (!repository.private) return true;
  if (!isInstallation(grant)) return grant !== undefined;
  return grant.repository === repository && ['read', 'write'].includes(grant.permissions['contents'] ?? 'none');
}

function mayPush(repository: Repository, grant: Grant): boolean {
  if (isInstallation(grant)) return grant.repository === repository && grant.permissions['contents'] === 'write';
  return grant.account.id === repository.owner.id || grant.account.permission !== 'read';
}

function askForToken(response: ServerResponse, message: string): void {
  response.setHeader('www-authenticate', 'Basic realm="GitHub"');
  refuse(response, 401, message);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
