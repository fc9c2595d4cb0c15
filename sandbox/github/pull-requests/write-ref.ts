import { type Actor, actorOf } from '../events/actor.ts';
import { diffFiles } from '../git/diff.ts';
import { NO_COMMIT, readRef, removeRef, writeRef } from '../git/refs.ts';
import { EMPTY_TREE } from '../git/trees.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { type Grant, mayChangeWorkflows } from '../model/token.ts';
import { ApiError } from '../rest/api-error.ts';
import { pushObstacles } from './push-rules.ts';
import { processRefUpdates } from './ref-updates.ts';

/**
 * Creates, moves or deletes a branch or tag on behalf of an API call, with all that follows from it.
 * @param sha the new commit; undefined deletes the ref
 * @param refusal the status of a refusal by rules: 409 when a file is written, else 422
 * @throws ApiError 403 when a job's token would change a workflow file, `refusal` when rulesets forbid the change
 */
export async function changeRef(
  state: GitHubState,
  repository: Repository,
  grant: Grant,
  ref: string,
  sha: string | undefined,
  refusal: 409 | 422 = 422,
): Promise<void> {
  const before = (await readRef(repository.gitFolder, ref)) ?? NO_COMMIT;
  if (sha === before) return;
  if (sha !== undefined) await refuseWorkflowChanges(repository, grant, before, sha);
  const obstacles = await pushObstacles(repository, grant, { ref, before, after: sha ?? NO_COMMIT });
  if (obstacles.length > 0) throw ruleViolations(refusal, obstacles);
  await moveRef(state, repository, actorOf(grant), ref, sha);
}

/** As a merge does it: the rules for pushes do not hold, those for merges were looked at before. */
export async function mergeIntoRef(
  state: GitHubState,
  repository: Repository,
  grant: Grant,
  ref: string,
  sha: string,
): Promise<void> {
  const before = (await readRef(repository.gitFolder, ref)) ?? NO_COMMIT;
  await refuseWorkflowChanges(repository, grant, before, sha);
  await moveRef(state, repository, actorOf(grant), ref, sha);
}

/** Changes a ref without asking anybody, with all that follows from it. @param sha undefined deletes the ref */
export async function moveRef(
  state: GitHubState,
  repository: Repository,
  actor: Actor,
  ref: string,
  sha: string | undefined,
): Promise<void> {
  const before = (await readRef(repository.gitFolder, ref)) ?? NO_COMMIT;
  if (sha === undefined) await removeRef(repository.gitFolder, ref);
  else await writeRef(repository.gitFolder, ref, sha);
  await processRefUpdates(state, repository, [{ ref, before, after: sha ?? NO_COMMIT }], actor);
}

/** How the API words a refusal by rulesets, e.g. in github.com/akuity/kargo/issues/6397. */
export function ruleViolations(status: number, sentences: readonly string[]): ApiError {
  return new ApiError(status, `Repository rule violations found\n\n${sentences.join('\n')}\n\n`);
}

/** As the `update` hook does for pushes: an app needs the `workflows` permission. */
async function refuseWorkflowChanges(
  repository: Repository,
  grant: Grant,
  before: string,
  after: string,
): Promise<void> {
  if (mayChangeWorkflows(grant)) return;
  const mainline = await readRef(repository.gitFolder, `refs/heads/${repository.defaultBranch}`);
  const base = before === NO_COMMIT ? (mainline ?? EMPTY_TREE) : before;
  const files = await diffFiles(repository.gitFolder, base, after);
  const workflow = files.find((file) => file.path.startsWith('.github/workflows/'));
  if (workflow === undefined) return;
  const what = `refusing to allow a GitHub App to create or update workflow \`${workflow.path}\``;
  throw new ApiError(403, `${what} without \`workflows\` permission`);
}
