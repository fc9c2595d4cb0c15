import { cents, knownRate, type RateName } from '../cost/price-table.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { InventoryItem } from './inventory.ts';

/** Why something stays, and what it costs. */
export type Retention = { rule: string; reason: string; monthlyUsd?: number };

/** Any value, in any spelling of the key's case, protects a volume or snapshot. */
const protectionTag = 'do-not-delete';

/** Marks the snapshots that a teardown makes of the volumes before it deletes them. */
export const finalSnapshotTag = 'opensarlab:final-snapshot';

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
  if (isMarkedAsKept(tags)) {
    return { rule: `tag ${protectionTag}`, reason: `Somebody marked this ${kind} as not to be deleted.`, ...cost };
  }
  if (kind === 'snapshot' && retain.final_snapshots && finalSnapshotTag in tags) {
    return { rule: 'retain.final_snapshots', reason: 'The last state of a volume, made by the teardown.', ...cost };
  }
  return undefined;
}

/** What an amount costs a month; nothing when the amount or the region's price is not known. */
function monthly(rate: RateName, gb: number | undefined, { aws }: Deployment): { monthlyUsd?: number } {
  const usd = knownRate(aws.region, rate);
  return usd === undefined || gb === undefined ? {} : { monthlyUsd: cents(usd * gb) };
}
