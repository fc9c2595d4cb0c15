import type { Deployment } from '../deployment/deployment.ts';
import type { Activity, CostEstimate, CostItem, ProfileCost } from '../plan/plan.ts';
import { readVersions } from '../stacks/versions.ts';
import { leftOut, usualActivity } from './activity.ts';
import { openBook } from './cost-book.ts';
import { addInfrastructure, addPublicAddresses } from './infrastructure-items.ts';
import { addNodes, profileCosts } from './node-items.ts';
import { cents, type PriceTable, pricesFor, priceTable } from './price-table.ts';
import { addBuilds, addHomes, addStored } from './usage-items.ts';

export type CostOptions = {
  /** Text of `cluster/versions.yaml`, to name the version of Kubernetes and its end of support. */
  versions?: string;
  prices?: PriceTable;
  activity?: Activity;
};

/**
 * What a deployment costs in USD: idle, for an hour of one user, in a month with the assumed activity, and at most.
 * Every item is a list price times a quantity that its basis names.
 * @throws Failure `Versions` when the text of the versions is malformed
 */
export function estimateCost(deployment: Deployment, options: CostOptions = {}): CostEstimate {
  const prices = pricesFor(deployment.aws.region, options.prices ?? priceTable);
  const activity = options.activity ?? usualActivity;
  const book = openBook(prices);
  addInfrastructure(book, deployment, options.versions === undefined ? undefined : readVersions(options.versions));
  const userNodes = addNodes(book, deployment, activity, prices);
  addPublicAddresses(book, deployment, userNodes);
  addHomes(book, deployment, activity);
  addBuilds(book, deployment, activity);
  addStored(book, deployment);
  const profiles = profileCosts(deployment, prices);
  const hour = meanHour(profiles);
  return {
    idleMonthlyUsd: total(book.items, ({ idleMonthlyUsd }) => idleMonthlyUsd),
    monthlyUsd: total(book.items, ({ monthlyUsd }) => monthlyUsd),
    maximumMonthlyUsd: total(book.items, ({ maximumMonthlyUsd }) => maximumMonthlyUsd),
    ...(hour === undefined ? {} : { activeUserHourUsd: hour }),
    activity,
    profiles,
    items: [...book.items],
    pricesFrom: prices.date,
    region: deployment.aws.region,
    pricedRegion: prices.region,
    unconfirmed: [...book.unconfirmed],
    unpriced: [...book.unpriced],
    leftOut: [...leftOut],
    ...(deployment.budget === undefined ? {} : { budget: deployment.budget }),
  };
}

/** Undefined without profiles, and when the price of one of them is not known: a mean of the others would mislead. */
function meanHour(profiles: readonly ProfileCost[]): number | undefined {
  const hours = profiles.flatMap(({ usdPerHour }) => (usdPerHour === undefined ? [] : [usdPerHour]));
  if (hours.length === 0 || hours.length < profiles.length) return undefined;
  return Math.round((hours.reduce((sum, usd) => sum + usd, 0) / hours.length) * 10_000) / 10_000;
}

function total(items: readonly CostItem[], pick: (item: CostItem) => number): number {
  return cents(items.reduce((sum, item) => sum + pick(item), 0));
}
