import { describe, expect, it } from 'vitest';
import type { CostEstimate } from '../../actions/lib/plan/plan.ts';
import { exampleCheckout } from './test/example-checkout.ts';

describe('opensarlab cost', () => {
  it('prints what the declaration costs', async () => {
    const checkout = await exampleCheckout();
    const { code, out } = await checkout.run('cost', 'sar');
    expect(code).toBe(0);
    expect(out).toMatch(/^### Cost: about \$\d+ a month idle, \$0\.\d{3} for each user and hour/);
    expect(out).toContain('version 1.36 in standard support until 2027-08-02');
  });

  it('takes what people do as options, and gives the value itself as JSON', async () => {
    const checkout = await exampleCheckout();
    const { out } = await checkout.run('cost', 'sar', '--json', '--users', '0', '--deployments', '0');
    const estimate: CostEstimate = JSON.parse(out);
    expect(estimate.activity).toEqual({ users: 0, hoursPerUser: 20, deployments: 0 });
    expect(estimate.monthlyUsd).toBe(estimate.idleMonthlyUsd);
  });

  it.each(['-1', 'many', '1e9', ''])('refuses %j users', async (users) => {
    const checkout = await exampleCheckout();
    const { code, err } = await checkout.run('cost', 'sar', `--users=${users}`);
    expect(code).toBe(2);
    expect(err).toContain('--users takes a number');
  });
});
