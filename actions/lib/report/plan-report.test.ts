import { describe, expect, it } from 'vitest';
import type { MirrorChange, Plan } from '../plan/plan.ts';
import { renderPlan } from './plan-report.ts';

const plan: Plan = {
  deployment: 'sar',
  accountId: '123456789012',
  region: 'us-west-2',
  fingerprint: 'f'.repeat(64),
  preflight: [
    { id: 'certificate', title: 'Certificate', outcome: 'ok', detail: 'issued' },
    { id: 'mail', title: 'Mail identity', outcome: 'blocker', detail: 'is not verified', hint: 'Verify it.' },
  ],
  destructive: [{ stack: 'sar-cluster', logicalId: 'Cluster', type: 'AWS::EKS::Cluster', action: 'replace' }],
  rows: [],
  lookedUp: {},
  busy: [],
  stacks: [
    {
      kind: 'cluster',
      name: 'sar-cluster',
      action: 'update',
      stateFound: 'CREATE_COMPLETE',
      parametersUnknown: [],
      changes: [
        {
          logicalId: 'Cluster',
          type: 'AWS::EKS::Cluster',
          action: 'Modify',
          replacement: 'True',
          properties: [{ path: '/Properties/Name', before: 'a|b', after: '`c`', requiresRecreation: 'Always' }],
        },
        { logicalId: 'New', type: 'AWS::EC2::Subnet', action: 'Add', properties: [] },
        { logicalId: 'Logs', type: 'AWS::Logs::LogGroup', action: 'Import', properties: [] },
      ],
    },
    {
      kind: 'cognito',
      name: 'sar-cognito',
      action: 'unchanged',
      stateFound: 'CREATE_COMPLETE',
      parametersUnknown: [],
      changes: [],
    },
  ],
};

describe('renderPlan', () => {
  const markdown = renderPlan(plan);

  it('puts blockers and destruction before everything else', () => {
    const row = {
      place: 'sar-cluster',
      item: 'Cluster',
      type: 'AWS::EKS::Cluster',
      property: '',
      act: 'replace',
    } as const;
    const shown = renderPlan({ ...plan, rows: [row] });
    const places = [
      '**Replaced: 1 cluster.**',
      '**Not ready: 1 blocker.**',
      '**Merging approves exactly these 1:**',
      '| `sar-cluster` | `Cluster`',
      '| Stack | What happens',
    ].map((words) => shown.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('shows each change with both values and whether it recreates', () => {
    expect(markdown).toContain(
      '| `Cluster`<br><sub>AWS::EKS::Cluster</sub> | `/Properties/Name` | `a\\|b` | `` `c` `` | **Always** |',
    );
    expect(markdown).toContain('+1 ~1 (1 replaced)');
    expect(markdown).toContain('New: `New` AWS::EC2::Subnet');
    expect(markdown).toContain('Kept before, taken up again: `Logs` AWS::Logs::LogGroup');
    expect(markdown).not.toContain('| `Logs`');
  });

  it('says so when nothing changes', () => {
    const stacks = plan.stacks.filter(({ action }) => action === 'unchanged');
    expect(renderPlan({ ...plan, stacks, preflight: [], destructive: [] })).toContain('Nothing changes in AWS.');
  });

  it('shows what each repository would hold, and says where a list is cut', () => {
    const commits = { upstreamRef: 'v2.0', upstreamCommit: 'a'.repeat(40), commit: 'b'.repeat(40) };
    const added = Array.from({ length: 203 }, (_, index) => `images/${index}`);
    const container = { repository: 'sar-container', change: 'unchanged', ...commits } as const;
    const cluster: MirrorChange = {
      ...{ repository: 'sar-cluster', change: 'updated', ...commits, upstreamRef: '<b>v2' },
      files: { added, changed: ['a`b'], deleted: ['old'] },
      notes: ['hook `x.sh` is used by no profile'],
    };
    const shown = renderPlan({ ...plan, mirror: [container, cluster] });
    expect(shown).toContain('<summary>sar-container: unchanged</summary>');
    expect(shown).toContain('<summary>sar-cluster: 205 files</summary>');
    expect(shown).toMatch(/&lt;b&gt;v2 .*aaaaaa&#8203;a.* \+ overlay = bbbbbb&#8203;b\./);
    expect(shown).toContain('… and 5 more files.');
    expect(shown).toContain('> hook \\`x.sh\\` is used by no profile');
    const only = renderPlan({ ...plan, stacks: [], preflight: [], destructive: [], mirror: [container] });
    expect(only).toContain('Nothing changes in AWS.');
  });

  it('reads as before', () => expect(markdown).toMatchSnapshot());
});
