import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { SessionCredentials } from './client-settings.ts';

/**
 * Credentials of the shell, found as the AWS CLI finds them: variables, profile, single sign-on, instance role.
 * @returns a function that gives them, fresh when they expire; it throws when there are none
 */
export function shellCredentials(): () => Promise<SessionCredentials> {
  return defaultProvider();
}
