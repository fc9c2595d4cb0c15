import { specOf } from '@opensarlab/sandbox';
import { describe, expect, it, test } from 'vitest';
import { estimateCost } from '../../actions/lib/cost/cost-estimate.ts';
import { type PriceTable, priceTable, rateNames } from '../../actions/lib/cost/price-table.ts';
import { type ResourceRow, resourceRows, rowOf } from '../../actions/lib/resources/resource-types.ts';
import { deploymentMatrix, deploymentOfCase } from '../../scripts/check/static-proof/deployment-matrix.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';
import { iamActionsFor } from '../permissions/iam-actions.ts';
import { portMethods } from '../permissions/sdk-calls.ts';

const templates = renderedTemplates();

test.each(templates.map(({ region, name, template }) => [`${region} ${name}`, template] as const))(
  'every type of the template %s has a row',
  (_, { Resources }) => {
    const without = Object.entries(Resources).filter(([, { Type }]) => rowOf(Type) === undefined);
    expect(without.map(([id, { Type }]) => `${id}: resources/resource-types.ts has no row '${Type}'`)).toEqual([]);
  },
);

test('the questions that rows name are actions of IAM that the adapter’s requests take', () => {
  const asked = new Set([...(portMethods().get('existence.check') ?? [])].flatMap(iamActionsFor));
  const named = resourceRows.map(({ confirmedBy }) => confirmedBy).filter((by) => by !== 'stack' && by !== 'owner');
  expect(named.filter((action) => !asked.has(action))).toEqual([]);
});

describe('CloudFormation’s own specification agrees', () => {
  const specified = resourceRows.flatMap((row) => {
    const spec = specOf(row.type);
    return spec === undefined ? [] : [{ ...row, spec }];
  });

  it('that what can have tags can be found by them', () => {
    const taggable = specified.filter(({ spec }) => spec.tagProperty !== undefined);
    expect(taggable.length).toBeGreaterThan(30);
    expect(taggable.filter(({ arn }) => arn === 'none').map(({ type }) => type)).toEqual([]);
  });

  it('that properties which grant or protect exist', () => {
    const properties = ({ grants, protection }: ResourceRow): readonly string[] => [
      ...(grants === 'everything' ? [] : grants),
      ...(protection === 'none' ? [] : [protection]),
    ];
    const unknown = specified.flatMap((row) =>
      properties(row)
        .filter((name) => !Object.hasOwn(row.spec.properties, name))
        .map((name) => `${row.type} ${name}`),
    );
    expect(unknown).toEqual([]);
  });

  it('that what has a protection says so', () => {
    const silent = specified.filter(
      ({ protection, spec }) =>
        protection === 'none' && Object.keys(spec.properties).some((name) => name.includes('DeletionProtection')),
    );
    expect(silent.map(({ type }) => type)).toEqual([]);
  });
});

describe('what a row says about data', () => {
  it('is said about its loss too: data is missed', () => {
    const unmissed = resourceRows.filter(({ data, loss, type }) => {
      return data !== 'none' && loss === 'machinery' && type !== 'AWS::CloudFormation::Stack';
    });
    expect(unmissed.map(({ type }) => type)).toEqual([]);
  });

  it('gives every loss a place of its own, so that plans always list them the same', () => {
    const ranks = resourceRows.flatMap(({ loss }) => (loss === 'machinery' ? [] : [loss.rank]));
    expect(new Set(ranks).size).toBe(ranks.length);
  });
});

describe('the cost estimate', () => {
  const withoutRate = (rate: string): PriceTable => ({
    ...priceTable,
    regions: Object.fromEntries(
      Object.entries(priceTable.regions).map(([region, prices]) => [
        region,
        { ...prices, rates: Object.fromEntries(Object.entries(prices.rates).filter(([name]) => name !== rate)) },
      ]),
    ),
  });

  it.each(deploymentMatrix.map((matrixCase) => [matrixCase.name, matrixCase] as const))(
    'of %s reckons with the price of every type that its templates have',
    (name, matrixCase) => {
      const deployment = deploymentOfCase(matrixCase);
      const types = templates
        .filter((template) => template.name.startsWith(`${name}-`))
        .flatMap((template) => resolvedResources(template).map(({ type }) => type));
      const prices = new Set(types.map((type) => rowOf(type)?.price));
      const rates = rateNames.filter((rate) => prices.has(rate));
      expect(rates.length).toBeGreaterThan(4);
      const known = estimateCost(deployment).unpriced.length;
      const forgotten = rates.filter((rate) => {
        return estimateCost(deployment, { prices: withoutRate(rate) }).unpriced.length === known;
      });
      expect(forgotten).toEqual([]);
      // Without a price in the table, the estimate says that it leaves it out.
      const said = estimateCost(deployment).leftOut.join(' ');
      for (const type of types) if (rowOf(type)?.price === 'unlisted') expect(said).toContain(rowOf(type)?.noun);
    },
  );
});
