import type { IncomingMessage } from 'node:http';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import { ApiError } from './api-error.ts';

/**
 * Finds out whose token a request carries: `Authorization: token …`, `Bearer …` or `Basic` with the token as password,
 * as Git sends it.
 * @returns undefined for a request without credentials
 * @throws ApiError 401 for a token that is not known or was revoked
 */
export function authenticate(state: GitHubState, request: IncomingMessage): Grant | undefined {
  const token = tokenOf(request.headers.authorization);
  if (token === undefined) return undefined;
  const grant = state.tokens.get(token);
  if (grant === undefined) throw new ApiError(401, 'Bad credentials');
  return grant;
}

/** The token in an `Authorization` header; an empty text when the header has another form. */
export function tokenOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme = '', value = ''] = header.trim().split(/\s+/);
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return '';
  const [user = '', ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return password.join(':') || user;
}
