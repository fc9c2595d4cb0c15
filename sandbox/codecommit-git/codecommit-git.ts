import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { type Authorize, AwsError } from '../aws/service.ts';
import { listReferences } from '../aws/services/codecommit/bare-repository.ts';
import { codecommitService } from '../aws/services/codecommit/codecommit-service.ts';
import {
  type CodeCommitRepository,
  codecommitEndpoint,
  codecommitState,
  repositoryPath,
} from '../aws/services/codecommit/codecommit-state.ts';
import { publishReferenceChanges } from '../aws/services/codecommit/repository-state-change.ts';
import { credentialStore } from '../aws/signature/credential-store.ts';
import { type AwsWorld, GLOBAL } from '../aws/world.ts';
import { realNow } from '../clock.ts';
import { serveGitHttpBackend } from '../git-http-backend.ts';
import { type GitCredential, isCurrent, isSignedBy, parseGitCredential } from './git-credential.ts';

/**
 * Finds the secret key of an access key.
 * @param sessionToken what the client sent; undefined for long-lived keys
 * @returns the secret, or why the credentials are refused: unknown key, wrong or expired session token
 */
export type GitKeyLookup = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => { secretAccessKey: string } | { refused: string };

export type CodeCommitGit = {
  /** `http://127.0.0.1:PORT`; clone URLs are `URL/v1/repos/NAME`. */
  url: string;
  close(): Promise<void>;
};

/** `/v1/repos/NAME` and what Git asks for below it (gitprotocol-http). */
const ROUTE = /^\/v1\/repos\/([\w.-]+)(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

/**
 * Serves CodeCommit's Git endpoint on loopback for the repositories of all regions: Git's smart HTTP protocol behind
 * signed credentials. GetRepository's `cloneUrlHttp` points here from then on. A push publishes one EventBridge event
 * for each branch and tag it changed, before the next push to the same repository begins.
 *
 * In AWS the region is part of the host name. Here one host serves all regions, so the region is the one whose
 * signature fits.
 */
export async function startCodeCommitGit(options: {
  world: AwsWorld;
  credentials: GitKeyLookup;
  /** Whether a principal may pull or push, as IAM's actions `codecommit:GitPull` and `codecommit:GitPush`; default yes. */
  authorize?: Authorize;
  /** Real time, which signatures are made with. Default: the machine's clock. */
  now?: () => Date;
}): Promise<CodeCommitGit> {
  const endpoint = { ...options, now: options.now ?? realNow, pushes: new Map<string, Promise<void>>() };
  const server = createServer((request, response) => {
    answer(endpoint, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  options.world.state(codecommitEndpoint, GLOBAL).url = url;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        options.world.state(codecommitEndpoint, GLOBAL).url = undefined;
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Endpoint = {
  world: AwsWorld;
  credentials: GitKeyLookup;
  authorize?: Authorize;
  now: () => Date;
  /** The last push to each repository folder; the next one waits for it. */
  pushes: Map<string, Promise<void>>;
};

async function answer(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = ROUTE.exec(new URL(request.url ?? '/', 'http://codecommit').pathname);
  if (!route?.[1] || !route[2]) return refuse(response, 404, 'Not found.');
  const [, name, operation] = route;
  if (request.headers.authorization === undefined) {
    response.setHeader('www-authenticate', 'Basic realm="CodeCommit"');
    return refuse(response, 401, 'Unauthorized');
  }
  const identity = authenticate(endpoint, request, name);
  if ('refused' in identity) return refuse(response, 403, identity.refused);
  const denial = denialOf(endpoint, identity, isPush(request, operation) ? 'GitPush' : 'GitPull', name);
  if (denial !== undefined) return refuse(response, 403, denial);
  const repository = endpoint.world.state(codecommitState, identity.region).get(name);
  if (!repository) return refuse(response, 404, `repository ${name} does not exist`);
  const serve = (): Promise<void> =>
    serveGitHttpBackend(request, response, {
      projectRoot: dirname(repository.folder),
      pathInfo: `/${name}${operation}`,
      remoteUser: identity.accessKeyId,
    });
  if (operation !== '/git-receive-pack') return serve();
  return inTurn(endpoint, repository, () => servePush(endpoint.world, repository, serve));
}

/** CodeCommit answers 403 to whatever is wrong with the credentials (codecommit userguide, troubleshooting-ch.html). */
function authenticate(
  endpoint: Endpoint,
  request: IncomingMessage,
  name: string,
): { accessKeyId: string; region: string } | { refused: string } {
  const credential = parseGitCredential(request.headers.authorization);
  if (!credential) return { refused: 'The credentials have not the form of a signed CodeCommit credential.' };
  if (!isCurrent(credential, endpoint.now())) return { refused: 'The signature has expired.' };
  const key = endpoint.credentials(credential.accessKeyId, credential.sessionToken);
  if ('refused' in key) return key;
  const region = signedRegion(endpoint.world, credential, key.secretAccessKey, {
    host: request.headers.host ?? '',
    path: repositoryPath(name),
  });
  return region === undefined
    ? { refused: 'The signature does not match.' }
    : { accessKeyId: credential.accessKeyId, region };
}

/** A push begins with a listing of references for `git-receive-pack` (gitprotocol-http). */
const isPush = (request: IncomingMessage, operation: string): boolean =>
  operation === '/git-receive-pack' ||
  new URL(request.url ?? '/', 'http://codecommit').searchParams.get('service') === 'git-receive-pack';

/** Why the principal behind the key may not do it; undefined when it may. */
function denialOf(
  endpoint: Endpoint,
  { accessKeyId, region }: { accessKeyId: string; region: string },
  operation: 'GitPull' | 'GitPush',
  repositoryName: string,
): string | undefined {
  const principal = endpoint.world.state(credentialStore, GLOBAL).keys.get(accessKeyId)?.principal;
  if (!principal || !endpoint.authorize) return undefined;
  try {
    const context = { world: endpoint.world, region, principal, requestId: randomUUID() };
    endpoint.authorize(codecommitService, { operation, input: { repositoryName }, context });
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

function signedRegion(
  world: AwsWorld,
  credential: GitCredential,
  secretAccessKey: string,
  signed: { host: string; path: string },
): string | undefined {
  const { regions } = world.state(codecommitEndpoint, GLOBAL);
  return [...regions].find((region) => isSignedBy(credential, secretAccessKey, { ...signed, region }));
}

/** Pushes to one repository run one after the other, so that each sees exactly its own changes of references. */
function inTurn(endpoint: Endpoint, repository: CodeCommitRepository, push: () => Promise<void>): Promise<void> {
  const previous = endpoint.pushes.get(repository.folder) ?? Promise.resolve();
  const turn = previous.then(push, push);
  endpoint.pushes.set(repository.folder, turn);
  endpoint.world.background(turn.catch(() => undefined)); // the failure goes to the client, through `answer`
  return turn;
}

async function servePush(world: AwsWorld, repository: CodeCommitRepository, serve: () => Promise<void>): Promise<void> {
  const before = await listReferences(repository.folder);
  await serve();
  await publishReferenceChanges(world, repository, before, await listReferences(repository.folder));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
