import { getOctokit } from '@actions/github';
import { Failure } from '../failure.ts';

/** An authenticated client bound to one repository. */
export type GitHubConnection = {
  octokit: ReturnType<typeof getOctokit>;
  owner: string;
  repo: string;
};

/**
 * @param token the job's GITHUB_TOKEN or a person's token
 * @param repository `owner/name`
 * @param apiUrl default: GITHUB_API_URL, else github.com's
 * @throws Failure `GitHubToken` without a token, `GitHubRepository` for a malformed name
 */
export function connectGitHub(token: string, repository: string, apiUrl?: string): GitHubConnection {
  const [owner, repo, ...rest] = repository.split('/');
  if (!owner || !repo || rest.length > 0) {
    throw new Failure({
      code: 'GitHubRepository',
      source: 'user',
      message: `${JSON.stringify(repository)} is not a repository name.`,
      hint: 'Give it as owner/name.',
    });
  }
  if (token === '') {
    throw new Failure({
      code: 'GitHubToken',
      source: 'user',
      message: 'There is no GitHub token.',
      hint: 'Pass the job’s token as the input `github-token`, or set GITHUB_TOKEN.',
    });
  }
  return { octokit: getOctokit(token, apiUrl === undefined ? {} : { baseUrl: apiUrl }), owner, repo };
}

/**
 * Runs one request and turns GitHub's refusals into one clear sentence.
 * @param what what was being done, for the sentence: `read the pull request`
 */
export async function askGitHub<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    const status = cause instanceof Error && 'status' in cause ? Number(cause.status) : undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({
      code: status === undefined ? 'GitHubUnreachable' : `GitHub${status}`,
      source: 'github',
      message: `GitHub refused to ${what}: ${reason}`,
      ...(status === 403 ? { hint: 'The job lacks a permission; compare `permissions:` of the workflow.' } : {}),
      cause,
    });
  }
}
