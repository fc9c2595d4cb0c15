import { delimiter } from 'node:path';
import { jobGithubContext, runnerContext } from '../job/contexts.ts';
import type { JobSession } from '../job/job-session.ts';

/** Names of the `github` context that are variables too (github.com/actions/runner, GitHubContext.cs). */
const GITHUB_VARIABLES = [
  'actor',
  'actor_id',
  'api_url',
  'base_ref',
  'event_name',
  'event_path',
  'graphql_url',
  'head_ref',
  'job',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'retention_days',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace',
];

/** What is particular to one process of a step. */
export type StepVariables = {
  contextName: string;
  /** `env` of workflow, job, enclosing action and step, computed. */
  env: Readonly<Record<string, string>>;
  /** INPUT_…, STATE_… and the files of GITHUB_OUTPUT and its like. */
  own: Readonly<Record<string, string>>;
  actionPath?: string | undefined;
};

/**
 * The complete environment of a step's process: nothing of the machine but PATH and LANG. Later wins: the sandbox's
 * variables, `env`, the step's own, then what GitHub always sets
 * (docs.github.com/en/actions/reference/workflows-and-actions/variables#default-environment-variables).
 * The job's token is not in it: a step gets it only through an expression.
 */
export function stepEnvironment(session: JobSession, variables: StepVariables): Record<string, string> {
  const merged: Record<string, string> = {
    LANG: 'C.UTF-8',
    HOME: session.folders.home,
    PATH: process.env['PATH'] ?? '',
    CI: 'true',
    ...session.run.options.environment,
    ...variables.env,
    ...variables.own,
    ...defaultVariables(session, variables),
  };
  return { ...merged, PATH: [...session.path, merged['PATH']].filter(Boolean).join(delimiter) };
}

function defaultVariables(session: JobSession, variables: StepVariables): Record<string, string> {
  const context = jobGithubContext(session);
  const github = GITHUB_VARIABLES.map((name) => [`GITHUB_${name.toUpperCase()}`, String(context[name] ?? '')]);
  const runner = Object.entries(runnerContext(session)).map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value]);
  const { oidc } = session;
  return {
    ...Object.fromEntries(github),
    ...Object.fromEntries(runner),
    GITHUB_ACTION: variables.contextName,
    GITHUB_ACTIONS: 'true',
    ...(variables.actionPath === undefined ? {} : { GITHUB_ACTION_PATH: variables.actionPath }),
    ...(oidc ? { ACTIONS_ID_TOKEN_REQUEST_URL: oidc.url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: oidc.token } : {}),
    RUNNER_TRACKING_ID: session.trackingId,
  };
}
