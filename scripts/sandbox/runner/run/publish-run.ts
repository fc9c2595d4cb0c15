import type { WorkflowEvent } from '../../github/workflow-event.ts';
import type { Conclusion } from '../records.ts';
import { headCommit } from '../workflow/event-payload.ts';
import { workflowFileName } from '../workflow/workflow-file.ts';
import type { RunnerOptions } from './run-session.ts';

/** A run as the REST API shows it; without a conclusion it is in progress. */
export type PublishedRun = {
  id: number;
  number: number;
  workflowName: string;
  /** Path in the repository. */
  workflowFile: string;
  title: string;
  event: WorkflowEvent;
  startedAt: Date;
  conclusion: Conclusion | undefined;
};

/** Makes a run visible in the REST API, or brings it up to date there. */
export function publishRun(options: RunnerOptions, run: PublishedRun): void {
  options.github.recordWorkflowRun(run.event.repository, {
    id: run.id,
    name: run.workflowName,
    title: run.title,
    workflowFile: workflowFileName(run.workflowFile),
    runNumber: run.number,
    runAttempt: 1,
    event: run.event,
    headSha: headCommit(run.event),
    headBranch: run.event.headRef ?? run.event.ref.replace(/^refs\/(heads|tags)\//, ''),
    status: run.conclusion === undefined ? 'in_progress' : 'completed',
    conclusion: run.conclusion,
    createdAt: run.startedAt,
    updatedAt: new Date(),
  });
}
