import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { fitBody, marker } from '../adapters/github/comments.ts';
import type { Plan } from '../plan/plan.ts';
import type { DataVolume, TeardownData, TeardownPlan } from '../teardown/teardown-plan.ts';
import type { JobRecord } from './job-record.ts';
import { renderPlanComments } from './plan-comments.ts';
import { teardownReport } from './teardown-report.ts';

// More than one comment usually holds: many deployments in one pull request, many homes in one lab, long words of others.

/** Another implementation's reading of it, as GitHub shows it. */
const html = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });

const name = (index: number): string => `${String(index).padStart(3, '0')}-${'n'.repeat(59)}`;
const several = <T>(length: number, of: (index: number) => T): T[] => Array.from({ length }, (_, index) => of(index));

function overviewOf(records: readonly JobRecord[]): string {
  const expected = records.map(({ deployment }) => deployment);
  const { overview = '' } = renderPlanComments({ expected, records, head: 'a'.repeat(40), selected: true });
  const body = `${marker('plan')}\n${overview}`;
  expect(fitBody(body), 'is not cut').toBe(body);
  return body;
}

const failed = (index: number): JobRecord => ({
  ...{ kind: 'plan', deployment: name(index), outcome: 'failed' },
  failure: { code: 'X', source: 'aws', message: `m\`|<>${'m'.repeat(8_000)}`, hint: 'h'.repeat(4_000) },
});

const losing = (index: number): JobRecord => {
  const row = { item: 'Homes', type: 'AWS::EC2::Volume', property: '', act: 'remove' as const };
  const value: Plan = {
    ...{ deployment: name(index), accountId: String(111122223333 + index), region: 'us-west-2' },
    ...{ fingerprint: 'f'.repeat(64), stacks: [], preflight: [], destructive: [], lookedUp: {}, busy: [] },
    ...{ rows: [{ ...row, place: `${name(index)}-cluster` }], newAccount: { branch: 'main' } },
  };
  return { kind: 'plan', deployment: value.deployment, outcome: 'succeeded', value };
};

describe('an overview of many deployments', () => {
  it('has a row for each of 30 that failed with long words, and says nothing of losses', () => {
    const overview = overviewOf(several(30, failed));
    expect(overview.match(/\| ❌ \*\*Not planned:\*\*/g)).toHaveLength(30);
    expect(overview).not.toContain('cannot be approved');
    expect(html(overview).match(/<tr>/g)).toHaveLength(31);
  });

  it('has a shorter row for each of 200, with what is lost and which account is new', () => {
    const overview = overviewOf([...several(100, failed), ...several(100, (index) => losing(100 + index))]);
    expect(html(overview).match(/<tr>/g)).toHaveLength(201);
    expect(overview.match(/\| New account `\d{12}`\. \*\*Lost: 1 volume\.\*\* See its own comment\. \|/g)).toHaveLength(
      100,
    );
    expect(overview.slice(0, 600)).toContain('**Lost: 100 volumes.**');
  });
});

const home = (index: number): DataVolume => ({
  ...{ id: `vol-${String(index).padStart(17, '0')}`, sizeGib: 500, claim: `claim-user-${index}` },
  ...{ createdAt: '2026-01-05T10:00:00.000Z', lastUse: { kind: 'at', at: '2026-10-05T10:00:00.000Z' } },
});

function teardown(deployment: string, homes: DataVolume[], steps: TeardownPlan['steps'] = []): TeardownPlan {
  const none = { databases: [], otherVolumes: [], snapshots: [], images: [], repositories: [], logs: [], buckets: [] };
  const data: TeardownData = {
    ...none,
    stacks: ['sar-cluster'],
    foreign: [],
    homes,
    pools: [{ id: 'p', accounts: 7 }],
  };
  return {
    ...{ deployment, accountId: '111122223333', region: 'ap-southeast-2', basis: 'inventory', refusals: [], data },
    ...{
      steps,
      goes: [],
      stays: [],
      options: { cognito: false, logs: false, code_commit: false, final_snapshots: false },
    },
  };
}

describe('a teardown of much', () => {
  it('shows each of 900 homes, open, and can be approved', () => {
    const report = teardownReport(teardown(name(1), several(900, home)), { names: false });
    expect(report.approvable).toBe(true);
    const [open = ''] = html(report.markdown).split('<details>');
    expect(open.match(/<td><code>vol-\d{17}<\/code><\/td>/g)).toHaveLength(900);
    expect(html(report.markdown)).not.toContain('| vol-');
  });

  it('is not kept from being approved by how it goes, which may be left out', () => {
    const steps = several(10, (index) => ({ id: `s${index}`, title: 't'.repeat(4_000), detail: 'd'.repeat(4_000) }));
    const report = teardownReport(teardown('sar', several(3, home), steps), { names: false });
    expect(report.approvable).toBe(true);
    expect(report.markdown).toContain('How it goes does not fit here');
  });

  it('names in the first 600 characters of an overview what several of them take together', () => {
    const records = several(30, (index): JobRecord => {
      const value = teardown(name(index), several(30, home));
      return { kind: 'teardown', deployment: value.deployment, outcome: 'succeeded', value };
    });
    const first = overviewOf(records).slice(0, 600);
    expect(first).toContain('**900 homes** (450,000 GiB');
    expect(first).toContain('210 accounts in 30 user pools');
  });
});
