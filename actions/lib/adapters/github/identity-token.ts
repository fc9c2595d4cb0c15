import * as core from '@actions/core';
import { Failure } from '../../failure.ts';

/**
 * The job's OIDC token.
 * @param audience the `aud` claim, for AWS `sts.amazonaws.com`
 * @throws Failure `NoIdentityToken` when the job may not have one
 */
export async function identityToken(audience: string): Promise<string> {
  try {
    return await core.getIDToken(audience);
  } catch (cause) {
    throw new Failure({
      code: 'NoIdentityToken',
      source: 'github',
      message: 'GitHub gave this job no OIDC token.',
      hint: 'The job needs `permissions: id-token: write`; pull requests from forks never get one.',
      cause,
    });
  }
}
