import type { GitHubSandbox } from '../../github/github-sandbox.ts';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import type { Value } from '../expressions/value.ts';
import type { PendingReviews } from '../job/pending-reviews.ts';
import type { ProgressListener } from '../records.ts';
import type { Workflow } from '../workflow/workflow-file.ts';
import type { KeptJobs } from './kept-jobs.ts';

/** Asks whether a job may deploy to an environment with required reviewers. */
export type ApprovalRequest = {
  environment: string;
  /** Logins, any one of whom can approve. */
  reviewers: readonly string[];
  preventSelfReview: boolean;
  /** Who started the run. */
  actor: string;
  runId: number;
  job: string;
};

export type RunnerOptions = {
  github: RunnerGitHub;
  /**
   * The bare repository of `owner/name`, from which workflow files are read; undefined when its workflows are off, as
   * they are in a new fork.
   */
  gitFolder: (repository: string) => string | undefined;
  /** Scratch folder for work trees, temporary files and caches; is created. */
  folder: string;
  /** Path of the Node 24 program that runs JavaScript actions. */
  nodeProgram: string;
  /** Variables every step gets, e.g. AWS_ENDPOINT_URL. */
  environment?: Readonly<Record<string, string>>;
  /** Called for everything that happens, as it happens. */
  onProgress?: ProgressListener;
  /**
   * Decides for environments with required reviewers at once; without it such jobs wait until somebody reviews them
   * through GitHub (`reviewDeployments`, or `POST …/pending_deployments`).
   */
  approve?: (request: ApprovalRequest) => boolean | Promise<boolean>;
  /** Real milliseconds in a minute of `timeout-minutes`, > 0; default 60,000. */
  timeoutMinute?: number;
  /** Jobs at the same time, ≥ 1; default 4. */
  concurrentJobs?: number;
};

/** One run of a workflow: what its jobs share. */
export type RunSession = {
  readonly options: RunnerOptions;
  readonly workflow: Workflow;
  readonly event: WorkflowEvent;
  /** The commit the workflow file was read from. */
  readonly workflowCommit: string;
  readonly id: number;
  readonly number: number;
  /** Of the run, whatever the attempt. */
  readonly createdAt: Date;
  /** Counts from 1. */
  readonly attempt: number;
  /** Who started this attempt. */
  readonly triggeringActor: WorkflowEvent['actor'];
  /** What this attempt takes over from the one before. */
  readonly kept: KeptJobs;
  /** Jobs that wait for environments. */
  readonly reviews: PendingReviews;
  readonly inputs: { readonly [name: string]: Value };
  /** The commit that checks are shown on. */
  readonly headSha: string;
  readonly report: ProgressListener;
};

/** What the runner needs of the sandbox's GitHub: events in; tokens, checks, runs and artifacts out. */
type RunnerGitHub = Pick<
  GitHubSandbox,
  | 'serverUrl'
  | 'apiUrl'
  | 'onEvent'
  | 'settle'
  | 'now'
  | 'attachRunner'
  | 'refusalOfEvent'
  | 'createJobToken'
  | 'revokeToken'
  | 'openOidcRequest'
  | 'recordCheckRun'
  | 'addAnnotations'
  | 'recordWorkflowRun'
  | 'saveArtifact'
  | 'listArtifacts'
  | 'readArtifact'
  | 'environments'
  | 'variables'
  | 'secrets'
>;
