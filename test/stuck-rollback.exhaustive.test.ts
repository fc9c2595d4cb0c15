import { afterEach, describe, expect, it } from 'vitest';
import type { PlanRow } from '../actions/lib/plan/plan-row.ts';
import { openWeatherLab, type WeatherLab } from './weather-lab.ts';

let lab: WeatherLab;
afterEach(() => lab.close());

const skips = (rows: readonly PlanRow[]): PlanRow[] => rows.filter(({ act }) => act === 'skip');
const continued = (): number =>
  lab.account.sandbox.journal.filter(({ operation }) => operation === 'ContinueUpdateRollback').length;

describe('a stack whose update could not be rolled back', { timeout: 60_000 }, () => {
  it('shows in its plan what CloudFormation may leave as it is, and why it is stuck', async () => {
    lab = await openWeatherLab('recover', false);
    expect(skips(lab.plan.rows)).toEqual([
      {
        ...{ place: 'sar-cluster', item: 'Log', type: 'AWS::Logs::LogGroup' },
        ...{ property: 'ResourcesToSkip', act: 'skip', after: '"stuck"' },
      },
    ]);
    expect(lab.plan.details).toContainEqual(expect.stringMatching(/left as it is: Log \(AWS::Logs::LogGroup\): .+/));
  });

  it('is left as it is, with the reason, as long as nobody has approved to skip', async () => {
    lab = await openWeatherLab('recover', false);
    const record = await lab.deploy({ isApproved: ({ act }) => act !== 'skip' });
    expect(record.outcome).toBe('failed');
    expect(skips(record.refused)).toHaveLength(1);
    expect(record.stacks.find(({ kind }) => kind === 'cluster')).toMatchObject({ change: 'failed' });
    expect((await lab.endState()).stacks).toMatchObject({ 'sar-cluster': 'UPDATE_ROLLBACK_FAILED' });
    expect(lab.lines).toContainEqual(expect.stringMatching(/Could not finish the rollback of stack sar-cluster/));
  });

  it('is rolled back without skipping anything when that can succeed by now, whatever was approved', async () => {
    lab = await openWeatherLab('recover', false);
    await lab.mend();
    expect(await lab.deploy()).toMatchObject({ outcome: 'succeeded' });
    expect(continued()).toBe(1);
  });

  it('ends with the approved resources skipped, and what was skipped is put back after that', async () => {
    lab = await openWeatherLab('recover', false);
    const record = await lab.deploy();
    expect(continued()).toBe(2);
    expect(lab.lines).toContainEqual(expect.stringMatching(/leaves as it is what cannot be rolled back: Log /));
    expect(record.steps.flatMap(({ failure }) => failure?.message ?? [])).toEqual([]);
    expect(record).toMatchObject({ outcome: 'succeeded' });
    expect(lab.account.sandbox.resources(lab.account.region).map(({ arn }) => arn)).toContainEqual(
      expect.stringMatching(/log-group:stuck/),
    );
    expect(await lab.deploy()).toMatchObject({ outcome: 'succeeded', unchanged: true });
  });
});
