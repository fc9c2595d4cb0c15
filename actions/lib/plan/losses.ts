import { rowOf } from '../resources/resource-types.ts';
import type { PlanRow } from './plan-row.ts';

/** A kind of thing that people would miss, and what of it a plan takes away. */
export type Loss = Kind & {
  /** Stack and logical id, each once. */
  items: string[];
  /** Whether something is really gone, or made anew in its place. */
  how: 'lost' | 'replaced';
};

type Kind = {
  /** For people: `user pool`, `user pools`. */
  one: string;
  many: string;
  /** What it means to them, as the end of a sentence that begins with the kind. */
  meaning: string;
};

const other: Kind & { rank: number } = {
  rank: Number.POSITIVE_INFINITY,
  one: 'other resource',
  many: 'other resources',
  meaning: 'machinery that is made again where needed',
};

/** What CloudFormation keeps is not lost, although it leaves the stack. */
const keeps = /^(Retain|ReplaceAndRetain)/;

/** What a plan takes away or makes anew, by kind, what is missed most first. */
export function lossesOf(rows: readonly PlanRow[]): Loss[] {
  const found = new Map<string, { loss: Loss; rank: number }>();
  for (const { place, item, type, property, act, policyAction } of rows) {
    // What recovery takes is named by its physical id.
    if ((property !== '' && act !== 'recover') || !type.startsWith('AWS::')) continue;
    const how =
      act === 'remove' || act === 'recover'
        ? 'lost'
        : act === 'replace' || act === 'may replace'
          ? 'replaced'
          : undefined;
    if (how === undefined || (how === 'lost' && keeps.test(policyAction ?? ''))) continue;
    const { rank, ...kind } = kindOf(type);
    const key = `${how} ${kind.one}`;
    const loss: Loss = found.get(key)?.loss ?? { ...kind, how, items: [] };
    found.set(key, { loss, rank });
    if (!loss.items.includes(`${place} ${item}`)) loss.items.push(`${place} ${item}`);
  }
  return [...found.values()]
    .sort((a, b) => Number(a.loss.how === 'replaced') - Number(b.loss.how === 'replaced') || compare(a.rank, b.rank))
    .map(({ loss }) => loss);
}

/** What the removal of a resource means to people. */
function kindOf(type: string): typeof other {
  const row = rowOf(type);
  return row === undefined || row.loss === 'machinery' ? other : { one: row.noun, ...row.loss };
}

/** Two infinite ranks have no difference. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
