import { readCommit } from '../git/commits.ts';
import type { MergeGroup } from '../model/merge-queue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from '../present/account.ts';
import { apiDate } from '../present/date.ts';
import { presentRepository } from '../present/repository.ts';
import type { Actor } from './actor.ts';

/**
 * Emits `merge_group` with `checks_requested`; GITHUB_SHA and GITHUB_REF are the group's
 * (docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group, events that trigger workflows, `merge_group`).
 */
export async function emitMergeGroupEvent(
  state: GitHubState,
  repository: Repository,
  group: MergeGroup,
  baseRef: string,
  actor: Actor,
): Promise<void> {
  const commit = await readCommit(repository.gitFolder, group.headSha);
  const person = ({ name, email }: { name: string; email: string }): unknown => ({ name, email });
  state.events.emit({
    name: 'merge_group',
    action: 'checks_requested',
    payload: {
      action: 'checks_requested',
      merge_group: {
        head_sha: group.headSha,
        head_ref: group.ref,
        base_sha: group.baseSha,
        base_ref: `refs/heads/${baseRef}`,
        head_commit: {
          id: commit.sha,
          tree_id: commit.tree,
          message: commit.message,
          timestamp: apiDate(commit.committer.date),
          author: person(commit.author),
          committer: person(commit.committer),
        },
      },
      repository: presentRepository(state, repository),
      sender: simpleUser(state, actor.account),
    },
    repository: repository.fullName,
    ref: group.ref,
    sha: group.headSha,
    actor: { login: actor.account.login, id: actor.account.id },
    causedByJobToken: false,
  });
}
