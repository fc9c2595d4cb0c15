import { readCommit } from '../git/commits.ts';
import { objectType } from '../git/refs.ts';
import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { WorkflowRun } from '../model/workflow-run.ts';
import { simpleUser } from './account.ts';
import { presentMinimalPullRequest, pullRequestsOfHead } from './check-run.ts';
import { apiDate } from './date.ts';
import { nodeId } from './node-id.ts';
import { presentRepository, repositoryUrl, repositoryWebUrl } from './repository.ts';

/** `workflow-run` of GitHub's description. */
export async function presentWorkflowRun(
  state: GitHubState,
  repository: Repository,
  run: WorkflowRun,
): Promise<Record<string, unknown>> {
  const actor = simpleUser(state, accountOfActor(state, run.event.actor));
  return {
    id: run.id,
    node_id: nodeId('WFR', run.id),
    name: run.name,
    display_title: run.title,
    path: `.github/workflows/${run.workflowFile}`,
    workflow_id: workflowIdOf(state, repository, run.workflowFile),
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    event: run.event.name,
    status: run.status,
    conclusion: run.conclusion ?? null,
    head_branch: run.headBranch ?? null,
    head_sha: run.headSha,
    head_commit: await headCommit(repository, run.headSha),
    head_repository: presentRepository(state, repository),
    repository: presentRepository(state, repository),
    pull_requests: pullRequestsOfHead(repository, run.headSha).map((issue) =>
      presentMinimalPullRequest(state, repository, issue),
    ),
    actor,
    triggering_actor: simpleUser(state, accountOfActor(state, run.triggeringActor)),
    created_at: apiDate(run.createdAt),
    run_started_at: apiDate(run.startedAt),
    updated_at: apiDate(run.updatedAt),
    check_suite_id: repository.checkSuites.get(run.headSha) ?? 0,
    ...runLinks(state, repository, run),
  };
}

function runLinks(state: GitHubState, repository: Repository, run: WorkflowRun): Record<string, unknown> {
  const api = repositoryUrl(state, repository);
  const url = `${api}/actions/runs/${run.id}`;
  return {
    url,
    html_url: `${repositoryWebUrl(state, repository)}/actions/runs/${run.id}`,
    workflow_url: `${api}/actions/workflows/${workflowIdOf(state, repository, run.workflowFile)}`,
    check_suite_url: `${api}/check-suites/${repository.checkSuites.get(run.headSha) ?? 0}`,
    previous_attempt_url: run.runAttempt > 1 ? `${url}/attempts/${run.runAttempt - 1}` : null,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
  };
}

/** The id of a workflow file, given to it when it is first asked for. */
export function workflowIdOf(state: GitHubState, repository: Repository, file: string): number {
  const id = repository.workflowIds.get(file) ?? state.nextId();
  repository.workflowIds.set(file, id);
  return id;
}

function accountOfActor(state: GitHubState, actor: WorkflowRun['event']['actor']): Account {
  const known = state.accounts.get(actor.login.toLowerCase());
  return known ?? { ...actor, type: 'Bot', name: undefined, email: '', permission: 'read' };
}

async function headCommit(repository: Repository, sha: string): Promise<Record<string, unknown> | null> {
  if ((await objectType(repository.gitFolder, sha)) !== 'commit') return null;
  const commit = await readCommit(repository.gitFolder, sha);
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: apiDate(commit.committer.date),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
