import { type InstancePrice, type PriceTable, type RateName, rateNames } from '../../actions/lib/cost/price-table.ts';
import type { AskPriceList, PriceListProduct } from './price-list.ts';
import { linuxOnDemand, priceQueries } from './price-queries.ts';

/** A refreshed table, and what could not be read. */
export type RefreshedPrices = { table: PriceTable; problems: string[] };

/**
 * The table with the prices of one region read anew. What cannot be read unambiguously is a problem: a rate stays as it
 * was, with its old source, and a machine is left out. Nothing is guessed.
 * @param types instance types to have, beside those the table has for the region
 * @param today ISO day
 */
export async function refreshPrices(
  table: PriceTable,
  region: string,
  types: readonly string[],
  ask: AskPriceList,
  today: string,
): Promise<RefreshedPrices> {
  const source = `priceList${today.replaceAll('-', '')}`;
  const before = table.regions[region];
  const problems: string[] = [];
  const rates = { ...before?.rates };
  for (const name of rateNames) {
    const found = await readRate(name, region, ask);
    if (typeof found === 'string') problems.push(`${region} ${name}: ${found}`);
    else rates[name] = { usd: found, source };
  }
  const instances: Record<string, InstancePrice> = {};
  for (const type of [...new Set([...Object.keys(before?.instances ?? {}), ...types])].sort()) {
    const found = await readInstance(type, region, ask);
    if (typeof found === 'string') problems.push(`${region} ${type}: ${found}`);
    else instances[type] = found;
  }
  const complete = problems.length === 0;
  const title = 'AWS price list, read by scripts/reference-data/refresh-prices.ts';
  const url = 'https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html';
  const refreshed = {
    date: complete ? today : (before?.date ?? today),
    instanceSource: source,
    rates: inOrder(rates),
    instances,
  };
  const sources = { ...table.sources, [source]: { title, url, date: today, confirmed: true } };
  return { table: withoutUnused({ sources, regions: { ...table.regions, [region]: refreshed } }), problems };
}

/** USD, or why there is none. */
async function readRate(name: RateName, region: string, ask: AskPriceList): Promise<number | string> {
  const { serviceCode, usageType, units, attributes = {} } = priceQueries[name];
  const products = await ask(serviceCode, { regionCode: region, ...attributes });
  const own = products.filter((product) => withoutRegion(product.attributes.usagetype ?? '') === usageType);
  return onlyPrice(own, units);
}

async function readInstance(type: string, region: string, ask: AskPriceList): Promise<InstancePrice | string> {
  const products = await ask('AmazonEC2', { regionCode: region, instanceType: type, ...linuxOnDemand });
  const usd = onlyPrice(products, ['Hrs']);
  if (typeof usd === 'string') return usd;
  const { vcpu = '', memory = '' } = products.find(({ price }) => price !== undefined)?.attributes ?? {};
  const memoryGib = Number(/^([\d,.]+) GiB$/.exec(memory)?.[1]?.replaceAll(',', ''));
  if (!(Number(vcpu) > 0) || !(memoryGib > 0)) return `it has "${vcpu}" CPUs and "${memory}" of memory`;
  return { usd, vcpu: Number(vcpu), memoryGib };
}

/** The price that all products with one have in common. */
function onlyPrice(products: readonly PriceListProduct[], units: readonly string[]): number | string {
  const prices = products.flatMap(({ price }) => (price === undefined ? [] : [price]));
  const foreign = prices.find(({ unit }) => !units.includes(unit));
  if (foreign !== undefined) return `its price is for a ${JSON.stringify(foreign.unit)}`;
  const [usd, ...others] = new Set(prices.map((price) => price.usd));
  if (usd === undefined) return 'the price list does not have it';
  return others.length === 0 ? usd : `the price list has several prices: ${[usd, ...others].join(', ')}`;
}

/** Usage types begin with a code of the region (`USW2-`, `EU-`), for some services with its name; us-east-1 may have none. */
function withoutRegion(usageType: string): string {
  return usageType.replace(/^(?:[A-Z]{2,4}\d-|EU-|[a-z]{2}(?:-[a-z]+)+-\d-)/, '');
}

function inOrder(rates: PriceTable['regions'][string]['rates']): PriceTable['regions'][string]['rates'] {
  return Object.fromEntries(rateNames.flatMap((name) => (rates[name] === undefined ? [] : [[name, rates[name]]])));
}

/** Sources that no price has any more are dropped. */
function withoutUnused({ sources, regions }: PriceTable): PriceTable {
  const used = new Set(
    Object.values(regions).flatMap(({ instanceSource, rates }) => [
      instanceSource,
      ...Object.values(rates).map(({ source }) => source),
    ]),
  );
  return { sources: Object.fromEntries(Object.entries(sources).filter(([id]) => used.has(id))), regions };
}
