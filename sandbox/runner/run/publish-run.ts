import type { WorkflowRun as PublishedRecord } from '../../github/github-sandbox.ts';
import type { CheckConclusion } from '../../github/model/check-run.ts';
import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { runCommit } from '../workflow/event-payload.ts';
import { workflowFileName } from '../workflow/workflow-file.ts';
import type { RunnerOptions } from './run-session.ts';

/** A run as the REST API shows it. */
export type PublishedRun = {
  id: number;
  number: number;
  attempt: number;
  triggeringActor: WorkflowEvent['actor'];
  workflowName: string;
  /** Path in the repository. */
  workflowFile: string;
  title: string;
  event: WorkflowEvent;
  createdAt: Date;
  /** Of this attempt. */
  startedAt: Date;
  /** `pending` in a concurrency group, `waiting` for a review. */
  status: PublishedRecord['status'];
  conclusion: CheckConclusion | undefined;
};

/** Makes a run visible in the REST API, or brings it up to date there. */
export function publishRun(options: RunnerOptions, run: PublishedRun): void {
  options.github.recordWorkflowRun(run.event.repository, {
    id: run.id,
    name: run.workflowName,
    title: run.title,
    workflowFile: workflowFileName(run.workflowFile),
    runNumber: run.number,
    runAttempt: run.attempt,
    event: run.event,
    triggeringActor: run.triggeringActor,
    headSha: runCommit(run.event),
    headBranch: run.event.headRef ?? run.event.ref.replace(/^refs\/(heads|tags)\//, ''),
    status: run.status,
    conclusion: run.conclusion,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    updatedAt: options.github.now(),
  });
}
