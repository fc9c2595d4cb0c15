import type { StackKind } from '../stacks/stack.ts';
import type { PlanRow } from './plan-row.ts';
import type { Fix } from './readiness.ts';

/**
 * What a deployment's merge would do, as one JSON value: the pull-request comment renders it, and its rows are what a
 * merge approves. Built once, by `planDeployment`.
 */
export type Plan = {
  deployment: string;
  accountId: string;
  region: string;
  /** No deployment that this branch declares is in the account; absent when one is, or when nobody looked. */
  newAccount?: { branch: string };
  /** SHA-256 over the canonical form of what would change (not of the preflight or the cost); 64 hex digits. */
  fingerprint: string;
  /** In the catalogue's order. */
  stacks: PlannedStack[];
  preflight: PreflightFinding[];
  /** Everything that would be removed or replaced, from all stacks; a part of the rows. */
  destructive: DestructiveChange[];
  /** All that would be done, each once, sorted; empty in a sealed plan, where the seal has them itself. */
  rows: PlanRow[];
  /** Looked-up values that the stacks do not have yet, by `stack parameter`. */
  lookedUp: Record<string, string>;
  /** Names of stacks that CloudFormation works on at this moment: nobody can say what merging would do, so no seal. */
  busy: string[];
  /** SHA-256 of everything in the checkout that decides this deployment; absent where no checkout is at hand. */
  decision?: string;
  mirror?: MirrorChange[];
  cost?: CostEstimate;
  /** The same of what the default branch declares, when that can be told. */
  costBefore?: CostEstimate;
  /**
   * Whether merging approves this, or with `tip`, the commit of the default branch that was planned, a run of the workflow
   * deploy with this digest; absent where nobody asked for a seal.
   */
  sealing?: { kind: 'sealed'; digest: string; tip?: string } | { kind: 'not sealed'; why: string; tip?: string };
  /** Rows beyond what was sealed for the same commit before; absent when there are none. */
  grown?: PlanRow[];
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
  /** Resources that its owners say are gone although it holds them, what would be missed most first; absent without any. */
  gone?: GoneResource[];
  /** What somebody changed or deleted outside of this repository; absent without any. */
  drift?: OutsideChange[];
};

/** A property, or with an empty one a whole resource, that is not as its stack made it. */
export type OutsideChange = {
  logicalId: string;
  type: string;
  /** For people: `node group sar-cluster/users (UserNodes)`. */
  title: string;
  property: string;
  /** Absent where there is no value. */
  declared?: string;
  actual?: string;
};

/** A resource that was deleted outside of CloudFormation. */
export type GoneResource = {
  logicalId: string;
  type: string;
  physicalId: string;
  /** For people: `node group sar-cluster/users (UserNodes)`. */
  title: string;
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
  /** What CloudFormation found of it in its service, where that is not what the stack made: `MODIFIED`, `DELETED` … */
  driftStatus?: string;
  properties: PropertyChange[];
};

export type PropertyChange = {
  /** As CloudFormation gives it, e.g. `/Properties/Version` or `Tags`. */
  path: string;
  before?: string;
  after?: string;
  requiresRecreation: 'Never' | 'Conditionally' | 'Always';
  /** What the last deployment gave it and what it is, where that is not the same; absent values are none. */
  drift?: { declared?: string; actual?: string };
};

export type PreflightFinding = {
  /** Stable id, e.g. `certificate`. */
  id: string;
  title: string;
  /** `unknown`: the check itself could not be made, `detail` says why; never shown as fine. */
  outcome: 'ok' | 'warning' | 'blocker' | 'unknown';
  detail: string;
  hint?: string;
  /** What `doctor --fix` can do about it. */
  fix?: Fix;
};

/**
 * A resource that a change would remove or replace, or that goes with a half-made stack (`recover`). Two are the same when
 * all four fields are equal.
 */
export type DestructiveChange = {
  /** The stack's name. */
  stack: string;
  logicalId: string;
  type: string;
  action: 'remove' | 'replace' | 'may replace' | 'recover';
};

/** What the mirror would make of one CodeCommit repository. */
export type MirrorChange = {
  repository: string;
  change: 'created' | 'updated' | 'unchanged';
  upstreamRef: string;
  upstreamCommit: string;
  /** The overlay commit that `main` would point at. */
  commit: string;
  /**
   * What `main` gets otherwise than CodeCommit has it now, the final templates aside, which are told by the changes of their
   * stacks; absent when the repository stays as it is.
   */
  files?: { added: string[]; changed: string[]; deleted: string[] };
  /** Things somebody should know, a sentence each. */
  notes?: string[];
};

/** USD, from a dated table of list prices; an estimate, not an offer. */
export type CostEstimate = {
  /** A month in which nobody logs in. */
  idleMonthlyUsd: number;
  /** A month with the assumed activity. */
  monthlyUsd: number;
  /** Every node group at its maximum all month, the rest as with the assumed activity. */
  maximumMonthlyUsd: number;
  /** One person with a server for one hour, mean over the profiles; absent when a machine's price is not known. */
  activeUserHourUsd?: number;
  activity: Activity;
  profiles: ProfileCost[];
  items: CostItem[];
  /** ISO date of the price table. */
  pricesFrom: string;
  /** The deployment's region. */
  region: string;
  /** The region whose prices were used; another one when the table lacks the deployment's. */
  pricedRegion: string;
  /** Items whose price nobody has read in AWS's own list lately, by title. */
  unconfirmed: string[];
  /** Things without a known price, by name; the sums lack them. */
  unpriced: string[];
  /** What no estimate from a declaration can hold. */
  leftOut: string[];
  /** What the declaration allows, USD a month. */
  budget?: number;
};

/** What people do in a month. The declaration does not say; it decides most of the bill beside the idle cost. */
export type Activity = {
  /** People who work in the month, spread evenly over the profiles. */
  users: number;
  /** Hours for which each has a server, in the whole month. */
  hoursPerUser: number;
  /** How often images are built and the hub is installed. */
  deployments: number;
};

export type CostItem = {
  part: CostPart;
  title: string;
  idleMonthlyUsd: number;
  monthlyUsd: number;
  maximumMonthlyUsd: number;
  /** What was multiplied, for a person. */
  basis: string;
};

export type CostPart =
  | 'control plane'
  | 'core node'
  | 'user nodes'
  | 'NAT gateway'
  | 'load balancer'
  | 'public addresses'
  | 'volumes'
  | 'snapshots'
  | 'pipelines and builds'
  | 'logs'
  | 'registry'
  | 'keys';

export type ProfileCost = {
  name: string;
  /** USD for one user and hour; absent when the machine's price is not known. */
  usdPerHour?: number;
  /** How many share one machine, by what the profile guarantees each. */
  usersPerMachine?: number;
  /** The machine, e.g. `m6a.2xlarge`. */
  machine: string;
};
