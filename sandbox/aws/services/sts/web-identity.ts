import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { AwsError } from '../../service.ts';
import { credentialStore } from '../../signature/credential-store.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';
import { oidcProviderOf } from '../iam/oidc-providers.ts';

/** Fetches an issuer's public keys, as AWS does over HTTPS from its discovery document. */
export type IssuerKeys = () => Promise<JSONWebKeySet>;

/** The OIDC issuers that exist in the world, by URL, e.g. `https://token.actions.githubusercontent.com`. */
export const oidcIssuers: StateKey<Map<string, IssuerKeys>> = { id: 'oidc-issuers', create: () => new Map() };

/** A token that was verified. */
export type WebIdentity = {
  providerArn: string;
  /** Provider URL without `https://`: the prefix of its condition keys. */
  provider: string;
  subject: string;
  audience: string;
  claims: JWTPayload;
};

/** RS256 and its kin (IAM userguide, id_roles_providers_create_oidc.html, "Prerequisites"). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

const invalid = (message: string): AwsError => new AwsError('InvalidIdentityToken', message);

/**
 * Checks an OIDC token against the account's identity providers and the issuer's keys
 * (API_AssumeRoleWithWebIdentity.html, "Errors").
 * @throws AwsError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError
 */
export async function verifyWebIdentity(world: AwsWorld, token: string): Promise<WebIdentity> {
  const issuer = unverifiedIssuer(token);
  const provider = oidcProviderOf(world, issuer);
  if (!provider) throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
  const keys = await issuerKeys(world, issuer);
  const claims = await verifyToken(world, token, keys);
  const { sub, aud, azp } = claims;
  if (typeof sub !== 'string' || claims.iat === undefined || claims.exp === undefined) {
    throw invalid('The ID Token provided must have the claims sub, iat and exp.');
  }
  const audiences = [aud].flat().filter((each) => each !== undefined);
  if (!audiences.some((each) => provider.clientIds.includes(each))) throw invalid('Incorrect token audience');
  return {
    providerArn: provider.arn,
    provider: provider.url,
    subject: sub,
    audience: typeof azp === 'string' ? azp : (audiences[0] ?? ''),
    claims,
  };
}

function unverifiedIssuer(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === 'string') return iss;
  } catch (error) {
    if (!(error instanceof errors.JWTInvalid)) throw error;
  }
  throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
}

async function issuerKeys(world: AwsWorld, issuer: string): Promise<JSONWebKeySet> {
  const fetchKeys = world.state(oidcIssuers, GLOBAL).get(issuer);
  const unreachable =
    "Couldn't retrieve verification key from your identity provider, please reference " +
    'AssumeRoleWithWebIdentity documentation for requirements';
  if (!fetchKeys) throw invalid(unreachable);
  try {
    return await fetchKeys();
  } catch {
    throw new AwsError('IDPCommunicationError', unreachable);
  }
}

async function verifyToken(world: AwsWorld, token: string, keys: JSONWebKeySet): Promise<JWTPayload> {
  const now = world.state(credentialStore, GLOBAL).now();
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { algorithms: ALGORITHMS, currentDate: now });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const [current, expires] = [Math.floor(now.getTime() / 1000), error.payload.exp];
      throw new AwsError(
        'ExpiredTokenException',
        `Token expired: current date/time ${current} must be before the expiration date/time ${expires}`,
      );
    }
    if (error instanceof errors.JOSEError) throw invalid(`The token could not be verified: ${error.message}`);
    throw error;
  }
}
