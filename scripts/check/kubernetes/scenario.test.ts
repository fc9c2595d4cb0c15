import { expect, it } from 'vitest';
import { expectNone, NotRun, runScenarios, type Scenario } from './scenario.ts';

const scenario = (name: string, run: () => Promise<string>, needs: string[] = []): Scenario<undefined> => ({
  ...{ name, asked: name, needs, run },
});
const run = async (...scenarios: Scenario<undefined>[]) =>
  (await runScenarios(scenarios, undefined, () => undefined)).map(({ outcome, detail }) => `${outcome}: ${detail}`);

it('tells what was seen, and why something does not hold', async () => {
  const holds = scenario('one', async () => 'seen');
  const fails = scenario('two', async () => {
    expectNone(['Pod a/b'], 'restarted');
    return '';
  });
  expect(await run(holds, fails)).toEqual(['ok: seen', 'FAILED: restarted: Pod a/b']);
});

it('does not run what stands on something that does not hold, or that was not run', async () => {
  const missing = scenario('one', async () => {
    throw new NotRun('there is no chart');
  });
  const second = scenario('two', async () => 'seen', ['one']);
  const third = scenario('three', async () => 'seen', ['two']);
  expect(await run(missing, second, third)).toEqual([
    'not run: there is no chart',
    'not run: needs what does not hold: one',
    'not run: needs what does not hold: two',
  ]);
});
