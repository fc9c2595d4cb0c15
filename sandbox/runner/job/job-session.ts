import type { JobPermissions } from '../../github/workflow-event.ts';
import type { Value } from '../expressions/value.ts';
import type { Annotation } from '../records.ts';
import type { RunSession } from '../run/run-session.ts';
import type { StepRecorder } from '../step/step-recorder.ts';
import type { JobDefinition } from '../workflow/workflow-file.ts';
import type { JobCancellation } from './cancellation.ts';
import type { SecretMasker } from './secret-masker.ts';

/** The folders of one job; all below one scratch folder, which goes when the job ends. */
export type JobFolders = {
  root: string;
  /** `GITHUB_WORKSPACE` */
  workspace: string;
  /** `RUNNER_TEMP` */
  temp: string;
  /** `HOME`, empty at the start */
  home: string;
  /** `RUNNER_TOOL_CACHE` */
  toolCache: string;
  /** Files of GITHUB_OUTPUT and its like. */
  commandFiles: string;
  /** `GITHUB_EVENT_PATH` */
  eventFile: string;
};

export type JobStatus = 'success' | 'failure' | 'cancelled';

/** One step in the `steps` context. */
export type StepResult = {
  outputs: Readonly<Record<string, string>>;
  outcome: 'success' | 'failure' | 'cancelled' | 'skipped';
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped';
};

/** A clean-up step an action asked for; they run after all steps, the last one first. */
export type PostStep = {
  name: string;
  /** Expression; `always()` when the action gives none. */
  condition: string;
  contextName: string;
  run(activity: PostActivity): Promise<'success' | 'failure'>;
};

/** What a clean-up step gets to work with. */
export type PostActivity = { recorder: StepRecorder; signal: AbortSignal; summaries: string[] };

/** A running job: what its steps share and change. */
export type JobSession = {
  readonly run: RunSession;
  readonly definition: JobDefinition;
  /** As GitHub shows it. */
  readonly name: string;
  readonly matrix: { readonly [key: string]: Value };
  readonly strategy: { readonly [key: string]: Value };
  readonly needs: { readonly [key: string]: Value };
  readonly environment: { name: string; url: string } | undefined;
  readonly permissions: JobPermissions;
  /** GITHUB_TOKEN of the job. */
  readonly token: string;
  /** Present only with the permission `id-token: write`. */
  readonly oidc: { url: string; token: string } | undefined;
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly folders: JobFolders;
  readonly masker: SecretMasker;
  /** Marks every process of the job, so that what is left of them can be found (`RUNNER_TRACKING_ID`). */
  readonly trackingId: string;
  /** `env` of workflow and job, then what steps add through GITHUB_ENV. */
  readonly env: Map<string, string>;
  /** Folders to put in front of PATH, the most recent first. */
  readonly path: string[];
  readonly steps: Map<string, StepResult>;
  readonly postSteps: PostStep[];
  /** What went wrong outside of any step. */
  readonly annotations: Annotation[];
  readonly cancellation: JobCancellation;
  status: JobStatus;
};
