import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

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
