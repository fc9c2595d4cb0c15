import type { Deployment } from '../deployment/deployment.ts';
import type { InventoryItem } from './inventory.ts';

/** Why something stays, and what it costs. */
export type Retention = { rule: string; reason: string; monthlyUsd?: number };

/** Any value, in any spelling of the key's case, protects a volume or snapshot. */
const protectionTag = 'do-not-delete';

/** Marks the snapshots that a teardown makes of the volumes before it deletes them. */
export const finalSnapshotTag = 'opensarlab:final-snapshot';

/**
 * USD per GB and month in us-east-1 and us-west-2, list prices of 2026-07: aws.amazon.com/ebs/pricing (gp3, standard
 * snapshots) and aws.amazon.com/cloudwatch/pricing (archived logs). A snapshot is billed for what it holds, at most this.
 */
const prices = { volume: 0.08, snapshot: 0.05, logs: 0.03 } as const;

/** USD a month for volumes or snapshots of a size in GiB, rounded to cents. */
export function storageCost(kind: 'volume' | 'snapshot', sizeGib: number): number {
  return cents(sizeGib * prices[kind]);
}

/** USD a month for logs, rounded to cents. */
export function logCost(storedBytes: number): number {
  return cents((storedBytes / 1e9) * prices.logs);
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
        ...(storedBytes === undefined ? {} : { monthlyUsd: logCost(storedBytes) }),
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
  { retain }: Deployment,
): Retention | undefined {
  const kind = type === 'AWS::EC2::Volume' ? 'volume' : 'snapshot';
  const monthlyUsd = storageCost(kind, sizeGib);
  if (isMarkedAsKept(tags)) {
    return { rule: `tag ${protectionTag}`, reason: `Somebody marked this ${kind} as not to be deleted.`, monthlyUsd };
  }
  if (kind === 'snapshot' && retain.final_snapshots && finalSnapshotTag in tags) {
    return { rule: 'retain.final_snapshots', reason: 'The last state of a volume, made by the teardown.', monthlyUsd };
  }
  return undefined;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
