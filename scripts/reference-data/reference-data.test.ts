import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type InstanceTypeTable, withInstanceTypes } from './instance-type-table.ts';
import { formatTable, readTable } from './json-table.ts';
import { withRegions } from './region-table.ts';

const before: InstanceTypeTable = {
  source: 's',
  date: '2026-01-01',
  families: { m1: { architecture: 'x86_64', sizes: { small: [1, 1740] } } },
};

const answer = (InstanceType: string, DefaultVCpus: number, SizeInMiB: number, architecture: 'arm64' | 'x86_64') => ({
  InstanceType: InstanceType as 'm6a.large',
  VCpuInfo: { DefaultVCpus },
  MemoryInfo: { SizeInMiB },
  ProcessorInfo: { SupportedArchitectures: [architecture] },
});

describe('the table of instance types', () => {
  test('takes what EC2 says, in order, and keeps what it no longer names', () => {
    const answers = [
      answer('m7g.metal', 64, 262_144, 'arm64'),
      answer('m7g.12xlarge', 48, 196_608, 'arm64'),
      answer('m7g.2xlarge', 8, 32_768, 'arm64'),
      answer('m7g.large', 2, 8192, 'arm64'),
    ];
    const after = withInstanceTypes(before, answers, '2026-12-01');
    expect(after.date).toBe('2026-12-01');
    expect(after.families).toEqual({
      m1: { architecture: 'x86_64', sizes: { small: [1, 1740] } },
      m7g: {
        architecture: 'arm64',
        sizes: { large: [2, 8192], '2xlarge': [8, 32_768], '12xlarge': [48, 196_608], metal: [64, 262_144] },
      },
    });
    expect(Object.keys(after.families.m7g?.sizes ?? {})).toEqual(['large', '2xlarge', '12xlarge', 'metal']);
  });

  test('prefers x86_64 where a type has several architectures', () => {
    const both = {
      ...answer('t1.micro', 1, 627, 'x86_64'),
      ProcessorInfo: { SupportedArchitectures: ['i386' as const, 'x86_64' as const] },
    };
    expect(withInstanceTypes(before, [both], '2026-12-01').families.t1?.architecture).toBe('x86_64');
  });

  test('refuses an answer that lacks something', () => {
    expect(() => withInstanceTypes(before, [{ InstanceType: 'm6a.large' }], '2026-12-01')).toThrow(TypeError);
  });
});

test('the table of regions keeps those of other partitions', () => {
  const after = withRegions(
    { source: 's', date: 'd', regions: ['cn-north-1', 'us-west-2'] },
    ['us-west-2', 'us-east-1'],
    '2026-12-01',
  );
  expect(after.regions).toEqual(['cn-north-1', 'us-east-1', 'us-west-2']);
});

test.each(['instance-types', 'regions'] as const)(
  'the committed table %s has the form that a refresh gives it',
  async (name) => {
    const file = new URL(`../../actions/lib/deployment/${name}.json`, import.meta.url);
    expect(formatTable((await readTable(name)) as object)).toBe(await readFile(file, 'utf8'));
  },
);
