import type { IncomingMessage, ServerResponse } from 'node:http';
import { tokenOf } from '../rest/authenticate.ts';
import { type OidcIssuer, openIdConfiguration } from './issuer.ts';

/** Where a job asks for its tokens; `ACTIONS_ID_TOKEN_REQUEST_URL` has this path. */
export const OIDC_REQUEST_PATH = '/_oidc/idtoken';

const CLAIMS = [
  ...['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'ref', 'sha', 'repository', 'repository_id'],
  ...[
    'repository_owner',
    'repository_owner_id',
    'repository_visibility',
    'run_id',
    'run_number',
    'run_attempt',
    'check_run_id',
  ],
  ...['actor', 'actor_id', 'workflow', 'workflow_ref', 'workflow_sha', 'head_ref', 'base_ref', 'event_name'],
  ...['ref_type', 'ref_protected', 'environment', 'job_workflow_ref', 'job_workflow_sha', 'runner_environment'],
];

/**
 * Serves the issuer's metadata, its keys, and tokens for jobs: `GET …?api-version=2.0&audience=…` with the job's bearer
 * token (docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token).
 */
export async function serveOidc(
  serverUrl: string,
  issuer: OidcIssuer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', serverUrl);
  if (url.pathname === '/_oidc/.well-known/openid-configuration') {
    return sendJson(response, 200, openIdConfiguration(serverUrl, CLAIMS));
  }
  if (url.pathname === '/_oidc/.well-known/jwks') return sendJson(response, 200, issuer.keys);
  if (url.pathname !== OIDC_REQUEST_PATH) return sendJson(response, 404, { message: `Not Found: ${url.pathname}` });
  const job = issuer.jobOf(tokenOf(request.headers.authorization) ?? '');
  if (job === undefined) return sendJson(response, 401, { message: 'The OIDC request token is not valid.' });
  if (url.searchParams.get('api-version') !== '2.0') {
    return sendJson(response, 400, { message: 'api-version must be 2.0' });
  }
  const audience = url.searchParams.get('audience') ?? undefined;
  const value = await issuer.issue(job, audience);
  sendJson(response, 200, { count: value.length, value });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
