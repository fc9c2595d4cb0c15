import type { Deployment } from '../deployment/deployment.ts';

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
  /** What is kept, as declared. */
  options?: Deployment['retain'];
  /** Data that is lost, each piece by itself; with an inventory only. */
  data?: TeardownData;
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

/**
 * Everything that people made or that cannot be had again, and that would be deleted. A teardown deletes nothing of these
 * kinds that is not listed here. Names of people are in it.
 */
export type TeardownData = {
  /** Names of the stacks that there are. */
  stacks: string[];
  homes: DataVolume[];
  /** The hub's own database. */
  databases: DataVolume[];
  /** Volumes of the deployment that are neither; nobody can tell what is on them. */
  otherVolumes: DataVolume[];
  snapshots: DataSnapshot[];
  /** Absent `accounts`: Cognito gives no number. */
  pools: { id: string; accounts?: number }[];
  /** Names of image repositories, CodeCommit repositories, log groups, buckets. */
  images: string[];
  repositories: string[];
  logs: string[];
  buckets: string[];
  /** Found as the deployment's, but a tag names another owner: never touched. */
  foreign: { id: string; type: string; owner: string }[];
};

/** When a volume was used last: `now` is attached, `unknown` is said and never guessed. */
export type LastUse = { kind: 'now' | 'unknown' } | { kind: 'at'; at: string };

export type DataVolume = {
  /** `vol-…` */
  id: string;
  sizeGib: number;
  /** The Kubernetes claim, `claim-jane`; absent when no tag tells. */
  claim?: string;
  /** ISO 8601. */
  createdAt?: string;
  lastUse: LastUse;
};

export type DataSnapshot = { id: string; volumeId: string; sizeGib: number; claim?: string; startedAt?: string };
