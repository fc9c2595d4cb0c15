import { isPullRequest } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { runHandle } from './find-run.ts';

/**
 * Lets the runs of a pull request start that wait for somebody with write access: those of its present head only, as the
 * page of the pull request offers them.
 * @returns the runs that start now
 * @throws Error when there is no such pull request
 */
export function approveRuns(state: GitHubState, repository: Repository, number: number): number[] {
  const issue = repository.issues.get(number);
  if (issue === undefined || !isPullRequest(issue)) {
    throw new Error(`${repository.fullName} has no pull request ${number}.`);
  }
  const waiting = [...repository.workflowRuns.values()].filter(
    ({ event, headSha, conclusion }) =>
      event.name === 'pull_request' && headSha === issue.pullRequest.headSha && conclusion === 'action_required',
  );
  return waiting.map(({ id }) => id).filter((id) => runHandle(state, repository, id).approve());
}
