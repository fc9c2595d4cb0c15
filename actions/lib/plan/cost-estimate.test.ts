import { describe, expect, it } from 'vitest';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { estimateCost } from './cost-estimate.ts';

describe('estimateCost', () => {
  it('adds up what always runs and what user nodes can add', () => {
    const estimate = estimateCost(sampleDeployment());
    expect(
      estimate.items.map(({ title, idleMonthlyUsd, maximumMonthlyUsd }) => [title, idleMonthlyUsd, maximumMonthlyUsd]),
    ).toEqual([
      ['EKS cluster', 73, 73],
      ['load balancer', 16.43, 16.43],
      ['encryption key', 1, 1],
      ['NAT gateway', 36.5, 36.5],
      ['nodes hub', 34.37, 34.37],
      ['nodes sar1', 0, 1295.6],
    ]);
    expect(estimate).toMatchObject({ idleMonthlyUsd: 161.3, maximumMonthlyUsd: 1456.9, unpriced: [] });
  });

  it('has no NAT gateway for public nodes, less for spot, and names what it has no price for', () => {
    const sample = sampleDeployment();
    const [hub, user] = sample.nodes;
    const estimate = estimateCost({
      ...sample,
      network: { ...sample.network, nodes: 'public' },
      nodes: [
        { ...hub, instance: ['x9.huge'] },
        { ...user, is_spot: true, min_number: 1, max_number: 1 },
      ] as typeof sample.nodes,
    });
    expect(estimate.unpriced).toEqual(['x9.huge']);
    expect(estimate.items.map(({ title }) => title)).not.toContain('NAT gateway');
    expect(estimate.items.at(-1)).toMatchObject({
      idleMonthlyUsd: 47.95,
      basis: '1 to 1 × m5a.xlarge spot with 50 GiB',
    });
  });
});
