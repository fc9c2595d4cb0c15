import { paragraphs, text } from './markdown.ts';

/** That the job which finds out what a run is for has failed. */
export type SelectionProblem = {
  /** Why, and what to do; undefined when it ended before it could say so. */
  reason: string | undefined;
  /** The run on GitHub. */
  runUrl: string;
};

/** Why nothing was done, as a sentence or two that always lead on. */
export function renderSelectionProblem(problem: SelectionProblem | undefined): string {
  const reason = problem?.reason;
  const sentence =
    reason === undefined
      ? 'The job that looks for what is to be done ended before it could say why. Look at its log; then run it again.'
      : text(reason);
  return problem === undefined || !isAddress(problem.runUrl) ? sentence : `${sentence} [The run](${problem.runUrl})`;
}

/** The same under a heading, for a workflow that wanted to change something. */
export function renderNotStarted(title: string, doing: string, problem: SelectionProblem): string {
  return paragraphs(title, `❌ **Nothing was ${doing}:** ${renderSelectionProblem(problem)}`);
}

/** It comes from the runner's own variables, but a link must not become anything else. */
function isAddress(url: string): boolean {
  return /^https?:\/\/[\w.:-]+\/[\w./-]+$/.test(url);
}
