import type { AwsWorld } from '../../world.ts';
import { alreadyExists, iam, noSuchEntity, type OidcProvider, violated } from './iam-state.ts';

/**
 * One provider for each URL (API_CreateOpenIDConnectProvider.html).
 * @param settings.url with `https://`
 * @throws AwsError EntityAlreadyExists, ValidationError
 */
export function createOidcProvider(
  world: AwsWorld,
  settings: { url: string; clientIds: string[]; thumbprints: string[]; tags: Record<string, string> },
): OidcProvider {
  if (!/^https:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(settings.url)) {
    throw violated(settings.url, 'url', 'Invalid Open ID Connect Provider URL');
  }
  const url = settings.url.slice('https://'.length).replace(/\/$/, '');
  const arn = `arn:aws:iam::${world.accountId}:oidc-provider/${url}`;
  const { oidcProviders } = iam(world);
  if (oidcProviders.has(arn)) throw alreadyExists(`Provider with url https://${url} already exists.`);
  const { clientIds, thumbprints, tags } = settings;
  const provider: OidcProvider = { arn, url, clientIds, thumbprints, tags, createdAt: world.clock.now() };
  oidcProviders.set(arn, provider);
  return provider;
}

/** @throws AwsError NoSuchEntity */
export function findOidcProvider(world: AwsWorld, arn: string | undefined): OidcProvider {
  const provider = iam(world).oidcProviders.get(arn ?? '');
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

/** The provider for a token's issuer, e.g. `https://token.actions.githubusercontent.com`. */
export const oidcProviderOf = (world: AwsWorld, issuer: string): OidcProvider | undefined =>
  [...iam(world).oidcProviders.values()].find(({ url }) => `https://${url}` === issuer.replace(/\/$/, ''));
