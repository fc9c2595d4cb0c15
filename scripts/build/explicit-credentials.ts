/**
 * What the bundles use in place of `@aws-sdk/credential-provider-node`. An action always passes the credentials it got
 * for its role through OIDC; looking for others (files, instance metadata, single sign-on) would only hide a mistake,
 * and costs 100 kB.
 */
export function defaultProvider(): () => Promise<never> {
  return async () => {
    throw new Error('An AWS client was created without credentials. Actions must pass those of the assumed role.');
  };
}
