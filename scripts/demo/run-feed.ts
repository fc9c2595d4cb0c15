import type { Progress, StepRun, WorkflowRun } from '../sandbox/runner/records.ts';

/** What the runner did so far, and what comes next. */
export type RunFeed = {
  listen(progress: Progress): void;
  /** The last finished run of a workflow. @throws when there is none */
  lastRun(workflow: string): WorkflowRun;
  /** Resolves with the next step of this name that finishes. */
  nextStep(name: string): Promise<StepRun>;
};

/** Lines of these steps are worth watching: they tell what AWS is doing. */
const watched = /^(Mirror|Deploy|Destroy|Plan|Inventory)\b/;

/** @param say gets one line for each thing that a person at the terminal wants to see */
export function createRunFeed(say: (line: string) => void): RunFeed {
  const runs: WorkflowRun[] = [];
  const waiting: { name: string; resolve: (step: StepRun) => void }[] = [];
  return {
    listen(progress) {
      switch (progress.kind) {
        case 'run-started':
          say(`▸ ${progress.run.workflowName} (${progress.run.event.name})`);
          break;
        case 'log':
          if (watched.test(progress.step) && !/^($|##\[)/.test(progress.line)) say(`    ${progress.line}`);
          break;
        case 'annotation':
          if (progress.annotation.level !== 'notice')
            say(`    ${progress.annotation.level}: ${progress.annotation.message}`);
          break;
        case 'step-finished':
          for (const entry of waiting.filter(({ name }) => name === progress.step.name)) {
            waiting.splice(waiting.indexOf(entry), 1);
            entry.resolve(progress.step);
          }
          break;
        case 'run-finished':
          runs.push(progress.run);
          say(
            `  ${progress.run.conclusion === 'success' ? '✓' : '✗'} ${progress.run.workflowName}: ${progress.run.conclusion}`,
          );
          break;
        case 'notice':
          say(`  note: ${progress.message}`);
          break;
        case 'job-started':
        case 'job-finished':
        case 'step-started':
          break;
      }
    },
    lastRun(workflow) {
      const run = runs.findLast(({ workflowName }) => workflowName === workflow);
      if (run === undefined) throw new Error(`The workflow ${workflow} has not run.`);
      return run;
    },
    nextStep: (name) => new Promise((resolve) => void waiting.push({ name, resolve })),
  };
}
