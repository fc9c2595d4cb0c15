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
