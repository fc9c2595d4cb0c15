import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The part of a request that `git http-backend` cannot know by itself. */
export type GitHttpBackendRequest = {
  /** The folder that holds bare repositories; `pathInfo` is looked up below it. */
  projectRoot: string;
  /** Path below `projectRoot` with a leading slash: `/owner/name.git/info/refs`. */
  pathInfo: string;
  /** Who is signed in. Git refuses pushes from nobody (git-http-backend: "SERVICES"). */
  remoteUser: string | undefined;
  /** The request's body when it was read already. */
  body?: Buffer;
  /** More variables for the process and for the repository's hooks. */
  env?: Readonly<Record<string, string>>;
};

/** Ends the CGI header block (RFC 3875 §6); Git writes CRLF. */
const HEADER_END = Buffer.from('\r\n\r\n');
const MAXIMUM_HEADER_BYTES = 65_536;

/**
 * Serves one request of Git's smart HTTP protocol by running `git http-backend` as a CGI program. Bodies are streamed
 * both ways; a gzip request body is unpacked by Git itself (`HTTP_CONTENT_ENCODING`). Authentication and the choice of
 * the repository are the caller's. See git-scm.com/docs/git-http-backend.
 * @returns when the response is complete
 * @throws Error when the program cannot be started, or fails before it has written a response header
 */
export function serveGitHttpBackend(
  request: IncomingMessage,
  response: ServerResponse,
  options: GitHttpBackendRequest,
): Promise<void> {
  const child = spawn('git', ['http-backend'], { env: cgiEnvironment(request, options), stdio: 'pipe' });
  if (options.body === undefined) request.pipe(child.stdin);
  else child.stdin.end(options.body);
  // Git may answer before it has read the whole body (a refused push); the broken pipe is then no error.
  child.stdin.on('error', () => request.resume());
  response.on('close', () => {
    if (!response.writableFinished) child.kill();
  });
  return relayCgiResponse(child, response);
}

function relayCgiResponse(child: ChildProcessWithoutNullStreams, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    let errors = '';
    const readHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(HEADER_END);
      if (end === -1 && head.length <= MAXIMUM_HEADER_BYTES) return;
      child.stdout.off('data', readHead);
      if (end === -1) {
        child.kill();
        reject(new Error('git http-backend wrote no end of its header.'));
        return;
      }
      writeCgiHead(response, head.subarray(0, end).toString('latin1'));
      response.write(head.subarray(end + HEADER_END.length));
      child.stdout.pipe(response);
    };
    child.stdout.on('data', readHead);
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4_000);
    });
    child.on('error', reject);
    response.on('close', resolve);
    child.on('close', (code) => {
      if (!response.headersSent) reject(new Error(`git http-backend ended with ${code}: ${errors.trim()}`));
    });
  });
}

/** CGI's header lines become HTTP's; `Status: 404 Not Found` becomes the status (RFC 3875 §6.3.3). */
function writeCgiHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon === -1) continue;
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}

/** The meta-variables of RFC 3875 §4.1 that git-http-backend reads. */
function cgiEnvironment(request: IncomingMessage, options: GitHttpBackendRequest): NodeJS.ProcessEnv {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const optional = {
    CONTENT_TYPE: request.headers['content-type'],
    CONTENT_LENGTH: request.headers['content-length'],
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
    GIT_PROTOCOL: headerText(request.headers['git-protocol']),
    REMOTE_USER: options.remoteUser,
  };
  return {
    PATH: process.env['PATH'],
    HOME: options.projectRoot,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_PROJECT_ROOT: options.projectRoot,
    GIT_HTTP_EXPORT_ALL: '1',
    GATEWAY_INTERFACE: 'CGI/1.1',
    REQUEST_METHOD: request.method ?? 'GET',
    QUERY_STRING: url.search.slice(1),
    PATH_INFO: options.pathInfo,
    REMOTE_ADDR: request.socket.remoteAddress ?? '127.0.0.1',
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...options.env,
  };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
