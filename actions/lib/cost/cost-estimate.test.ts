import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment, Profile } from '../deployment/deployment.ts';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import { estimateCost } from './cost-estimate.ts';
import { type PriceTable, priceTable } from './price-table.ts';

const profile: Profile = {
  name: 'SAR 1',
  description: '',
  image_name: 'sar',
  image_tag: 'latest',
  node_name: 'sar1',
  storage_capacity: '100Gi',
  delete_user_volumes: false,
  classic: false,
  desktop: false,
  default: false,
};

const versions = `
kubernetes: {version: '1.36', source: x, checked: '2026-11-22', end_of_support: '2027-08-02'}
charts: {jupyterhub: {version: 4.4.0}, cluster-autoscaler: {version: 9.58.0}}
images: {codebuild: {version: a}, hub: {version: b}, node: {version: c}}
tools: {helm: {version: v3.19.2}}
`;

function deployment(changes: Partial<Deployment> = {}): Deployment {
  return sampleDeployment({ profiles: [profile], ...changes });
}

function inRegion(region: string): Deployment {
  const sample = deployment();
  return { ...sample, aws: { ...sample.aws, region } };
}

describe('estimateCost', () => {
  it('multiplies list prices with what a month takes', () => {
    const estimate = estimateCost(deployment(), { versions });
    const rows = estimate.items.map((item) => [
      item.title,
      item.idleMonthlyUsd,
      item.monthlyUsd,
      item.maximumMonthlyUsd,
    ]);
    expect(rows).toEqual([
      ['EKS cluster', 73, 73, 73],
      ['NAT gateway', 32.85, 32.85, 32.85],
      ['load balancer', 16.43, 16.43, 16.43],
      ['encryption key', 1, 1, 1],
      ['nodes hub', 30.37, 30.37, 30.37],
      ['root volumes hub', 4, 4, 4],
      ['nodes sar1', 0, 34.4, 1255.6],
      ['root volumes sar1', 0, 1.1, 40],
      ['public IPv4 addresses', 10.95, 10.95, 10.95],
      ['home volumes', 0, 80, 80],
      ['snapshots', 0, 15, 15],
      ['image builds', 0, 1.6, 1.6],
      ['hub installations', 0, 0.4, 0.4],
      ['pipelines', 0, 0.34, 0.34],
      ['new logs', 2.5, 2.5, 2.5],
      ['kept logs', 0.36, 0.36, 0.36],
      ['images', 0.8, 0.8, 0.8],
    ]);
    expect(estimate).toMatchObject({
      idleMonthlyUsd: 172.26,
      monthlyUsd: 305.1,
      activeUserHourUsd: 0.1775,
      pricesFrom: '2026-07-20',
      pricedRegion: 'us-west-2',
      unpriced: [],
    });
    expect(estimate.items[0]?.basis).toBe('all month, version 1.36 in standard support until 2027-08-02');
  });

  it('lets as many users share a machine as their guarantees allow', () => {
    const half = { ...profile, memory_guarantee: '4G', cpu_guarantee: 1 };
    const estimate = estimateCost(deployment({ profiles: [half, { ...half, name: 'small', memory_guarantee: '1G' }] }));
    expect(estimate.profiles.map(({ usersPerMachine }) => usersPerMachine)).toEqual([3, 3]);
    expect(estimate.activeUserHourUsd).toBeCloseTo(0.1775 / 3, 3);
  });

  it('gives each public node an address and has no NAT gateway then', () => {
    const sample = deployment();
    const estimate = estimateCost({ ...sample, network: { ...sample.network, nodes: 'public' } });
    expect(estimate.items.map(({ part }) => part)).not.toContain('NAT gateway');
    const addresses = estimate.items.find(({ part }) => part === 'public addresses');
    expect(addresses).toMatchObject({ idleMonthlyUsd: 10.95, maximumMonthlyUsd: 47.45 });
  });

  it('takes spot capacity at a third and keeps volumes that die with the server only for its hours', () => {
    const sample = deployment({ profiles: [{ ...profile, delete_user_volumes: true }] });
    const nodes = sample.nodes.map((node) => ({ ...node, is_spot: !node.is_hub }));
    const { items } = estimateCost({ ...sample, nodes });
    expect(items.find(({ title }) => title === 'nodes sar1')?.maximumMonthlyUsd).toBe(439.46);
    expect(items.find(({ title }) => title === 'home volumes')?.monthlyUsd).toBe(2.19);
    expect(items.find(({ part }) => part === 'snapshots')).toBeUndefined();
  });

  it('names a machine without price instead of counting it as free', () => {
    const sample = deployment();
    const nodes = sample.nodes.map((node) => (node.is_hub ? node : { ...node, instance: ['x9.huge'] }));
    const estimate = estimateCost({ ...sample, nodes });
    expect(estimate.unpriced).toEqual(['x9.huge']);
    expect(estimate.items.map(({ title }) => title)).not.toContain('nodes sar1');
    expect(estimate.activeUserHourUsd).toBeUndefined();
    expect(estimate.profiles).toEqual([{ name: 'SAR 1', machine: 'x9.huge' }]);
  });

  it('says which region stands in for one that the table lacks', () => {
    expect(estimateCost(inRegion('eu-central-1'))).toMatchObject({
      region: 'eu-central-1',
      pricedRegion: 'us-east-1',
    });
    expect(estimateCost(inRegion('us-gov-west-1')).pricedRegion).toBe('us-east-1');
    expect(() => estimateCost(inRegion('eu-central-1'), { prices: { sources: {}, regions: {} } })).toThrow(RangeError);
  });

  it('names what has no rate and marks what nobody read again', () => {
    const region = priceTable.regions['us-west-2'];
    const { loadBalancerHour: _, ...rates } = region?.rates ?? {};
    const prices: PriceTable = {
      ...priceTable,
      regions: { 'us-west-2': { date: '2026-01-01', instanceSource: 'eks', instances: {}, ...region, rates } },
    };
    const estimate = estimateCost(deployment(), { prices });
    expect(estimate.unpriced).toEqual(['load balancer']);
    expect(estimate.unconfirmed).toContain('home volumes');
    expect(estimate.unconfirmed).not.toContain('EKS cluster');
  });

  it('never costs less with people than without, and adds up', () => {
    const counts = fc.record({ users: fc.nat(500), hoursPerUser: fc.nat(400), deployments: fc.nat(50) });
    fc.assert(
      fc.property(counts, fc.nat(20), fc.boolean(), (activity, most, isSpot) => {
        const sample = deployment();
        const nodes = sample.nodes.map((node) => ({ ...node, max_number: most, is_spot: isSpot }));
        const estimate = estimateCost({ ...sample, nodes }, { activity });
        expect(estimate.idleMonthlyUsd).toBeLessThanOrEqual(estimate.monthlyUsd);
        expect(estimate.monthlyUsd).toBeLessThanOrEqual(estimate.maximumMonthlyUsd);
        const sum = estimate.items.reduce((total, { monthlyUsd }) => total + monthlyUsd, 0);
        expect(sum).toBeCloseTo(estimate.monthlyUsd, 2);
      }),
      { numRuns: 50 },
    );
  });
});

describe('priceTable', () => {
  it('has every price in the regions of the facts, each from a source with a date', () => {
    expect(Object.keys(priceTable.regions)).toEqual(expect.arrayContaining(['us-east-1', 'us-west-2']));
    for (const { rates, instances, instanceSource } of Object.values(priceTable.regions)) {
      expect(priceTable.sources[instanceSource]?.date).toMatch(/^\d{4}-\d\d-\d\d$/);
      for (const { usd, source } of Object.values(rates)) {
        expect(usd).toBeGreaterThan(0);
        expect(priceTable.sources[source]?.url).toMatch(/^https:/);
      }
      for (const { usd, vcpu, memoryGib } of Object.values(instances)) {
        expect(Math.min(usd, vcpu, memoryGib)).toBeGreaterThan(0);
      }
    }
  });
});
