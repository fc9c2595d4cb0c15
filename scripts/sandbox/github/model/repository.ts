import type { Exclusive } from '../git/exclusive.ts';
import type { Account } from './account.ts';
import type { StoredArtifact } from './artifact.ts';
import type { CheckRun } from './check-run.ts';
import type { Environment } from './environment.ts';
import type { Issue, Label } from './issue.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** Everything the sandbox keeps of one repository; the Git objects are in `gitFolder`. */
export type Repository = {
  id: number;
  owner: Account;
  name: string;
  /** `owner/name` */
  fullName: string;
  private: boolean;
  parent: Repository | undefined;
  defaultBranch: string;
  createdAt: Date;
  pushedAt: Date;
  gitFolder: string;
  /** Runs one change of the Git repository at a time. */
  exclusive: Exclusive;
  actionsMayCreatePullRequests: boolean;
  defaultWorkflowPermissions: 'read' | 'write';
  /** By number; issues and pull requests share their numbers. */
  issues: Map<number, Issue>;
  /** By lower-case name: labels differ by more than case. */
  labels: Map<string, Label>;
  checkRuns: Map<number, CheckRun>;
  /** Check suite id by commit. */
  checkSuites: Map<string, number>;
  workflowRuns: Map<number, WorkflowRun>;
  /** Workflow id by file name. */
  workflowIds: Map<string, number>;
  artifacts: Map<number, StoredArtifact>;
  environments: Map<string, Environment>;
  /** Id by environment name. */
  environmentIds: Map<string, number>;
  variables: Map<string, string>;
  secrets: Map<string, string>;
};
