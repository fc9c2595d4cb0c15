import { cents, knownRate, type RateName } from '../cost/price-table.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { InventoryItem } from './inventory.ts';

/** Why something stays, and what it costs. */
export type Retention = {
  rule: string;
  reason: string;
  monthlyUsd?: number;
  /** How to have it deleted after all, where that takes another decision. */
  hint?: string;
};

/** The way on for everything that a teardown kept because nobody had approved its loss. */
const anotherTeardown =
  'To destroy it too, merge a pull request that brings the folder back with `adopt: destroy-only`, and put the label destroy on it: the new plan lists it.';

/** Any value, in any spelling of the key's case, protects a volume or snapshot. */
const protectionTag = 'do-not-delete';

/** Marks the snapshots that a teardown makes of the volumes before it deletes them; its value says why. */
export const finalSnapshotTag = 'opensarlab:final-snapshot';

/**
 * Why a final snapshot was made: as declared, because the volume was used after the plan that was approved, or because it
 * appeared after it.
 */
export type FinalSnapshotReason = 'true' | 'used' | 'appeared';

/** The tag that every stack passes on to what it makes. */
export const deploymentTag = 'opensarlab:deployment';

const clusterTag = /^kubernetes\.io\/cluster\/(.+)$/;

/** The owner that a tag names, when that is not this deployment: whatever else says so, such a thing is not touched. */
export function foreignOwner(
  tags: Readonly<Record<string, string>>,
  { name, parameters }: Deployment,
): string | undefined {
  const named = tags[deploymentTag];
  if (named !== undefined && named !== name) return named;
  const billed = parameters.cost_tag_key === '' ? undefined : tags[parameters.cost_tag_key];
  if (billed !== undefined && billed !== parameters.cost_tag_value) return billed;
  return Object.keys(tags)
    .map((key) => clusterTag.exec(key)?.[1])
    .find((cluster) => cluster !== undefined && cluster !== `${name}-cluster`);
}

/** True when somebody has marked a volume or snapshot as not to be deleted. */
export function isMarkedAsKept(tags: Readonly<Record<string, string>>): boolean {
  return Object.keys(tags).some((key) => key.toLowerCase() === protectionTag);
}

/**
 * The rule that keeps an item, if one does.
 * @param storedBytes of a log group, when known
 */
export function retentionOf(item: InventoryItem, deployment: Deployment, storedBytes?: number): Retention | undefined {
  const { retain } = deployment;
  switch (item.type) {
    case 'AWS::EC2::Volume':
    case 'AWS::EC2::Snapshot':
      return storageRetention(item, deployment);
    case 'AWS::Logs::LogGroup':
      if (!retain.logs) return undefined;
      return {
        rule: 'retain.logs',
        reason: 'Logs are kept for statistics.',
        ...monthly('logStorageGbMonth', storedBytes === undefined ? undefined : storedBytes / 1e9, deployment),
      };
    case 'AWS::CodeCommit::Repository':
      if (!retain.code_commit) return undefined;
      return { rule: 'retain.code_commit', reason: 'The history of what was deployed is kept.', monthlyUsd: 0 };
    default:
      return retain.cognito && belongsToUsers(item) ? usersRetention : undefined;
  }
}

/** Cognito bills active users only, and a closed pool has none (aws.amazon.com/cognito/pricing). */
const usersRetention: Retention = {
  rule: 'retain.cognito',
  reason: 'Users are kept for statistics; sign-up is closed.',
  monthlyUsd: 0,
};

function belongsToUsers({ stack, type }: InventoryItem): boolean {
  return stack === 'cognito' || type === 'AWS::Cognito::UserPool' || type === 'AWS::Cognito::UserPoolDomain';
}

function storageRetention(
  { type, tags = {}, sizeGib = 0 }: InventoryItem,
  deployment: Deployment,
): Retention | undefined {
  const { retain } = deployment;
  const kind = type === 'AWS::EC2::Volume' ? 'volume' : 'snapshot';
  // A snapshot is billed for what it holds, at most this.
  const cost = monthly(kind === 'volume' ? 'volumeGbMonth' : 'snapshotGbMonth', sizeGib, deployment);
  const owner = foreignOwner(tags, deployment);
  if (owner !== undefined) {
    return { rule: 'another owner', reason: `A tag says that this ${kind} belongs to ${owner}.`, ...cost };
  }
  if (isMarkedAsKept(tags)) {
    return { rule: `tag ${protectionTag}`, reason: `Somebody marked this ${kind} as not to be deleted.`, ...cost };
  }
  if (kind === 'snapshot' && retain.final_snapshots && finalSnapshotTag in tags) {
    return { rule: 'retain.final_snapshots', reason: 'The last state of a volume, made by the teardown.', ...cost };
  }
  if (kind === 'snapshot' && tags[finalSnapshotTag] === 'used') {
    return { rule: 'used since the plan', reason: 'Its volume was used after the plan that was approved.', ...cost };
  }
  if (kind === 'snapshot' && tags[finalSnapshotTag] === 'appeared') {
    return {
      rule: 'not in the plan',
      reason: 'Its volume appeared after the plan that was approved.',
      hint: anotherTeardown,
      ...cost,
    };
  }
  return undefined;
}

/** Why something stays that holds data and was not in the plan that was approved. */
export function unapproved({ type, sizeGib }: InventoryItem, deployment: Deployment): Retention {
  const rate = type === 'AWS::EC2::Volume' ? 'volumeGbMonth' : 'snapshotGbMonth';
  const cost = sizeGib === undefined ? {} : monthly(rate, sizeGib, deployment);
  return {
    rule: 'not in the plan',
    reason: 'It appeared after the plan that was approved.',
    hint: anotherTeardown,
    ...cost,
  };
}

/** What an amount costs a month; nothing when the amount or the region's price is not known. */
function monthly(rate: RateName, gb: number | undefined, { aws }: Deployment): { monthlyUsd?: number } {
  const usd = knownRate(aws.region, rate);
  return usd === undefined || gb === undefined ? {} : { monthlyUsd: cents(usd * gb) };
}
