import type { DestructiveChange } from './plan.ts';
import type { PlanRow } from './plan-row.ts';

/** The part of a change that decides whether it is destructive; change sets and plans both have it. */
type Change = {
  logicalId: string;
  type: string;
  action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic';
  replacement?: 'True' | 'False' | 'Conditional';
};

/** The changes that remove or replace a resource, or may do so, whatever becomes of the old one. */
export function destructiveChanges(stack: string, changes: readonly Change[]): DestructiveChange[] {
  return changes.flatMap(({ logicalId, type, action, replacement }) => {
    const effect = effectOf(action, replacement);
    return effect === undefined ? [] : [{ stack, logicalId, type, action: effect }];
  });
}

/** The rows that remove or replace a whole resource, or may do so, or lose it with its half-made stack. */
export function destructiveRows(rows: readonly PlanRow[]): DestructiveChange[] {
  return rows.flatMap(({ place, item, type, property, act, policyAction }) => {
    const isWhole = property === '' && (act === 'remove' || act === 'replace' || act === 'may replace');
    const isLost = act === 'recover' && policyAction !== 'Retain';
    return type.startsWith('AWS::') && (isWhole || isLost)
      ? [{ stack: place, logicalId: item, type, action: act } as DestructiveChange]
      : [];
  });
}

/**
 * The changes that nobody has seen in the reviewed plan. A reviewed replacement covers one that may happen; nothing
 * else covers anything but itself.
 */
export function unreviewedChanges(
  found: readonly DestructiveChange[],
  reviewed: readonly DestructiveChange[],
): DestructiveChange[] {
  return found.filter((change) => !reviewed.some((seen) => covers(seen, change)));
}

/** `replace AWS::EKS::Nodegroup Sar1Nodes in sar-cluster`, for people. */
export function describeDestructiveChange({ stack, logicalId, type, action }: DestructiveChange): string {
  return `${action} ${type} ${logicalId} in ${stack}`;
}

function covers(seen: DestructiveChange, change: DestructiveChange): boolean {
  const sameResource = seen.stack === change.stack && seen.logicalId === change.logicalId && seen.type === change.type;
  if (!sameResource) return false;
  return seen.action === change.action || (seen.action === 'replace' && change.action === 'may replace');
}

function effectOf(
  action: Change['action'],
  replacement: Change['replacement'],
): DestructiveChange['action'] | undefined {
  switch (action) {
    case 'Remove':
      return 'remove';
    case 'Modify':
    case 'Dynamic':
      if (replacement === 'True') return 'replace';
      return replacement === 'Conditional' ? 'may replace' : undefined;
    case 'Add':
    case 'Import':
      return undefined;
  }
}
