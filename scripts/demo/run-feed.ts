import type { Progress, WorkflowRun } from '@opensarlab/sandbox';

/** What the runner did so far. */
export type RunFeed = {
  listen(progress: Progress): void;
  /** The last finished run of a workflow. @throws when there is none */
  lastRun(workflow: string): WorkflowRun;
};

/** Lines of these steps are worth watching: they tell what AWS is doing. */
const watched = /^(Mirror|Deploy|Destroy|Plan|Inventory)\b/;

/** @param say gets one line for each thing that a person at the terminal wants to see */
export function createRunFeed(say: (line: string) => void): RunFeed {
  const runs: WorkflowRun[] = [];
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
        case 'step-finished':
          break;
      }
    },
    lastRun(workflow) {
      const run = runs.findLast(({ workflowName }) => workflowName === workflow);
      if (run === undefined) throw new Error(`The workflow ${workflow} has not run.`);
      return run;
    },
  };
}
