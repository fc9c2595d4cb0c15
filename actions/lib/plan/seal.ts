import type { TeardownPlan } from '../teardown/teardown-plan.ts';
import type { Plan } from './plan.ts';

/**
 * One thing that a plan would do, as small as a person can approve it. Two rows are about the same when `place`, `item`,
 * `type` and `property` are equal.
 */
export type PlanRow = {
  /** The stack's or the CodeCommit repository's name. */
  place: string;
  /** Logical id of a resource; path of a file; `stack` for the stack itself. */
  item: string;
  /** `AWS::EKS::Nodegroup`, `file`, `configuration`, `upstream`, `stack`, `user`. */
  type: string;
  /**
   * What of it: empty for the whole; a path such as `Properties/ScalingConfig/MaxSize`; a key of a rendered
   * configuration. An element of a list has its canonical JSON's digest in the path, so that two changes of one list are two rows.
   */
  property: string;
  act: RowAct;
  /**
   * Canonical JSON of the value afterwards; absent when nothing is there then. A value that comes from another stack of the deployment
   * is its reference, `sar-cluster.VpcId`, whatever it resolves to; a file is its mode and blob id.
   */
  after?: string;
  /** What becomes of the old resource, as CloudFormation says: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete` … */
  policyAction?: string;
};

/**
 * - `add`, `import`, `change`, `remove`: as it says;
 * - `replace`, `may replace`: the resource is made anew, surely or as CloudFormation finds when it is applied;
 * - `recover`: a living resource that goes because its half-made stack is removed to be made again;
 * - `protect`, `unprotect`: termination or deletion protection on and off.
 */
export type RowAct =
  | 'add'
  | 'import'
  | 'change'
  | 'remove'
  | 'replace'
  | 'may replace'
  | 'recover'
  | 'protect'
  | 'unprotect';

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
