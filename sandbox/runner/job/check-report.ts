import type { CheckAnnotation } from '../../github/github-sandbox.ts';
import type { Annotation, Conclusion } from '../records.ts';
import type { RunSession } from '../run/run-session.ts';

/** A job's check run on the commit. */
export type CheckReport = {
  /** The job got its runner. */
  start(): void;
  /** The job waits for a review of its environment. */
  wait(): void;
  addAnnotations(annotations: readonly Annotation[]): void;
  complete(conclusion: Conclusion): void;
};

/**
 * Shows a job as a check run, as GitHub Actions does: named after the job, on the head commit, with its annotations
 * (docs.github.com/en/rest/checks/runs).
 */
export function openCheckReport(
  run: Pick<RunSession, 'options' | 'event' | 'id' | 'headSha'>,
  job: string,
): CheckReport {
  const { github } = run.options;
  const { repository } = run.event;
  const { id } = github.recordCheckRun(repository, {
    name: job,
    headSha: run.headSha,
    status: 'queued',
    detailsUrl: `${github.serverUrl}/${repository}/actions/runs/${run.id}`,
    externalId: `${run.id}/${job}`,
  });
  return {
    start: () => {
      github.recordCheckRun(repository, { id, status: 'in_progress', startedAt: github.now() });
    },
    wait: () => {
      github.recordCheckRun(repository, { id, status: 'waiting' });
    },
    addAnnotations: (annotations) => {
      if (annotations.length > 0) github.addAnnotations(repository, id, annotations.map(toCheckAnnotation));
    },
    complete: (conclusion) => {
      github.recordCheckRun(repository, { id, status: 'completed', conclusion, completedAt: github.now() });
    },
  };
}

/** An annotation without a file is shown on `.github`. */
function toCheckAnnotation(annotation: Annotation): CheckAnnotation {
  const { line = 1, endLine, column, endColumn, title } = annotation;
  return {
    path: annotation.file ?? '.github',
    startLine: line,
    endLine: endLine ?? line,
    level: annotation.level === 'error' ? 'failure' : annotation.level,
    message: annotation.message,
    ...(column === undefined ? {} : { startColumn: column }),
    ...(endColumn === undefined ? {} : { endColumn }),
    ...(title === undefined ? {} : { title }),
  };
}
