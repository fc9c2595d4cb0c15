import { askGitHub, createOnce, type GitHubConnection } from './connection.ts';

/** What a check says about a commit. */
export type Check = {
  name: string;
  /** The commit it is about. */
  head: string;
  conclusion: 'success' | 'failure' | 'neutral';
  title: string;
  /** Markdown, at most 65,535 characters. */
  summary: string;
  /** Where details are. */
  url: string;
};

/**
 * Reports a check on a pull request's head; a run that was started by hand, or with the default branch's commit, would
 * otherwise be seen nowhere on it. For people and rulesets: no deployment is decided from it.
 */
export async function reportCheck(github: GitHubConnection, check: Check): Promise<void> {
  const { octokit, owner, repo } = github;
  const { name, head, conclusion, title, summary, url } = check;
  await askGitHub(`report the check ${name}`, () =>
    createOnce<unknown>(github, {
      // The run's own address tells its check from those of other runs on the same commit.
      find: async () => {
        const { data } = await octokit.rest.checks.listForRef({
          owner,
          repo,
          ref: head,
          check_name: name,
          per_page: 100,
        });
        return data.check_runs.find((found) => found.details_url === url && found.conclusion === conclusion);
      },
      create: () =>
        octokit.rest.checks.create({
          ...{ owner, repo, name, head_sha: head, status: 'completed', conclusion, details_url: url },
          output: { title, summary: summary.slice(0, 65_535) },
        }),
    }),
  );
}
