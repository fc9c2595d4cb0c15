import type { Annotation, WorkflowRun } from '@opensarlab/sandbox';
import { expect } from 'vitest';
import { describe as describeRun, type World } from './world.ts';

/** What a scene compares with at its end. */
export type Before = { account: ReadonlyMap<string, string>; moment: number };

export async function lookBefore(world: World): Promise<Before> {
  return { account: await world.account(), moment: world.moment() };
}

/** Nobody who may change labs changed anything, and everything that was there is there. */
export async function expectUntouched(world: World, before: Before): Promise<void> {
  expect(world.deeds(before.moment)).toEqual([]);
  expect(await world.account()).toEqual(before.account);
}

/** The last of these runs of a workflow. @throws AssertionError when it did not run */
export function runOf(runs: readonly WorkflowRun[], workflow: string): WorkflowRun {
  const run = runs.findLast(({ workflowName }) => workflowName === workflow);
  if (run === undefined) {
    throw new Error(
      `${workflow} did not run, only ${runs.map(({ workflowName }) => workflowName).join(', ') || 'nothing'}.`,
    );
  }
  return run;
}

export function expectEnd(
  runs: readonly WorkflowRun[],
  workflow: string,
  conclusion: WorkflowRun['conclusion'],
): WorkflowRun {
  const run = runOf(runs, workflow);
  expect(run.conclusion, describeRun(run)).toBe(conclusion);
  return run;
}

/** Errors that a run shows on its page, with the steps' own. */
export function errorsOf(run: WorkflowRun): Annotation[] {
  const all = [
    ...run.annotations,
    ...run.jobs.flatMap((job) => [...job.annotations, ...job.steps.flatMap((step) => step.annotations)]),
  ];
  return all.filter(({ level }) => level === 'error');
}

/** A refusal is one error: a sentence of what is wrong, and the way on. */
export function expectRefusal(run: WorkflowRun, said: RegExp, wayOn: RegExp): void {
  const messages = errorsOf(run).map(({ message }) => message);
  const told = messages.filter((message) => said.test(message));
  expect(told, messages.join('\n')).toHaveLength(1);
  expect(told[0]).toMatch(wayOn);
}
