import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { realNow } from '../../clock.ts';
import { type GitHubState, repositoryNamed } from '../model/state.ts';
import type { JobIdentity } from '../workflow-event.ts';
import { jobClaims } from './claims.ts';

export const ISSUER = 'https://token.actions.githubusercontent.com';

/** Tokens live this long; GitHub's are valid from ten minutes before they are issued (`nbf`). */
const LIFETIME_SECONDS = 300;
const NOT_BEFORE_SECONDS = 600;

/** Signs OIDC tokens for jobs, in real time, because verifiers read the real clock. */
export type OidcIssuer = {
  readonly keys: JSONWebKeySet;
  /** @param audience undefined: the URL of the repository's owner */
  issue(identity: JobIdentity, audience?: string): Promise<string>;
  /** Opens the request endpoint for one job. @returns the bearer token and a function that ends its use */
  open(identity: JobIdentity): { token: string; close(): void };
  /** The job a bearer token of the request endpoint belongs to. */
  jobOf(bearer: string): JobIdentity | undefined;
};

export async function createOidcIssuer(state: GitHubState): Promise<OidcIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = randomUUID();
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  const jobs = new Map<string, JobIdentity>();
  return {
    keys,
    issue(identity, audience) {
      const repository = repositoryNamed(state, identity.repository);
      const now = Math.floor(realNow().getTime() / 1000);
      return new SignJWT(jobClaims(repository, identity))
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuer(ISSUER)
        .setAudience(audience ?? `${state.serverUrl}/${repository.owner.login}`)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setNotBefore(now - NOT_BEFORE_SECONDS)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(privateKey);
    },
    open(identity) {
      repositoryNamed(state, identity.repository);
      const token = randomBytes(32).toString('base64url');
      jobs.set(token, identity);
      return { token, close: () => void jobs.delete(token) };
    },
    jobOf: (bearer) => jobs.get(bearer),
  };
}

/** The provider's metadata, with the keys' place on this server (openid.net/specs/openid-connect-discovery-1_0.html §3). */
export function openIdConfiguration(serverUrl: string, claims: readonly string[]): Record<string, unknown> {
  return {
    issuer: ISSUER,
    jwks_uri: `${serverUrl}/_oidc/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    claims_supported: [...claims],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}
