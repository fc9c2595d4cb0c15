import { actorOf } from '../events/actor.ts';
import { diffFiles } from '../git/diff.ts';
import { NO_COMMIT, readRef, removeRef, writeRef } from '../git/refs.ts';
import { EMPTY_TREE } from '../git/trees.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import { ApiError } from '../rest/api-error.ts';
import { processRefUpdates } from './ref-updates.ts';

/**
 * Creates, moves or deletes a branch or tag on behalf of an API call, with all that follows from it.
 * @param sha the new commit; undefined deletes the ref
 * @throws ApiError 403 when a job's token would change a workflow file
 */
export async function changeRef(
  state: GitHubState,
  repository: Repository,
  grant: Grant,
  ref: string,
  sha: string | undefined,
): Promise<void> {
  const before = (await readRef(repository.gitFolder, ref)) ?? NO_COMMIT;
  if (sha === before) return;
  if (sha !== undefined) await refuseWorkflowChanges(repository, grant, before, sha);
  if (sha === undefined) await removeRef(repository.gitFolder, ref);
  else await writeRef(repository.gitFolder, ref, sha);
  await processRefUpdates(state, repository, [{ ref, before, after: sha ?? NO_COMMIT }], actorOf(grant));
}

/** As the `update` hook does for pushes: a job's token never has the `workflows` permission. */
async function refuseWorkflowChanges(
  repository: Repository,
  grant: Grant,
  before: string,
  after: string,
): Promise<void> {
  if (grant.kind !== 'job') return;
  const mainline = await readRef(repository.gitFolder, `refs/heads/${repository.defaultBranch}`);
  const base = before === NO_COMMIT ? (mainline ?? EMPTY_TREE) : before;
  const files = await diffFiles(repository.gitFolder, base, after);
  const workflow = files.find((file) => file.path.startsWith('.github/workflows/'));
  if (workflow === undefined) return;
  const what = `refusing to allow a GitHub App to create or update workflow \`${workflow.path}\``;
  throw new ApiError(403, `${what} without \`workflows\` permission`);
}
