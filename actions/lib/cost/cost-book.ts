import type { CostItem, CostPart } from '../plan/plan.ts';
import { cents, type Prices, type RateName } from './price-table.ts';

/** How much of something a month takes, in the unit of its price. */
export type Quantities = { idle: number; usual: number; maximum: number };

/** Collects the items of an estimate; what has no price becomes a name in `unpriced`, never a zero. */
export type CostBook = {
  /** @param rate a price of the table, or USD for one unit of a machine, undefined when it is not known */
  add(part: CostPart, title: string, rate: RateName | Machine, quantities: Quantities, basis: string): void;
  readonly items: readonly CostItem[];
  readonly unconfirmed: readonly string[];
  readonly unpriced: readonly string[];
};

/** A machine of an instance type and its price an hour. */
export type Machine = { type: string; usd: number | undefined };

/** The same amount whatever people do. */
export function always(quantity: number): Quantities {
  return { idle: quantity, usual: quantity, maximum: quantity };
}

export function openBook(prices: Prices): CostBook {
  const items: CostItem[] = [];
  const unconfirmed = new Set<string>();
  const unpriced = new Set<string>();
  return {
    add(part, title, rate, { idle, usual, maximum }, basis) {
      if (maximum === 0 && usual === 0) return;
      const usd = typeof rate === 'string' ? prices.rate(rate) : rate.usd;
      if (usd === undefined) {
        unpriced.add(typeof rate === 'string' ? title : rate.type);
        return;
      }
      if (!prices.isConfirmed(typeof rate === 'string' ? rate : 'instances')) unconfirmed.add(title);
      items.push({
        part,
        title,
        idleMonthlyUsd: cents(usd * idle),
        monthlyUsd: cents(usd * usual),
        maximumMonthlyUsd: cents(usd * maximum),
        basis,
      });
    },
    items,
    get unconfirmed() {
      return [...unconfirmed];
    },
    get unpriced() {
      return [...unpriced].sort();
    },
  };
}
