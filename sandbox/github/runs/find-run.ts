import type { Repository } from '../model/repository.ts';
import type { RunHandle } from '../model/run-control.ts';
import type { GitHubState } from '../model/state.ts';
import { ApiError, notFound, notInSandbox } from '../rest/api-error.ts';

/**
 * The run in the hands of its runner.
 * @throws ApiError 404 when there is no such run; 501 when it was only recorded, by nobody who could act on it
 */
export function runHandle(state: GitHubState, repository: Repository, runId: number): RunHandle {
  if (!repository.workflowRuns.has(runId)) throw notFound();
  for (const control of state.runControls) {
    const found = control.find(repository.fullName, runId);
    if (found !== undefined) return found;
  }
  throw notInSandbox(`changes of run ${runId}, which no runner of the sandbox ran`);
}

/**
 * Starts another attempt of a run.
 * @throws ApiError 403 with the reason: too old, too often, or not ended
 */
export function rerun(
  state: GitHubState,
  repository: Repository,
  request: { runId: number; failedOnly: boolean; by: { login: string; id: number } },
): void {
  const { runId, failedOnly, by } = request;
  const refusal = runHandle(state, repository, runId).rerun({ failedOnly, by });
  if (refusal !== undefined) throw new ApiError(403, refusal);
}
