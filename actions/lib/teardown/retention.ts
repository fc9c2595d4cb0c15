import { cents, knownRate, type RateName } from '../cost/price-table.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { type ResourceRow, type RetainOption, rowOf } from '../resources/resource-types.ts';
import { stackDefinitions } from '../stacks/catalogue.ts';
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

/** Why an option of `retain` keeps what it keeps. */
export const keptReasons: Record<RetainOption, string> = {
  cognito: 'Users are kept for statistics; sign-up is closed.',
  logs: 'Logs are kept for statistics.',
  code_commit: 'The history of what was deployed is kept.',
};

/**
 * The rule that keeps an item, if one does: its type's, or that of the stack that it is in.
 * @param storedBytes of a log group, when known
 */
export function retentionOf(item: InventoryItem, deployment: Deployment, storedBytes?: number): Retention | undefined {
  const option = optionOf(item);
  if (option === 'tags') return storageRetention(item, deployment);
  if (option === 'nothing' || !deployment.retain[option]) return undefined;
  const cost = costOf(item.type, storedBytes === undefined ? undefined : storedBytes / 1e9, deployment);
  return { rule: `retain.${option}`, reason: keptReasons[option], ...cost };
}

function optionOf({ type, stack }: InventoryItem): ResourceRow['keptBy'] {
  const own = rowOf(type)?.keptBy ?? 'nothing';
  return own === 'nothing' && stack !== undefined ? stackDefinitions[stack].keptBy : own;
}

function storageRetention(
  { type, tags = {}, sizeGib = 0 }: InventoryItem,
  deployment: Deployment,
): Retention | undefined {
  const { retain } = deployment;
  const row = rowOf(type);
  const kind = row?.noun ?? type;
  const isSnapshot = row?.data === 'snapshots';
  // A snapshot is billed for what it holds, at most this.
  const cost = costOf(type, sizeGib, deployment);
  const owner = foreignOwner(tags, deployment);
  if (owner !== undefined) {
    return { rule: 'another owner', reason: `A tag says that this ${kind} belongs to ${owner}.`, ...cost };
  }
  if (isMarkedAsKept(tags)) {
    return { rule: `tag ${protectionTag}`, reason: `Somebody marked this ${kind} as not to be deleted.`, ...cost };
  }
  if (isSnapshot && retain.final_snapshots && finalSnapshotTag in tags) {
    return { rule: 'retain.final_snapshots', reason: 'The last state of a volume, made by the teardown.', ...cost };
  }
  if (isSnapshot && tags[finalSnapshotTag] === 'used') {
    return { rule: 'used since the plan', reason: 'Its volume was used after the plan that was approved.', ...cost };
  }
  if (isSnapshot && tags[finalSnapshotTag] === 'appeared') {
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
  return {
    rule: 'not in the plan',
    reason: 'It appeared after the plan that was approved.',
    hint: anotherTeardown,
    ...(sizeGib === undefined ? {} : costOf(type, sizeGib, deployment)),
  };
}

/**
 * What something of a type costs a month by being there; nothing when its price, or how much of it there is, is not known.
 * @param gb how much it holds
 */
function costOf(type: string, gb: number | undefined, { aws }: Deployment): { monthlyUsd?: number } {
  const price = rowOf(type)?.price;
  if (price === 'free') return { monthlyUsd: 0 };
  if (gb === undefined || !isByGigabyte(price)) return {};
  const usd = knownRate(aws.region, price);
  return usd === undefined ? {} : { monthlyUsd: cents(usd * gb) };
}

function isByGigabyte(price: ResourceRow['price'] | undefined): price is RateName & `${string}GbMonth` {
  return price?.endsWith('GbMonth') === true;
}
