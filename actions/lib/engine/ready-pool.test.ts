import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import type { StepResult } from './outcome.ts';
import { outcomeOfSteps, type PoolStep, runReadyPool } from './ready-pool.ts';

type Log = { event: 'start' | 'end'; id: string }[];

function step(id: string, needs: string[] = [], failure?: Failure): PoolStep<Log> {
  return {
    id,
    title: `step ${id}`,
    needs,
    run: async (log) => {
      log.push({ event: 'start', id });
      await new Promise((resolve) => setImmediate(resolve));
      log.push({ event: 'end', id });
      if (failure !== undefined) throw failure;
      return { change: 'done' };
    },
  };
}

function failure(code: string): Failure {
  return new Failure({ code, source: 'aws', message: `${code} happened` });
}

function run(steps: PoolStep<Log>[], log: Log = [], concurrency = 10, signal?: AbortSignal): Promise<StepResult[]> {
  return runReadyPool(steps, log, { clock: instantClock(), concurrency, ...(signal && { signal }) });
}

/** Graphs in which each step needs only earlier ones; some steps fail. */
const graphs = fc
  .array(fc.record({ needs: fc.array(fc.nat(20), { maxLength: 4 }), fails: fc.boolean() }), { maxLength: 15 })
  .map((drafts) =>
    drafts.map(({ needs, fails }, index) => {
      const earlier = [...new Set(needs.filter((need) => need < index))].map(String);
      return { id: String(index), needs: earlier, fails: fails && index % 3 === 0 };
    }),
  );

describe('runReadyPool', () => {
  it('starts a step the moment what it needs has ended, and not before', async () => {
    const log: Log = [];
    await run([step('a'), step('b', ['a']), step('c'), step('d', ['b', 'c'])], log);
    expect(log.slice(0, 2).map(({ id }) => id)).toEqual(['a', 'c']);
    expect(log.findIndex(({ event, id }) => event === 'start' && id === 'd')).toBeGreaterThan(
      log.findIndex(({ event, id }) => event === 'end' && id === 'b'),
    );
  });

  it('goes on with independent steps after a failure and names it in those that need it', async () => {
    const results = await run([step('a', [], failure('Boom')), step('b', ['a']), step('c', ['b']), step('d')]);
    const byId = Object.fromEntries(results.map((result) => [result.id, result]));
    expect(byId['a']).toMatchObject({ outcome: 'failed', failure: { code: 'Boom' } });
    expect(byId['b']).toMatchObject({ outcome: 'skipped', detail: 'Not started, because step a failed.' });
    expect(byId['c']).toMatchObject({ outcome: 'skipped', detail: 'Not started, because step b was not started.' });
    expect(byId['d']).toMatchObject({ outcome: 'succeeded' });
  });

  it('makes lost credentials and time-outs unknown, never succeeded or failed', async () => {
    const results = await run([step('a', [], failure('CredentialsLost')), step('b', [], failure('DeadlineReached'))]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown']);
    expect(outcomeOfSteps(results)).toBe('unknown');
  });

  it('lets steps run after one that found nothing to do', async () => {
    const nothing: PoolStep<Log> = {
      id: 'a',
      title: 'a',
      needs: [],
      run: async () => ({ outcome: 'skipped', change: 'already gone' }),
    };
    const results = await run([nothing, step('b', ['a'])]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['skipped', 'succeeded']);
    expect(outcomeOfSteps(results)).toBe('succeeded');
  });

  it('starts nothing after a cancellation and is then unknown, also when nothing had started', async () => {
    const results = await run([step('a'), step('b', ['a'])], [], 10, AbortSignal.abort());
    expect(results.map(({ outcome }) => outcome)).toEqual(['skipped', 'skipped']);
    expect(outcomeOfSteps(results)).toBe('unknown');
  });

  it.each([
    ['two steps have the id', [step('a'), step('a')]],
    ['needs x, which does not exist', [step('a', ['x'])]],
    ['wait for each other: a, b', [step('a', ['b']), step('b', ['a'])]],
  ])('refuses a graph in which %s', async (message, steps) => {
    await expect(run(steps)).rejects.toThrow(new RegExp(message, 'i'));
  });

  it('keeps the order, the limit and one result per step for every graph', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.integer({ min: 1, max: 4 }), async (graph, concurrency) => {
        const log: Log = [];
        const steps = graph.map(({ id, needs, fails }) => step(id, needs, fails ? failure('Boom') : undefined));
        const results = await run(steps, log, concurrency);
        expect(new Set(results.map(({ id }) => id)).size).toBe(graph.length);
        let running = 0;
        const ended = new Set<string>();
        for (const { event, id } of log) {
          running += event === 'start' ? 1 : -1;
          expect(running).toBeLessThanOrEqual(concurrency);
          const needs = graph.find((node) => node.id === id)?.needs ?? [];
          if (event === 'start') for (const need of needs) expect(ended).toContain(need);
          else ended.add(id);
        }
        const succeeded = new Set(results.filter(({ outcome }) => outcome === 'succeeded').map(({ id }) => id));
        for (const { id, needs, fails } of graph) {
          expect(succeeded.has(id)).toBe(!fails && needs.every((need) => succeeded.has(need)));
        }
      }),
      { numRuns: 100 },
    );
  });
});
