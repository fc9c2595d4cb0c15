import { askGitHub, createOnce, type GitHubConnection } from './connection.ts';

/** The workflow file that plans pull requests; it is started by its name. */
const planWorkflow = 'plan.yml';

/** What to plan: a pull request, or a deployment as the tip of the default branch declares it. */
export type PlanRequest = { pullRequest: number } | { deployment: string };

/**
 * Has something planned by the workflow of the default branch. What a workflow does with its own token starts no other
 * one, but for this (docs.github.com/en/actions, "Triggering a workflow", workflow_dispatch). When GitHub fails, the runs that it
 * lists tell whether it started one all the same: the workflow's `run-name` says of what.
 */
export async function startPlan(github: GitHubConnection, request: PlanRequest, defaultBranch: string): Promise<void> {
  const { octokit, owner, repo } = github;
  const isPull = 'pullRequest' in request;
  const title = isPull ? `plan of #${request.pullRequest}` : `plan of ${request.deployment} at the tip`;
  await askGitHub(`start the ${title}`, async () => {
    const runs = async (): Promise<number[]> => {
      const { data } = await octokit.rest.actions.listWorkflowRuns({
        ...{ owner, repo, workflow_id: planWorkflow, event: 'workflow_dispatch', per_page: 100 },
      });
      return data.workflow_runs.filter((run) => run.display_title === title).map(({ id }) => id);
    };
    const before = new Set(await runs());
    await createOnce<unknown>(github, {
      find: async () => (await runs()).find((id) => !before.has(id)),
      create: () =>
        octokit.rest.actions.createWorkflowDispatch({
          ...{ owner, repo, workflow_id: planWorkflow, ref: defaultBranch },
          inputs: isPull ? { 'pull-request': String(request.pullRequest) } : { deployment: request.deployment },
        }),
    });
  });
}

/** Open pull requests against the default branch that can be planned: no drafts, and none from forks. */
export async function plannablePullRequests(
  { octokit, owner, repo }: GitHubConnection,
  defaultBranch: string,
): Promise<number[]> {
  const pulls = await askGitHub('list the open pull requests', () =>
    octokit.paginate(octokit.rest.pulls.list, { owner, repo, state: 'open', base: defaultBranch, per_page: 100 }),
  );
  return pulls
    .filter(({ draft, head }) => draft !== true && head.repo?.full_name === `${owner}/${repo}`)
    .map(({ number }) => number)
    .sort((a, b) => a - b);
}
