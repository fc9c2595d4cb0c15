import type { Exclusive } from '../git/exclusive.ts';
import type { Account } from './account.ts';
import type { ActionsPolicy } from './actions-policy.ts';
import type { StoredArtifact } from './artifact.ts';
import type { CheckRun } from './check-run.ts';
import type { Environment } from './environment.ts';
import type { Issue, Label } from './issue.ts';
import type { QueueEntry } from './merge-queue.ts';
import type { Ruleset } from './ruleset.ts';
import type { WorkflowRun } from './workflow-run.ts';

/**
 * The plan of the owner, as far as it decides what a private repository has. Public ones have everything
 * (docs.github.com/en/get-started/learning-about-github/githubs-plans): `free` no rulesets and no protection rules of
 * environments; `team` (and Pro) both, but no reviewers and no waiting time; `enterprise` all.
 */
export type Tier = 'free' | 'team' | 'enterprise';

/** Everything the sandbox keeps of one repository; the Git objects are in `gitFolder`. */
export type Repository = {
  id: number;
  owner: Account;
  name: string;
  /** `owner/name` */
  fullName: string;
  private: boolean;
  tier: Tier;
  parent: Repository | undefined;
  defaultBranch: string;
  createdAt: Date;
  pushedAt: Date;
  gitFolder: string;
  /** Runs one change of the Git repository at a time. */
  exclusive: Exclusive;
  actionsMayCreatePullRequests: boolean;
  /** False: the organization forbids its repositories to turn `actionsMayCreatePullRequests` on. */
  ownerMayOpenPullRequests: boolean;
  defaultWorkflowPermissions: 'read' | 'write';
  /** By number; issues and pull requests share their numbers. */
  issues: Map<number, Issue>;
  /** While true, `refs/pull/N/merge` of open pull requests is not brought up to date. */
  delaysMergeRefs: boolean;
  /** Pull requests in merge queues, in order. */
  mergeQueue: QueueEntry[];
  /** By lower-case name: labels differ by more than case. */
  labels: Map<string, Label>;
  checkRuns: Map<number, CheckRun>;
  /** Check suite id by commit. */
  checkSuites: Map<string, number>;
  /** By id: the newest attempt. */
  workflowRuns: Map<number, WorkflowRun>;
  /** By `id/attempt`. */
  workflowRunAttempts: Map<string, WorkflowRun>;
  /** Oldest first. */
  deploymentReviews: DeploymentReview[];
  /** Workflow id by file name. */
  workflowIds: Map<string, number>;
  artifacts: Map<number, StoredArtifact>;
  environments: Map<string, Environment>;
  /** Id by environment name. */
  environmentIds: Map<string, number>;
  variables: Map<string, string>;
  secrets: Map<string, string>;
  /** Of the repository and those of its organization that apply to it, by id. */
  rulesets: Map<number, Ruleset>;
  /** Of the repository and those of its organization and enterprise that apply to it, by id. */
  actionsPolicies: Map<number, ActionsPolicy>;
};

/** Somebody's decision on a job that waited for an environment (`GET …/actions/runs/{run_id}/approvals`). */
type DeploymentReview = {
  runId: number;
  environments: string[];
  state: 'approved' | 'rejected';
  by: Account;
  comment: string;
};
