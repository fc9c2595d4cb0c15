import type { JSONWebKeySet } from 'jose';
import type { ActionsPolicy } from './model/actions-policy.ts';
import type { AppIdentity } from './model/app.ts';
import type { CheckAnnotation, CheckRun, CheckRunInput } from './model/check-run.ts';
import type { Environment } from './model/environment.ts';
import type { Tier } from './model/repository.ts';
import type { Ruleset } from './model/ruleset.ts';
import type { RunControl } from './model/run-control.ts';
import type { WorkflowRun } from './model/workflow-run.ts';
import type { Fault } from './rest/faults.ts';
import type { JobIdentity, JobPermissions, WorkflowEvent } from './workflow-event.ts';

export type { ActionsPolicy } from './model/actions-policy.ts';
export type { AppIdentity } from './model/app.ts';
export type { CheckAnnotation, CheckRun, CheckRunInput } from './model/check-run.ts';
export type { Environment, EnvironmentProtection } from './model/environment.ts';
export type { Tier } from './model/repository.ts';
export type { Ruleset } from './model/ruleset.ts';
export type { RunControl } from './model/run-control.ts';
export type { WorkflowRun } from './model/workflow-run.ts';
export type { Fault } from './rest/faults.ts';

/** A person with a personal access token. */
export type NewUser = {
  login: string;
  id: number;
  name?: string;
  email?: string;
  /** What the person may do in every repository of the sandbox; default `write`. */
  permission?: 'read' | 'write' | 'admin';
  /** Whether the person owns the organizations, and so sees their plan; default: an administrator does. */
  ownsOrganizations?: boolean;
};

export type NewRepository = {
  owner: string;
  ownerId: number;
  /** Default `Organization`. */
  ownerType?: 'Organization' | 'User';
  name: string;
  /** Default: the next free id. */
  id?: number;
  /** Decides the form of the OIDC subject; default: now. */
  createdAt?: Date;
  /** A folder whose files become the first commit of the default branch, without an event; none: an empty repository. */
  seed?: { folder: string; message: string; author: { name: string; email: string } };
  /** Default `main`. */
  defaultBranch?: string;
  /** Default false. */
  private?: boolean;
  /**
   * The repository setting "Allow GitHub Actions to create and approve pull requests"; off in a new repository, as on
   * GitHub. It can also be set by `PUT /repos/{owner}/{repo}/actions/permissions/workflow`.
   */
  actionsMayCreatePullRequests?: boolean;
  /** The owner's plan, one for all its repositories; default `enterprise`: everything there is, private or not. */
  tier?: Tier;
  /** Default true; false: the organization does not let its repositories turn `actionsMayCreatePullRequests` on (409). */
  ownerMayOpenPullRequests?: boolean;
};

/** What a caller needs to know of a repository it created. `fullName` (`owner/name`) names it everywhere else. */
export type RepositoryHandle = {
  id: number;
  fullName: string;
  cloneUrl: string;
  defaultBranch: string;
  /** The bare repository on disk; to look at, not to write into: writes there make no events. */
  gitFolder: string;
};

export type SavedArtifact = { id: number; runId: number; name: string; sizeInBytes: number; createdAt: Date };

/** A job's access to its OIDC tokens: `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
export type OidcRequestAccess = { url: string; token: string; close(): void };

/** Called for every event that could start workflows, in order. Failures reach whoever calls `settle` or `close`. */
export type EventListener = (event: WorkflowEvent) => void | Promise<void>;

/**
 * GitHub on loopback: REST API, Git over HTTP, OIDC issuer, and what the runner shares with them.
 * `repository` is always `owner/name`; every function that takes it throws an Error when there is none of that name.
 */
export type GitHubSandbox = {
  /** `GITHUB_SERVER_URL`, e.g. `http://127.0.0.1:40123` */
  readonly serverUrl: string;
  /** `GITHUB_API_URL` */
  readonly apiUrl: string;
  /** The `iss` of every OIDC token, as of github.com. */
  readonly issuer: 'https://token.actions.githubusercontent.com';
  /** The public keys that OIDC tokens are signed with. */
  jwks(): JSONWebKeySet;

  createRepository(input: NewRepository): Promise<RepositoryHandle>;
  /** A repository that exists already. */
  repository(fullName: string): RepositoryHandle;
  /** A copy of `repository` that belongs to the user `owner`, for pull requests from forks. */
  createFork(input: { repository: string; owner: string }): Promise<RepositoryHandle>;
  /** @returns the user's personal access token, `ghp_…` */
  createUser(input: NewUser): string;
  /** A `GITHUB_TOKEN` (`ghs_…`) that can do what `permissions` says, in this repository only. Revoke it with the job. */
  createJobToken(input: { repository: string; permissions: JobPermissions; event: WorkflowEvent }): string;
  /**
   * A token of another GitHub App installed in the repository, `ghs_…` like a job's. Unlike a job's, what it does starts
   * workflows; it acts as `slug[bot]`, and makes check runs of its own app. `administration`, `workflows` and other scopes
   * that a job cannot have can be among the permissions.
   */
  createAppToken(input: {
    repository: string;
    app: AppIdentity;
    permissions: Readonly<Record<string, 'read' | 'write' | 'none'>>;
  }): string;
  /** The token is refused with 401 from now on. Unknown tokens are left alone. */
  revokeToken(token: string): void;

  /** @param audience the `aud` claim; undefined: the URL of the repository's owner, as on GitHub */
  issueOidcToken(identity: JobIdentity, audience?: string): Promise<string>;
  openOidcRequest(identity: JobIdentity): OidcRequestAccess;

  /** @returns a function that ends the subscription */
  onEvent(listener: EventListener): () => void;
  /** What "Run workflow" or the clock does: gives the event to the listeners. */
  emit(event: WorkflowEvent): void;
  /** Resolves when all pushes are processed and all listeners have returned; rejects with the first failure. */
  settle(): Promise<void>;

  /** Creates the check run when `id` is absent, else changes what is given. */
  recordCheckRun(repository: string, checkRun: CheckRunInput): CheckRun;
  addAnnotations(repository: string, checkRunId: number, annotations: readonly CheckAnnotation[]): void;
  checkRuns(repository: string, headSha: string): CheckRun[];

  /** Virtual time: the clock given at the start, plus what was let pass. */
  now(): Date;
  /**
   * Moves virtual time forward: artifacts expire, approvals that nobody gave in 30 days fail, runs get too old to be run
   * again. Tokens live in real time.
   */
  passTime(milliseconds: number): void;
  /** Registers the runner that runs this GitHub's workflows. @returns a function that takes it out again */
  attachRunner(control: RunControl): () => void;
  /**
   * "Merge when ready" where the base branch has a `merge_queue` rule: the pull request gets a group commit on
   * `gh-readonly-queue/…`, `merge_group` is emitted, and once the required checks of the group have passed the base branch
   * moves by one push for all entries merged together.
   * @throws ApiError 405 with GitHub's reason when it may not be queued
   */
  enqueue(repository: string, request: { number: number; by: string }): Promise<void>;
  /** "Ready for review" and "Convert to draft": emits `ready_for_review` or `converted_to_draft`. */
  setDraft(repository: string, request: { number: number; draft: boolean; by: string }): Promise<void>;
  /**
   * While true, `refs/pull/N/merge` of open pull requests keeps its old parents when base or head move, and `mergeable` is
   * null, as while GitHub's background job has not come that far. False brings all up to date.
   */
  delayMergeRefs(repository: string, delayed: boolean): Promise<void>;
  /** What the clock does for workflows with this `cron`: emits `schedule` on the default branch. */
  schedule(repository: string, cron: string): Promise<void>;
  /**
   * What GitHub writes on a run that no Actions policy allows: `pull_request_target` in a public repository without a
   * policy of its own, an event that a policy does not list. Undefined: the event may start the workflow.
   * @param workflow path, e.g. `.github/workflows/plan.yml`
   */
  refusalOfEvent(repository: string, workflow: string, event: string): string | undefined;
  /** The pull requests in merge queues, first to be merged first; without a head while not built. */
  mergeQueue(
    repository: string,
  ): { number: number; baseRef: string; headRef: string | undefined; headSha: string | undefined }[];
  /**
   * "Approve workflows to run" on the page of a pull request that a job opened or pushed to: its runs for the present
   * head start. @returns their ids; empty when none waits
   */
  approveRuns(repository: string, pullRequest: number): number[];
  /**
   * Approves or rejects jobs that wait for environments, as a reviewer does on the run's page.
   * @param review.environments default: all that jobs of the run wait for
   * @throws ApiError 422 when none waits or the person may not decide
   */
  reviewDeployments(
    repository: string,
    review: {
      runId: number;
      environments?: readonly string[];
      state: 'approved' | 'rejected';
      /** Login of a required reviewer. */
      by: string;
      comment?: string;
    },
  ): void;
  /**
   * "Re-run all jobs" or "Re-run failed jobs": another attempt of the run, with its commit, ref and payload.
   * @throws ApiError 403 when the run has not ended, is older than 30 days, or was run 50 times
   */
  rerun(repository: string, request: { runId: number; failedOnly?: boolean; by: string }): void;

  /** Creates or replaces the run with this id; `GET /repos/{owner}/{repo}/actions/runs` shows it. */
  recordWorkflowRun(repository: string, run: WorkflowRun): void;
  workflowRuns(repository: string): WorkflowRun[];

  /**
   * Keeps all files of a folder, or the given files (path with `/` -> content), as an artifact of the run. A second
   * artifact of the same name in the same run is an Error, as for actions/upload-artifact.
   */
  saveArtifact(
    repository: string,
    artifact: { runId: number; name: string; content: { folder: string } | { files: ReadonlyMap<string, Uint8Array> } },
  ): Promise<SavedArtifact>;
  listArtifacts(repository: string, runId: number): SavedArtifact[];
  /** The files of an artifact by path. */
  readArtifact(repository: string, artifactId: number): ReadonlyMap<string, Uint8Array>;

  /** Live maps: what is set here is what the REST API lists and what jobs get. */
  environments(repository: string): Map<string, Environment>;
  variables(repository: string): Map<string, string>;
  secrets(repository: string): Map<string, string>;
  /** By id. What an organization or enterprise sets for the repository stands here too, with its source. */
  rulesets(repository: string): Map<number, Ruleset>;
  actionsPolicies(repository: string): Map<number, ActionsPolicy>;

  /** Makes the next requests for an operation fail, e.g. `{operation: 'pulls/create', status: 502, message: 'Bad gateway'}`. */
  injectFault(fault: Fault): void;

  /** Stops serving and waits for listeners; rejects like `settle`. */
  close(): Promise<void>;
};
