import { describe, expect, it } from 'vitest';
import type { Plan } from '../plan/plan.ts';
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
    expect(markdown).toContain('**Not ready: 1 blocker.**');
    expect(markdown.indexOf('1 resource would be removed or replaced')).toBeLessThan(
      markdown.indexOf('| Stack | What happens'),
    );
  });

  it('shows each change with both values and whether it recreates', () => {
    expect(markdown).toContain(
      '| `Cluster`<br><sub>AWS::EKS::Cluster</sub> | `/Properties/Name` | `a\\|b` | `` `c` `` | **Always** |',
    );
    expect(markdown).toContain('+1 ~1 (1 replaced)');
    expect(markdown).toContain('New: `New` AWS::EC2::Subnet');
  });

  it('says so when nothing changes', () => {
    const stacks = plan.stacks.filter(({ action }) => action === 'unchanged');
    expect(renderPlan({ ...plan, stacks, preflight: [], destructive: [] })).toContain('Nothing changes in AWS.');
  });

  it('reads as before', () => expect(markdown).toMatchSnapshot());
});
