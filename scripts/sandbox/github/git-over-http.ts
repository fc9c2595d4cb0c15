import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { serveGitHttpBackend } from '../git-http-backend.ts';
import { actorOf } from './events/actor.ts';
import type { RefUpdate } from './events/push-event.ts';
import { listRefs, NO_COMMIT } from './git/refs.ts';
import type { Repository } from './model/repository.ts';
import type { GitHubState } from './model/state.ts';
import type { Grant } from './model/token.ts';
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
  const before = await listRefs(repository.gitFolder, ['refs/heads/', 'refs/tags/']);
  await runBackend(repository, request, response, 'git-receive-pack', grant);
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
): Promise<void> {
  const projectRoot = dirname(repository.gitFolder);
  return serveGitHttpBackend(request, response, {
    projectRoot,
    pathInfo: join('/', repository.gitFolder.slice(projectRoot.length), service),
    remoteUser: grant?.account.login,
    env: { SANDBOX_MAY_CHANGE_WORKFLOWS: grant?.kind === 'job' ? 'no' : 'yes' },
  });
}

function mayRead(repository: Repository, grant: Grant | undefined): boolean {
  if (!repository.private) return true;
  if (grant?.kind !== 'job') return grant !== undefined;
  return grant.repository === repository && ['read', 'write'].includes(grant.permissions['contents'] ?? 'none');
}

function mayPush(repository: Repository, grant: Grant): boolean {
  if (grant.kind === 'job') return grant.repository === repository && grant.permissions['contents'] === 'write';
  return grant.account.id === repository.owner.id || grant.account.permission !== 'read';
}

function askForToken(response: ServerResponse, message: string): void {
  response.setHeader('www-authenticate', 'Basic realm="GitHub"');
  refuse(response, 401, message);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
