import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { openCheckReport } from '../job/check-report.ts';
import type { Annotation, WorkflowRun } from '../records.ts';
import { headCommit } from '../workflow/event-payload.ts';
import type { TemplateIssue } from '../workflow/template.ts';
import type { WorkflowFile } from '../workflow/workflow-file.ts';
import { publishRun } from './publish-run.ts';
import type { RunnerOptions } from './run-session.ts';

export type RejectedRequest = {
  options: RunnerOptions;
  event: WorkflowEvent;
  file: Extract<WorkflowFile, { kind: 'invalid' }>;
  id: number;
  number: number;
};

/** The run of a workflow file that cannot be used: it fails before any job, with what is wrong as annotations. */
export function rejectedRun(request: RejectedRequest): WorkflowRun {
  const { options, event, file, id, number } = request;
  const now = new Date();
  const annotations = file.issues.map((issue) => issueAnnotation(file.path, issue));
  const run: WorkflowRun = {
    id,
    number,
    workflowName: file.name,
    workflowFile: file.path,
    title: file.name,
    event,
    conclusion: 'failure',
    jobs: [],
    annotations,
    startedAt: now,
    completedAt: now,
  };
  publishRun(options, run);
  const check = openCheckReport({ options, event, id, headSha: headCommit(event) }, file.path);
  check.addAnnotations(annotations);
  check.complete('failure');
  return run;
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
