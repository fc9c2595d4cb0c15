import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { quietReporter } from '../ports/test/fake-aws.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { followSteps } from './deploy-progress.ts';

const steps = [
  { id: 'stack cluster', title: 'stack sar-cluster', needs: [] },
  { id: 'images', title: 'build images', needs: [] },
  { id: 'hub', title: 'install hub', needs: ['stack cluster'] },
];
const seconds: Record<string, number> = { 'stack cluster': 900, images: 600, hub: 61 };

function follow(typical: (id: string) => number | undefined = (id) => seconds[id]) {
  const [clock, reporter] = [instantClock(), quietReporter()];
  return { clock, lines: reporter.lines, progress: followSteps({ steps, typical, clock, reporter }) };
}

const ended = (id: string, change: string) => {
  const title = steps.find((step) => step.id === id)?.title ?? id;
  return { id, title, outcome: 'succeeded' as const, change, startedAt: new Date(0), finishedAt: new Date(0) };
};

describe('the lines of a deployment', () => {
  it('say how long a step took before, how long it took now, and what is to be expected', async () => {
    const { lines, progress } = follow();
    progress.started(steps[0] ?? { id: '', title: '' });
    progress.started(steps[1] ?? { id: '', title: '' });
    await progress.clock.sleep(90_000);
    progress.finished(ended('images', 'built'));
    await progress.clock.sleep(800_000);
    progress.finished(ended('stack cluster', 'created'));
    expect(lines).toEqual([
      'stack sar-cluster: started, took 15 min before',
      'build images: started, took 10 min before',
      // 810 s of the cluster are left, then the hub.
      'build images: built after 1 min 30 s; about 15 min to go',
      expect.stringMatching(/^Still at work: stack sar-cluster \(14 min 50 s of about 15 min\)$/),
      'stack sar-cluster: created after 14 min 50 s; about 2 min to go',
    ]);
  });

  it('are written when nothing has happened for long, and not before', async () => {
    const { lines, progress } = follow(() => undefined);
    progress.started(steps[0] ?? { id: '', title: '' });
    for (let look = 0; look < 48; look++) await progress.clock.sleep(5000);
    expect(lines).toEqual([
      'stack sar-cluster: started',
      'Still at work: stack sar-cluster (2 min)',
      'Still at work: stack sar-cluster (4 min)',
    ]);
  });

  it('promise nothing where nothing is known, and nothing after what was as it should be', () => {
    const { lines, progress } = follow((id) => (id === 'hub' ? undefined : 60));
    progress.started(steps[1] ?? { id: '', title: '' });
    progress.finished(ended('images', 'unchanged'));
    expect(lines.at(-1)).toBe('build images: unchanged');
    progress.started(steps[0] ?? { id: '', title: '' });
    progress.finished(ended('stack cluster', 'updated'));
    expect(lines.at(-1)).toBe('stack sar-cluster: updated after 0 s');
  });

  it('warn of a failure with its sentence', () => {
    const { lines, progress } = follow();
    progress.started(steps[1] ?? { id: '', title: '' });
    const failure = new Failure({ code: 'X', source: 'aws', message: 'No room.' });
    progress.finished({ ...ended('images', 'failed'), outcome: 'failed', failure });
    expect(lines.at(-1)).toBe('warning: build images after 0 s: No room.');
  });
});
