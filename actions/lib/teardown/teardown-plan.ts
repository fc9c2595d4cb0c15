/**
 * What a teardown would remove and keep, as one JSON value for the teardown pull request. Without credentials it names
 * only what the declaration implies; with an inventory it names each resource.
 */
export type TeardownPlan = {
  deployment: string;
  accountId: string;
  region: string;
  /** `declaration`: derived from the file; `inventory`: seen in the account. */
  basis: 'declaration' | 'inventory';
  /** Why it would be refused; empty when it would run. */
  refusals: string[];
  /** In the order in which it happens. */
  steps: { id: string; title: string; detail: string }[];
  goes: TeardownItem[];
  stays: (TeardownItem & { rule: string; reason: string; monthlyUsd?: number })[];
};

export type TeardownItem = {
  /** What a person reads, e.g. `stack sar-cluster` or `volume vol-0abc of user jane`. */
  title: string;
  /** CloudFormation's name for the type. */
  type: string;
  /** ARN or name; absent when it is only known by rule. */
  arn?: string;
  /** How many, when the entry stands for several. */
  count?: number;
  /** GiB, for volumes and snapshots. */
  sizeGib?: number;
};
