/** The address of the mirror's own commits; a domain that never exists (RFC 2606). */
export const mirrorEmail = 'deployments@opensarlab.invalid';

/**
 * Who makes the commits of the mirror, and when: nothing of the machine or the moment may get into their ids.
 * @param seconds since 1970, UTC
 */
export function fixedIdentity(seconds: number): Record<string, string> {
  const name = 'OpenSARlab deployments';
  const date = `@${seconds} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: mirrorEmail,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: mirrorEmail,
    GIT_COMMITTER_DATE: date,
  };
}
