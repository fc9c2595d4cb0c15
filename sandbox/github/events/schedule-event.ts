import { readCommit } from '../git/commits.ts';
import { readRef } from '../git/refs.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { accountOf } from '../present/commit.ts';
import { presentRepository } from '../present/repository.ts';

/**
 * Emits `schedule`, as the clock does: on the newest commit of the default branch, in the name of who committed last
 * (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule).
 * @param cron as it stands in the workflow
 * @throws Error for a repository without commits
 */
export async function emitSchedule(state: GitHubState, repository: Repository, cron: string): Promise<void> {
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = await readRef(repository.gitFolder, ref);
  if (sha === undefined) throw new Error(`${repository.fullName} has no commit on ${repository.defaultBranch}.`);
  const { committer, author } = await readCommit(repository.gitFolder, sha);
  const { login, id } = accountOf(state, committer.email) ?? accountOf(state, author.email) ?? repository.owner;
  state.events.emit({
    name: 'schedule',
    payload: { schedule: cron, repository: presentRepository(state, repository) },
    repository: repository.fullName,
    ref,
    sha,
    actor: { login, id },
    causedByJobToken: false,
  });
}
