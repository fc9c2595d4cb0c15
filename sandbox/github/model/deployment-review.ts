import type { Account } from './account.ts';

/** Somebody's decision on a job that waited for an environment (`GET …/actions/runs/{run_id}/approvals`). */
export type DeploymentReview = {
  runId: number;
  environments: string[];
  state: 'approved' | 'rejected';
  by: Account;
  comment: string;
};
