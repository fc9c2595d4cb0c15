import { describe, expect, it } from 'vitest';
import { estimateCost } from '../cost/cost-estimate.ts';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { costBody, costSummary, renderCost } from './cost-report.ts';
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
    const plan = { ...changes, stacks: [], preflight: [], destructive: [], rows: [], lookedUp: {}, busy: [] };
    const shown = renderPlan({ ...plan, cost: estimate });
    expect(shown).toContain(`<details><summary>${costSummary(estimate)}</summary>`);
    expect(shown).toContain(costBody(estimate));
    expect(renderPlan(plan)).not.toContain('$');
  });
});
