import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SessionCredentials } from '../../actions/lib/adapters/aws/client-settings.ts';

/** One entry of AWS's price list: what it is, and its price on demand. */
export type PriceListProduct = {
  attributes: Record<string, string>;
  /** Unit and USD of the first tier that costs something; undefined when it is sold on no terms like that. */
  price: { unit: string; usd: number } | undefined;
};

/** Asks the price list for the products of a service that have all these attributes. */
export type AskPriceList = (
  serviceCode: string,
  attributes: Readonly<Record<string, string>>,
) => Promise<PriceListProduct[]>;

/** Most pages of 100 products that an answer may have. */
const maxPages = 20;

/** How long one answer may take, in milliseconds. */
const patience = 60_000;

/** The price list has endpoints in a few regions only (docs.aws.amazon.com/awsaccountbilling, "Price List Query API"). */
const endpointRegion = 'us-east-1';

/**
 * Connects to the Price List Query API, whose GetProducts takes signed JSON.
 * @param endpoint default: the one in us-east-1
 * @returns a function that throws an Error with AWS's own words when it refuses
 */
export function connectPriceList(
  credentials: () => Promise<SessionCredentials>,
  endpoint = `https://api.pricing.${endpointRegion}.amazonaws.com`,
): AskPriceList {
  const signer = new SignatureV4({
    service: 'pricing',
    region: endpointRegion,
    credentials,
    sha256: Hash.bind(null, 'sha256'),
  });
  return async (serviceCode, attributes) => {
    const Filters = Object.entries(attributes).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }));
    const products: PriceListProduct[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < maxPages; page += 1) {
      const request = { ServiceCode: serviceCode, Filters, FormatVersion: 'aws_v1', MaxResults: 100, NextToken };
      const answer = await getProducts(signer, endpoint, JSON.stringify(request));
      products.push(...(answer.PriceList ?? []).map((text) => readProduct(JSON.parse(text))));
      NextToken = answer.NextToken;
      if (NextToken === undefined || NextToken === '') return products;
    }
    throw new Error(`The price list has more than ${maxPages} pages of ${serviceCode}; ask for less.`);
  };
}

async function getProducts(
  signer: SignatureV4,
  endpoint: string,
  body: string,
): Promise<{ PriceList?: string[]; NextToken?: string }> {
  const url = new URL(endpoint);
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSPriceListService.GetProducts',
    },
    body,
  });
  const signal = AbortSignal.timeout(patience);
  const response = await fetch(url, { method: 'POST', headers: signed.headers, body, signal });
  if (!response.ok) throw new Error(`The price list refuses (${response.status}): ${await response.text()}`);
  return (await response.json()) as { PriceList?: string[]; NextToken?: string };
}

/** An entry as the list has it: JSON within JSON (Price List Query API, "Reading the price list"). */
type ListedProduct = {
  product?: { productFamily?: string; attributes?: Record<string, string> };
  terms?: { OnDemand?: Record<string, { priceDimensions?: Record<string, PriceDimension> }> };
};
type PriceDimension = { unit?: string; beginRange?: string; pricePerUnit?: { USD?: string } };

function readProduct({ product = {}, terms = {} }: ListedProduct): PriceListProduct {
  const dimensions = Object.values(terms.OnDemand ?? {})
    .flatMap(({ priceDimensions = {} }) => Object.values(priceDimensions))
    .map(({ unit = '', beginRange = '0', pricePerUnit = {} }) => {
      return { unit, begin: Number(beginRange), usd: Number(pricePerUnit.USD ?? Number.NaN) };
    })
    .sort((a, b) => a.begin - b.begin);
  const first = dimensions.find(({ usd }) => usd > 0);
  return {
    attributes: { productFamily: product.productFamily ?? '', ...product.attributes },
    price: first === undefined ? undefined : { unit: first.unit, usd: first.usd },
  };
}
