import { posix } from 'node:path';
import type { Scope, ScopeFunctions } from '../expressions/expression.ts';
import { toValue, type Value } from '../expressions/value.ts';
import type { RunSession } from '../run/run-session.ts';
import { payloadNumber, payloadValue } from '../workflow/event-payload.ts';
import type { JobSession, StepResult } from './job-session.ts';

/**
 * The `github` context of a run, before any job
 * (docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context).
 */
function githubContext(run: RunSession): Record<string, Value> {
  const { event, workflow } = run;
  const { serverUrl, apiUrl } = run.options.github;
  const [owner = ''] = event.repository.split('/');
  return {
    actor: event.actor.login,
    actor_id: String(event.actor.id),
    api_url: apiUrl,
    base_ref: event.baseRef ?? '',
    event: toValue(event.payload),
    event_name: event.name,
    graphql_url: `${apiUrl}/graphql`,
    head_ref: event.headRef ?? '',
    ref: event.ref,
    ref_name: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_protected: false,
    ref_type: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: event.repository,
    repository_id: payloadNumber(event.payload, 'repository', 'id'),
    repository_owner: owner,
    repository_owner_id: payloadNumber(event.payload, 'repository', 'owner', 'id'),
    repository_visibility: payloadValue(event.payload, 'repository', 'private') === true ? 'private' : 'public',
    repositoryUrl: `${serverUrl.replace(/^https?:/, 'git:')}/${event.repository}.git`,
    retention_days: '90',
    run_attempt: String(run.attempt),
    run_id: String(run.id),
    run_number: String(run.number),
    secret_source: 'Actions',
    server_url: serverUrl,
    sha: event.sha,
    triggering_actor: run.triggeringActor.login,
    workflow: workflow.name,
    workflow_ref: workflowRef(run),
    workflow_sha: run.workflowCommit,
  };
}

/** `owner/name/.github/workflows/deploy.yml@refs/heads/main` */
export function workflowRef(run: RunSession): string {
  return `${run.event.repository}/${run.workflow.path}@${run.event.ref}`;
}

/** What a workflow's own settings can see: `name`, `concurrency`, `env`, and jobs before they start. */
export function runScope(run: RunSession, variables: Readonly<Record<string, string>>): Scope {
  return { contexts: { github: githubContext(run), inputs: run.inputs, vars: variables } };
}

/** What a step adds to what its job can see. */
export type StepView = {
  contextName: string;
  /** `env` context: of the job, and of the step once computed. */
  env: Readonly<Record<string, string>>;
  steps: ReadonlyMap<string, StepResult>;
  /** Inputs of the composite action the step is in; undefined: the run's. */
  inputs?: Readonly<Record<string, Value>> | undefined;
  /** Folder of the composite action the step is in. */
  actionPath?: string | undefined;
  functions?: ScopeFunctions;
};

/** Everything a step's settings can see. */
export function stepScope(session: JobSession, view: StepView): Scope {
  return {
    contexts: {
      github: { ...jobGithubContext(session), action: view.contextName, action_path: view.actionPath ?? null },
      env: view.env,
      vars: session.variables,
      job: { status: session.status },
      steps: toValue(Object.fromEntries(view.steps)),
      runner: runnerContext(session),
      secrets: session.secrets,
      strategy: session.strategy,
      matrix: session.matrix,
      needs: session.needs,
      inputs: view.inputs ?? session.run.inputs,
    },
    functions: view.functions ?? {},
  };
}

/** `github` inside a job: with its token and folders. */
export function jobGithubContext(session: JobSession): Record<string, Value> {
  return {
    ...githubContext(session.run),
    event_path: session.folders.eventFile,
    job: session.definition.id,
    token: session.token,
    workspace: session.folders.workspace,
  };
}

/** `runner`; its variables are RUNNER_ and the name in capitals. */
export function runnerContext(session: JobSession): Record<string, string> {
  return {
    arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
    environment: 'github-hosted',
    name: 'GitHub Actions 1',
    os: 'Linux',
    temp: session.folders.temp,
    tool_cache: session.folders.toolCache,
    workspace: posix.dirname(session.folders.workspace),
  };
}
