import { askGitHub, type GitHubConnection } from './connection.ts';

/** Whether somebody has to approve jobs of an environment; false for one that does not exist. */
export async function requiredReviewersOf(
  { octokit, owner, repo }: GitHubConnection,
  environment: string,
): Promise<boolean> {
  return await askGitHub(`read the environment ${environment}`, async () => {
    try {
      const { data } = await octokit.rest.repos.getEnvironment({ owner, repo, environment_name: environment });
      return (data.protection_rules ?? []).some(
        (rule) => rule.type === 'required_reviewers' && 'reviewers' in rule && (rule.reviewers ?? []).length > 0,
      );
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return false;
      throw error;
    }
  });
}
