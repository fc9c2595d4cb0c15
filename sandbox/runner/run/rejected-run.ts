import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { openCheckReport } from '../job/check-report.ts';
import type { Annotation, WorkflowRun } from '../records.ts';
import { headCommit, senderOf } from '../workflow/event-payload.ts';
import type { TemplateIssue } from '../workflow/template.ts';
import type { WorkflowFile } from '../workflow/workflow-file.ts';
import { publishRun } from './publish-run.ts';
import type { RunnerOptions } from './run-session.ts';

export type RejectedRequest = {
  options: RunnerOptions;
  event: WorkflowEvent;
  /** Path of the workflow file. */
  path: string;
  /** `name:` of the workflow, or its path. */
  name: string;
  annotations: Annotation[];
  id: number;
  number: number;
};

/** The run of a workflow file that cannot be used or may not be started: it fails before any job, and says why. */
export function rejectedRun(request: RejectedRequest): WorkflowRun {
  const { options, event, path, name, annotations, id, number } = request;
  const now = options.github.now();
  const run: WorkflowRun = {
    id,
    number,
    attempt: 1,
    workflowName: name,
    workflowFile: path,
    title: name,
    event,
    conclusion: 'failure',
    jobs: [],
    annotations,
    startedAt: now,
    completedAt: now,
  };
  publishRun(options, { ...run, createdAt: now, triggeringActor: senderOf(event), status: 'completed' });
  const check = openCheckReport({ options, event, id, headSha: headCommit(event) }, path);
  check.addAnnotations(annotations);
  check.complete('failure');
  return run;
}

/** What is wrong with a workflow file. */
export function invalidFileAnnotations({ path, issues }: Extract<WorkflowFile, { kind: 'invalid' }>): Annotation[] {
  return issues.map((issue) => issueAnnotation(path, issue));
}

function issueAnnotation(path: string, issue: TemplateIssue): Annotation {
  return {
    level: 'error',
    title: 'Invalid workflow file',
    message: issue.message,
    file: path,
    line: issue.line,
    endLine: undefined,
    column: issue.column,
    endColumn: undefined,
  };
}
