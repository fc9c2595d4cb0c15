import type { TeardownPlan } from '../teardown/teardown-plan.ts';
import type { Plan } from './plan.ts';
import type { PlanRow } from './plan-row.ts';

/** What makes a seal the seal of one proposal. */
export type SealOrigin = {
  /** GitHub's numeric id; a rename or transfer does not change it. */
  repositoryId: number;
  /** Undefined for a plan of the default branch's tip. */
  pullRequest?: number;
  /** Commit that was planned, frozen: 40 hex digits. */
  head: string;
  /** Tip of the default branch on which it was planned. */
  base: string;
  /** GITHUB_RUN_ID and attempt of the run that planned it. */
  run: string;
  attempt: number;
  /** True when it goes further than what was shown for the same commit, and no person has run it again since. */
  unseen?: true;
};

/** What every seal says. */
type SealHeader = {
  version: 1;
  origin: SealOrigin;
  deployment: string;
  accountId: string;
  region: string;
  /** SHA-256 of everything in the checkout that decides this deployment; 64 hex digits. */
  decision: string;
};

/** The sealed plan of a deployment: what merging the pull request approves. */
export type DeploySeal = SealHeader & {
  kind: 'deploy';
  /** Sorted, each once. */
  rows: PlanRow[];
  /** Rows that earlier merged seals approved, nobody has deployed yet, and this plan no longer contains. */
  withdrawn: PlanRow[];
  /** Values that were looked up, by `stack parameter` (`sar-cluster NodeImageId`); deploy uses these. */
  lookedUp: Record<string, string>;
  /** Display: what the person read. Nothing is decided from it. */
  plan: Plan;
};

/** The sealed plan of a teardown: what merging the teardown pull request approves. */
export type TeardownSeal = SealHeader & {
  kind: 'teardown';
  /** What goes, what stays and why, each home by itself. */
  plan: TeardownPlan;
};

export type Seal = DeploySeal | TeardownSeal;
