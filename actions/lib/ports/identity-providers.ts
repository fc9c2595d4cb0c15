/** An OpenID Connect provider of an account. */
export type IdentityProvider = {
  arn: string;
  /** What tokens may be meant for, e.g. `sts.amazonaws.com`. */
  audiences: string[];
};

/** What the bootstrap asks of AWS IAM. */
export type IdentityProviders = {
  /** @param arn undefined is answered when the account has no such provider */
  find(arn: string): Promise<IdentityProvider | undefined>;
};
