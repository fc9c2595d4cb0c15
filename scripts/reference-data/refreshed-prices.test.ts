import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type PriceTable, rateNames } from '../../actions/lib/cost/price-table.ts';
import { connectPriceList } from './price-list.ts';
import { priceQueries } from './price-queries.ts';
import { refreshPrices } from './refreshed-prices.ts';

type Request = { ServiceCode: string; Filters: { Field: string; Value: string }[]; NextToken?: string };
type Product = { attributes: Record<string, string>; dimensions: { unit: string; from: string; usd: string }[] };

/** The price list's answer to GetProducts: JSON texts in JSON. */
function entry({ attributes, dimensions }: Product): string {
  const priceDimensions = Object.fromEntries(
    dimensions.map(({ unit, from, usd }, index) => [
      `SKU.TERM.${index}`,
      { unit, beginRange: from, endRange: 'Inf', pricePerUnit: { USD: usd } },
    ]),
  );
  const { productFamily = '', ...rest } = attributes;
  return JSON.stringify({
    product: { productFamily, attributes: rest, sku: 'SKU' },
    terms: { OnDemand: { 'SKU.TERM': { priceDimensions } } },
    serviceCode: 'any',
  });
}

/** Every product, as if all prices were 1 USD, some with a free tier, a neighbour or another region's prefix. */
function priceList(region: string, prefix: string): Product[] {
  const rates = rateNames.map((name): Product => {
    const { usageType, units, attributes } = priceQueries[name];
    const usagetype = usageType === 'KMS-Keys' ? `${region}-KMS-Keys` : `${prefix}${usageType}`;
    const dimensions = [{ unit: units[0] ?? '', from: '100', usd: '1.0000000000' }];
    if (name === 'pipelineMinute') dimensions.unshift({ unit: units[0] ?? '', from: '0', usd: '0.0000000000' });
    return { attributes: { regionCode: region, usagetype, ...attributes }, dimensions };
  });
  const machine = {
    regionCode: region,
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
  };
  return [
    ...rates,
    {
      attributes: {
        regionCode: region,
        productFamily: 'Load Balancer-Application',
        usagetype: `${prefix}TS-LoadBalancerUsage`,
      },
      dimensions: [{ unit: 'Hrs', from: '0', usd: '7' }],
    },
    {
      attributes: {
        ...machine,
        instanceType: 'm6a.large',
        vcpu: '2',
        memory: '8 GiB',
        usagetype: `${prefix}BoxUsage:m6a.large`,
      },
      dimensions: [{ unit: 'Hrs', from: '0', usd: '0.0864' }],
    },
    {
      attributes: {
        ...machine,
        instanceType: 'u7i.huge',
        vcpu: '896',
        memory: '12,288 GiB',
        usagetype: `${prefix}BoxUsage:u7i.huge`,
      },
      dimensions: [{ unit: 'Hrs', from: '0', usd: '152.88' }],
    },
  ];
}

async function bodyOf(request: IncomingMessage): Promise<Request> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

/** A price list on loopback that answers in pages of one. */
async function servePriceList(products: readonly Product[]) {
  const seen: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    seen.push(request);
    const { Filters, NextToken } = await bodyOf(request);
    const found = products.filter(({ attributes }) => Filters.every(({ Field, Value }) => attributes[Field] === Value));
    const page = Number(NextToken ?? 0);
    const more = page + 1 < found.length ? { NextToken: String(page + 1) } : {};
    response.end(
      JSON.stringify({ FormatVersion: 'aws_v1', PriceList: found.slice(page, page + 1).map(entry), ...more }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const credentials = async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' });
  return { ask: connectPriceList(credentials, endpoint), seen };
}

const empty: PriceTable = { sources: {}, regions: {} };

describe('refreshPrices', () => {
  it.each([
    ['us-east-1', ''],
    ['us-west-2', 'USW2-'],
    ['eu-west-1', 'EU-'],
    ['us-gov-west-1', 'UGW1-'],
  ])('reads every price of %s from the list', async (region, prefix) => {
    const { ask, seen } = await servePriceList(priceList(region, prefix));
    const { table, problems } = await refreshPrices(empty, region, ['m6a.large', 'u7i.huge'], ask, '2027-01-15');
    expect(problems).toEqual([]);
    const found = table.regions[region];
    expect(Object.keys(found?.rates ?? {})).toEqual(rateNames);
    expect(new Set(Object.values(found?.rates ?? {}).map(({ usd }) => usd))).toEqual(new Set([1]));
    expect(found?.instances).toEqual({
      'm6a.large': { usd: 0.0864, vcpu: 2, memoryGib: 8 },
      'u7i.huge': { usd: 152.88, vcpu: 896, memoryGib: 12_288 },
    });
    expect(table.sources).toEqual({
      priceList20270115: expect.objectContaining({ date: '2027-01-15', confirmed: true }),
    });
    const [request] = seen;
    expect(request?.headers['x-amz-target']).toBe('AWSPriceListService.GetProducts');
    expect(request?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 .*\/us-east-1\/pricing\/aws4_request/);
  });

  it('keeps an old price, and says so, when the list is silent or ambiguous', async () => {
    const products = priceList('us-east-1', '').filter(
      ({ attributes }) => attributes.usagetype !== 'EBS:SnapshotUsage',
    );
    const double = products.find(({ attributes }) => attributes.usagetype === 'NatGateway-Hours');
    if (double !== undefined) products.push({ ...double, dimensions: [{ unit: 'Hrs', from: '0', usd: '2' }] });
    const { ask } = await servePriceList(products);
    const before: PriceTable = {
      sources: { old: { title: '', url: '', date: '2026-01-01', confirmed: false } },
      regions: {
        'us-east-1': {
          date: '2026-01-01',
          instanceSource: 'old',
          instances: {},
          rates: { snapshotGbMonth: { usd: 0.05, source: 'old' } },
        },
      },
    };
    const { table, problems } = await refreshPrices(before, 'us-east-1', ['x9.none'], ask, '2027-01-15');
    expect(problems).toEqual([
      'us-east-1 natGatewayHour: the price list has several prices: 1, 2',
      'us-east-1 snapshotGbMonth: the price list does not have it',
      'us-east-1 x9.none: the price list does not have it',
    ]);
    expect(table.regions['us-east-1']).toMatchObject({
      date: '2026-01-01',
      rates: { snapshotGbMonth: { usd: 0.05, source: 'old' }, clusterHour: { usd: 1 } },
    });
    expect(table.regions['us-east-1']?.rates).not.toHaveProperty('natGatewayHour');
    expect(Object.keys(table.sources)).toEqual(['old', 'priceList20270115']);
  });

  it('passes on what AWS says when it refuses', async () => {
    const server = createServer((_request, response) => {
      response
        .writeHead(400)
        .end('{"__type":"AccessDeniedException","message":"not authorized to perform: pricing:GetProducts"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const ask = connectPriceList(async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }), endpoint);
    await expect(ask('AmazonEKS', {})).rejects.toThrow(/refuses \(400\).*pricing:GetProducts/);
  });
});
