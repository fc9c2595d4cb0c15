import { describe, expect, test } from 'vitest';
import table from './instance-types.json' with { type: 'json' };
import { instanceType, instanceTypeTable, judgeInstanceType, sameSizeForX86 } from './instance-types.ts';
import { judgeRegion, regionTable } from './regions.ts';

describe('instance types', () => {
  // https://aws.amazon.com/ec2/instance-types/
  test.each([
    ['t3a.medium', 2, 4, 'x86_64'],
    ['m6a.2xlarge', 8, 32, 'x86_64'],
    ['r5.24xlarge', 96, 768, 'x86_64'],
    ['c7g.large', 2, 4, 'arm64'],
    ['g4dn.xlarge', 4, 16, 'x86_64'],
    ['p3.2xlarge', 8, 61, 'x86_64'],
  ])('%s has %i vCPUs and %i GiB', (name, vcpus, gib, architecture) => {
    expect(instanceType(name)).toEqual({ vcpus, memory: gib * 1024, architecture });
  });

  test('the table says where it comes from, and every entry is plausible', () => {
    expect(instanceTypeTable.source).toMatch(/DescribeInstanceTypes/);
    expect(instanceTypeTable.date).toMatch(/^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/);
    const sizes = Object.values(table.families).flatMap((family) => Object.values(family.sizes));
    expect(sizes.length).toBeGreaterThan(1000);
    for (const [vcpus = 0, memory = 0, ...rest] of sizes) {
      expect(rest).toEqual([]);
      expect(vcpus).toBeGreaterThan(0);
      expect(memory).toBeGreaterThanOrEqual(512);
    }
  });

  test.each([
    ['m6a.2xlrge', { kind: 'wrong', meant: 'm6a.2xlarge' }],
    ['m66a.large', { kind: 'wrong', meant: 'm6a.large' }],
    ['x.y', { kind: 'wrong', meant: undefined }],
    ['constructor.large', { kind: 'wrong', meant: undefined }],
    ['m6a.constructor', { kind: 'wrong', meant: undefined }],
    ['m10a.large', { kind: 'new' }],
    ['m9x.metal-48xl', { kind: 'new' }],
    ['m9x.huge', { kind: 'wrong', meant: undefined }],
  ])('%s is judged', (name, verdict) => {
    expect(judgeInstanceType(name)).toEqual(verdict);
  });

  test('for an arm64 type there is one of its size for x86_64', () => {
    expect(instanceType(sameSizeForX86('m7g.4xlarge') ?? '')).toMatchObject({ architecture: 'x86_64', vcpus: 16 });
    expect(sameSizeForX86('mac2.metal')).toBeUndefined();
  });
});

describe('regions', () => {
  test.each([
    ['us-west-2', { kind: 'known' }],
    ['eusc-de-east-1', { kind: 'known' }],
    ['us-west-3', { kind: 'new' }],
    ['af-north-1', { kind: 'new' }],
    ['us-wset-2', { kind: 'wrong', meant: 'us-west-2' }],
    ['eu-nroth-1', { kind: 'wrong', meant: 'eu-north-1' }],
  ])('%s is judged', (region, verdict) => {
    expect(judgeRegion(region)).toEqual(verdict);
  });

  test('the table says how old it is', () => {
    expect(regionTable.date).toMatch(/^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/);
    expect(regionTable.regions.length).toBeGreaterThan(30);
  });
});
