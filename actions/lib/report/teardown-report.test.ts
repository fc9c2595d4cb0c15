import { describe, expect, it } from 'vitest';
import type { DataVolume, TeardownData, TeardownPlan } from '../teardown/teardown-plan.ts';
import { teardownReport, withPseudonyms } from './teardown-report.ts';

const home = (index: number, more: Partial<DataVolume> = {}): DataVolume => ({
  id: `vol-0123456789abcd${String(index).padStart(3, '0')}`,
  sizeGib: 100,
  claim: `claim-person${index}`,
  createdAt: '2026-03-01T00:00:00.000Z',
  lastUse: { kind: 'unknown' },
  ...more,
});

const data: TeardownData = {
  stacks: ['sar-cluster', 'sar-container'],
  homes: [
    home(1, { lastUse: { kind: 'now' } }),
    home(2, { lastUse: { kind: 'at', at: '2026-10-05T10:00:00.000Z' } }),
    home(3, { sizeGib: 1500 }),
  ],
  databases: [home(4, { claim: 'hub-db-dir', sizeGib: 1 })],
  otherVolumes: [],
  snapshots: [
    {
      id: 'snap-1',
      volumeId: 'vol-0123456789abcd001',
      sizeGib: 100,
      claim: 'claim-person1',
      startedAt: '2026-11-01T00:00:00Z',
    },
    { id: 'snap-9', volumeId: 'vol-gone', sizeGib: 50, claim: 'claim-left', startedAt: '2026-01-02T00:00:00Z' },
  ],
  pools: [{ id: 'us-west-2_abc', accounts: 25 }],
  images: ['sar-container/sar'],
  repositories: ['sar-cluster', 'sar-container'],
  logs: ['/aws/codebuild/sar-images'],
  buckets: ['opensarlab-pipeline-us-west-2-sar'],
  foreign: [{ id: 'vol-x', type: 'AWS::EC2::Volume', owner: 'sar-test' }],
};

const plan: TeardownPlan = {
  deployment: 'sar',
  accountId: '111122223333',
  region: 'us-west-2',
  basis: 'inventory',
  refusals: [],
  steps: [{ id: 'freeze', title: 'Freeze', detail: 'Both pipelines are closed.' }],
  goes: [
    { title: 'vol-0123456789abcd001 (person1-sar-cluster)', type: 'AWS::EC2::Volume', arn: 'arn:v', sizeGib: 100 },
  ],
  stays: [
    { title: 'us-west-2_def', type: 'AWS::Cognito::UserPool', rule: 'retain.cognito', reason: 'Kept.', monthlyUsd: 0 },
    { title: '/aws/x', type: 'AWS::Logs::LogGroup', rule: 'retain.logs', reason: 'Kept.' },
    { title: 'snap-7', type: 'AWS::EC2::Snapshot', rule: 'tag do-not-delete', reason: 'Marked.', monthlyUsd: 4.5 },
  ],
  options: { cognito: false, logs: true, code_commit: false, final_snapshots: false },
  data,
};

const render = (change: Partial<TeardownPlan> = {}, names = false) => teardownReport({ ...plan, ...change }, { names });

describe('teardownReport', () => {
  it('reads as people see it', () => {
    expect(render().markdown).toMatchSnapshot();
  });

  it('names each lost kind of data with count and total in the first 600 characters', () => {
    const first = render().markdown.slice(0, 600);
    for (const words of [
      '3 homes** (1,700 GiB, last use **now** by 1)',
      '1 hub database** (1 GiB)',
      '2 snapshots (150 GiB)',
      '25 accounts in 1 user pool',
      '1 image repository',
      '2 CodeCommit repositories',
      '1 log group',
      '1 bucket of build artifacts',
      'Final snapshots are **off**',
      'What stays: 3 ($4.50 a month, 1 at an unknown price)',
    ]) {
      expect(first).toContain(words);
    }
  });

  it('says what is not known, and never counts it as nothing', () => {
    const unknown = home(5, { createdAt: undefined } as unknown as Partial<DataVolume>);
    const markdown = render({
      stays: [{ title: 'x', type: 'AWS::Logs::LogGroup', rule: 'retain.logs', reason: 'Kept.' }],
      data: { ...data, homes: [unknown], pools: [{ id: 'p' }] },
    }).markdown;
    expect(markdown).toContain('last use unknown');
    expect(markdown).toContain('an unknown number of accounts');
    expect(markdown).toContain('What stays: 1 (price unknown)');
    expect(markdown).not.toMatch(/\$0|\?/);
  });

  it('shows pseudonyms, the same for one person everywhere, unless names are wanted', () => {
    const hidden = render().markdown;
    expect(hidden).not.toMatch(/person\d|claim-left/);
    const [pseudonym = ''] = /user-[0-9a-f]{6}/.exec(hidden) ?? [];
    expect(withPseudonyms(plan).data?.snapshots[0]?.claim).toBe(`claim-${pseudonym}`);
    expect(JSON.stringify(withPseudonyms(plan))).not.toMatch(/person\d|left/);
    expect(JSON.stringify(withPseudonyms({ ...plan, deployment: 'other' }))).not.toContain(pseudonym);
    expect(render({}, true).markdown).toContain('person1');
  });

  it('folds nothing that is lost, and leaves out the list of machines first', () => {
    const goes = Array.from({ length: 2000 }, (_, index) => ({ title: `i-${index}`, type: 'AWS::EC2::Instance' }));
    const report = render({ goes, data: { ...data, homes: Array.from({ length: 300 }, (_, index) => home(index)) } });
    expect(report.approvable).toBe(true);
    expect(report.markdown.length).toBeLessThanOrEqual(65_000);
    expect(report.markdown).toContain('does not fit here');
    const unfolded = report.markdown.replace(/<details>.*?<\/details>/gs, '');
    for (let index = 0; index < 300; index += 1) expect(unfolded).toContain(home(index).id);
  });

  it('cannot be approved when what is lost does not fit, and says so', () => {
    const report = render({ data: { ...data, homes: Array.from({ length: 1500 }, (_, index) => home(index)) } });
    expect(report).toMatchObject({ approvable: false, reason: expect.stringContaining('does not fit') });
    expect(report.markdown).toContain('It cannot be approved');
    expect(report.markdown).toContain('**1500 homes**');
    expect(report.markdown.length).toBeLessThan(5000);
  });
});
