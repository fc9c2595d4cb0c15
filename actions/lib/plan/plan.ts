import type { StackKind } from '../stacks/stack.ts';

/**
 * What a deployment's merge would do, as one JSON value: the pull-request comment renders it, and `deploy` holds the
 * change sets it makes against its `destructive` list. Built once, by `planDeployment`.
 */
export type Plan = {
  deployment: string;
  accountId: string;
  region: string;
  /** SHA-256 over the canonical form of what would change (not of the preflight or the cost); 64 hex digits. */
  fingerprint: string;
  /** In the catalogue's order. */
  stacks: PlannedStack[];
  preflight: PreflightFinding[];
  /** Everything that would be removed or replaced, from all stacks. */
  destructive: DestructiveChange[];
  mirror?: MirrorChange[];
  cost?: CostEstimate;
};

export type PlannedStack = {
  kind: StackKind;
  name: string;
  /**
   * `recover`: a half-made stack must be removed or rolled back before it can be created or updated;
   * `blocked`: CloudFormation refuses or no way forward exists, `detail` says why.
   */
  action: 'create' | 'update' | 'unchanged' | 'recover' | 'blocked';
  /** CloudFormation's StackStatus, or `NONE`. */
  stateFound: string;
  changes: ResourceChange[];
  /** Names of parameters whose value comes from a stack that does not exist yet; a placeholder stands for them. */
  parametersUnknown: string[];
  /** One sentence, if there is more to say. */
  detail?: string;
};

export type ResourceChange = {
  logicalId: string;
  /** e.g. `AWS::EKS::Cluster` */
  type: string;
  action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic';
  physicalId?: string;
  /** As CloudFormation says; `Conditional` can only be told when it is applied. */
  replacement?: 'True' | 'False' | 'Conditional';
  /** What becomes of the old resource: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete` … */
  policyAction?: string;
  properties: PropertyChange[];
};

export type PropertyChange = {
  /** As CloudFormation gives it, e.g. `/Properties/Version` or `Tags`. */
  path: string;
  before?: string;
  after?: string;
  requiresRecreation: 'Never' | 'Conditionally' | 'Always';
};

export type PreflightFinding = {
  /** Stable id, e.g. `certificate`. */
  id: string;
  title: string;
  /** `unknown`: the check itself could not be made, `detail` says why; never shown as fine. */
  outcome: 'ok' | 'warning' | 'blocker' | 'unknown';
  detail: string;
  hint?: string;
};

/** A resource that a change would remove or replace. Two are the same when all four fields are equal. */
export type DestructiveChange = {
  /** The stack's name. */
  stack: string;
  logicalId: string;
  type: string;
  action: 'remove' | 'replace' | 'may replace';
};

/** What the mirror would push to one CodeCommit repository. */
export type MirrorChange = {
  repository: string;
  upstreamRef: string;
  upstreamCommit: string;
  /** The overlay commit that `main` would point at. */
  commit: string;
  files: { added: string[]; changed: string[]; deleted: string[] };
};

/** USD a month, from a dated price table; an estimate, not an offer. */
export type CostEstimate = {
  /** Nobody logged in. */
  idleMonthlyUsd: number;
  /** Every node group at its maximum, all month. */
  maximumMonthlyUsd: number;
  items: { title: string; idleMonthlyUsd: number; maximumMonthlyUsd: number; basis: string }[];
  /** ISO date of the price table. */
  pricesFrom: string;
  /** Things without a known price, by name. */
  unpriced: string[];
};
