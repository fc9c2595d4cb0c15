import { askGitHub, type GitHubConnection } from './connection.ts';

/** The workflow file that plans pull requests; it is started by its name. */
const planWorkflow = 'plan.yml';

/** What to plan: a pull request, or a deployment as the tip of the default branch declares it. */
export type PlanRequest = { pullRequest: number } | { deployment: string };

/**
 * Has something planned by the workflow of the default branch. What a workflow does with its own token starts no other
 * one, but for this (docs.github.com/en/actions, "Triggering a workflow", workflow_dispatch).
 */
export async function startPlan(
  { octokit, owner, repo }: GitHubConnection,
  request: PlanRequest,
  defaultBranch: string,
): Promise<void> {
  const isPull = 'pullRequest' in request;
  await askGitHub(`start the plan of ${isPull ? `#${request.pullRequest}` : request.deployment}`, () =>
    octokit.rest.actions.createWorkflowDispatch({
      ...{ owner, repo, workflow_id: planWorkflow, ref: defaultBranch },
      inputs: isPull ? { 'pull-request': String(request.pullRequest) } : { deployment: request.deployment },
    }),
  );
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
