import table from './prices.data.json' with { type: 'json' };

/** Everything with a price except machines; the unit is in the name, GB as AWS bills it. */
export const rateNames = [
  'clusterHour',
  'natGatewayHour',
  'natGatewayGb',
  'publicAddressHour',
  'loadBalancerHour',
  'volumeGbMonth',
  'snapshotGbMonth',
  'buildSmallMinute',
  'buildLargeMinute',
  'pipelineMinute',
  'logIngestGb',
  'logStorageGbMonth',
  'registryGbMonth',
  'keyMonth',
] as const;
export type RateName = (typeof rateNames)[number];

/** Where prices were read. Not confirmed = nobody has read them in AWS's own list on that date. */
export type PriceSource = { title: string; url: string; date: string; confirmed: boolean };

/** An instance type: USD an hour for Linux on demand, and what it has. */
export type InstancePrice = { usd: number; vcpu: number; memoryGib: number };

export type RegionPrices = {
  /** ISO day of the oldest price that was read for this region. */
  date: string;
  rates: Partial<Record<RateName, { usd: number; source: string }>>;
  /** Source of all `instances`. */
  instanceSource: string;
  instances: Record<string, InstancePrice>;
};

/** `prices.data.json`; `scripts/reference-data/refresh-prices.ts` writes it. */
export type PriceTable = { sources: Record<string, PriceSource>; regions: Record<string, RegionPrices> };

/** The committed table of list prices. */
export const priceTable: PriceTable = table;

/** Hours in the month that AWS's own calculator reckons with (calculator.aws). */
export const hoursPerMonth = 730;

/** The region whose prices stand in for a region that the table does not have. */
const standInRegion = 'us-east-1';

/** What is known about one region. */
export type Prices = {
  /** The region whose prices these are: the one asked for, or the one that stands in for it. */
  region: string;
  date: string;
  /** USD, or undefined when the table has no such price. */
  rate(name: RateName): number | undefined;
  instance(type: string): InstancePrice | undefined;
  isConfirmed(what: RateName | 'instances'): boolean;
};

/**
 * The prices of a region; of another one when the table lacks it, which the caller must say.
 * @throws RangeError when the table lacks even the region that stands in
 */
export function pricesFor(region: string, { regions, sources }: PriceTable): Prices {
  const found = Object.hasOwn(regions, region) ? region : standInRegion;
  const prices = regions[found];
  if (prices === undefined) throw new RangeError(`The price table has neither ${region} nor ${standInRegion}.`);
  return {
    region: found,
    date: prices.date,
    rate: (name) => prices.rates[name]?.usd,
    instance: (type) => (Object.hasOwn(prices.instances, type) ? prices.instances[type] : undefined),
    isConfirmed(what) {
      const source = what === 'instances' ? prices.instanceSource : prices.rates[what]?.source;
      return source !== undefined && sources[source]?.confirmed === true;
    },
  };
}

/**
 * A price for something that stays in a region; undefined when the table does not have that region, so that no other
 * region's price passes for it.
 */
export function knownRate(region: string, name: RateName, prices: PriceTable = priceTable): number | undefined {
  return Object.hasOwn(prices.regions, region) ? prices.regions[region]?.rates[name]?.usd : undefined;
}

/** USD rounded to cents. */
export function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
