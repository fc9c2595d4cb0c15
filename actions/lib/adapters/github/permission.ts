import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

/**
 * Whether somebody may push to the repository now. GitHub maps the roles to `admin` (admin), `write` (write, maintain), `read`
 * (read, triage) and `none` (docs.github.com/en/rest/collaborators, "Get repository permissions for a user"); organization
 * membership alone gives nothing, and what events call `author_association` is no permission.
 * @param login of a person; an app, and who is not known, has none
 */
export async function mayWrite({ octokit, owner, repo }: GitHubConnection, login: string): Promise<boolean> {
  return await askGitHub(`look up what ${login} may do in the repository`, async () => {
    try {
      const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel({ owner, repo, username: login });
      return data.permission === 'admin' || data.permission === 'write';
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return false;
      throw error;
    }
  });
}

/**
 * The same connection, that knows whose token it has: comments and pull requests of that login are its own. A job's token
 * belongs to no user, which GitHub answers with 403 (docs.github.com/en/rest/users/users, "Get the authenticated user").
 * @throws Failure when GitHub cannot be asked
 */
export async function signedIn(github: GitHubConnection): Promise<GitHubConnection> {
  try {
    const { data } = await askGitHub('ask whose token this is', () => github.octokit.rest.users.getAuthenticated());
    return { ...github, login: data.login };
  } catch (error) {
    if (error instanceof Failure && error.code === 'GitHub403') return github;
    throw error;
  }
}
