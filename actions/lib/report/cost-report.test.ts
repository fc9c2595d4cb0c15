import { describe, expect, it } from 'vitest';
import { estimateCost } from '../cost/cost-estimate.ts';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { renderCost, renderCostFolded } from './cost-report.ts';
import { renderPlan } from './plan-report.ts';

const estimate = estimateCost(sampleDeployment());

describe('renderCost', () => {
  it('reads as before', () => expect(renderCost(estimate)).toMatchSnapshot());

  it('warns of foreign prices, missing prices and an exceeded budget above everything else', () => {
    const markdown = renderCost({
      ...estimate,
      region: 'eu-central-1',
      pricedRegion: 'us-east-1',
      unpriced: ['x9|huge'],
      budget: 10,
    });
    expect(markdown).toContain('> The price table does not have eu-central-1: these are the prices of us-east-1');
    expect(markdown).toContain('> No price is known for x9\\|huge: the sums lack it.');
    expect(markdown).toContain('> That is more than the declared budget of $10 a month.');
    expect(markdown.indexOf('WARNING')).toBeLessThan(markdown.indexOf('| Part |'));
  });

  it('is part of the plan’s comment', () => {
    const changes = { deployment: 'sar', accountId: '123456789012', region: 'us-west-2', fingerprint: 'f'.repeat(64) };
    const plan = { ...changes, stacks: [], preflight: [], destructive: [] };
    expect(renderPlan({ ...plan, cost: estimate })).toContain(renderCostFolded(estimate));
    expect(renderPlan(plan)).not.toContain('$');
  });

  it('folds everything but the warnings', () => {
    const folded = renderCostFolded({ ...estimate, budget: 10 });
    expect(folded.indexOf('budget')).toBeLessThan(folded.indexOf('<details>'));
    expect(renderCostFolded(estimate).startsWith('<details><summary>about $')).toBe(true);
  });
});
