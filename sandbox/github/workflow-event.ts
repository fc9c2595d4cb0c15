/** Events of a repository that can start workflows, as the sandbox's GitHub emits them and the runner takes them. */
export type WorkflowEvent = {
  name:
    | 'push'
    | 'pull_request'
    | 'pull_request_target'
    | 'issues'
    | 'workflow_dispatch'
    | 'repository_dispatch'
    | 'schedule'
    | 'merge_group';
  /** Activity type: `opened`, `synchronize`, `labeled`, `closed` … */
  action?: string;
  /** The webhook payload, as in `GITHUB_EVENT_PATH`. */
  payload: Record<string, unknown>;
  /** `owner/name` */
  repository: string;
  /** `GITHUB_REF`, `GITHUB_SHA`: the merge commit for `pull_request`, the default branch for `pull_request_target`. */
  ref: string;
  sha: string;
  headRef?: string;
  baseRef?: string;
  actor: { login: string; id: number };
  /**
   * True when the change was made with a job's own GITHUB_TOKEN. GitHub starts no workflow for it, except for
   * workflow_dispatch and repository_dispatch
   * (docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow).
   */
  causedByJobToken: boolean;
};

/** Scopes of `permissions:` in a workflow, e.g. `{contents: 'read', 'id-token': 'write'}`. */
export type JobPermissions = Readonly<Record<string, 'read' | 'write' | 'none'>>;

/** What a running job's OIDC token says about it. */
export type JobIdentity = {
  repository: string;
  event: WorkflowEvent;
  /** File under `.github/workflows/`, e.g. `deploy.yml`. */
  workflowFile: string;
  workflowName: string;
  /** `GITHUB_WORKFLOW_REF`: `owner/name/.github/workflows/deploy.yml@refs/heads/main`. */
  workflowRef: string;
  environment: string | undefined;
  runId: number;
  runNumber: number;
  runAttempt: number;
  /** The job's check run, for the claim `check_run_id`. */
  checkRunId?: number;
};
