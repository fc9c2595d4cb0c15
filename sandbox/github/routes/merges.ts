import { actorOf } from '../events/actor.ts';
import { readRef } from '../git/refs.ts';
import { mergeOnto } from '../pull-requests/merge-methods.ts';
import { mergeObstacles } from '../pull-requests/merge-rules.ts';
import { markMerged } from '../pull-requests/ref-updates.ts';
import { mergeIntoRef, ruleViolations } from '../pull-requests/write-ref.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { type RepositoryHandlers, signedIn } from '../rest/rest-call.ts';
import { pullRequestNumbered } from './pulls.ts';

/** Merging pull requests (docs.github.com/en/rest/pulls/pulls#merge-a-pull-request). */
export const mergeHandlers: RepositoryHandlers<'pulls/check-if-merged' | 'pulls/merge'> = {
  'pulls/check-if-merged': ({ path }, repository) => {
    if (pullRequestNumbered(repository, path.pull_number).pullRequest.merged === undefined) throw notFound();
    return { status: 204 };
  },

  'pulls/merge': async (call, repository) => {
    const issue = pullRequestNumbered(repository, call.path.pull_number);
    const { pullRequest } = issue;
    if (issue.state === 'closed' || !pullRequest.mergeable) throw new ApiError(405, 'Pull Request is not mergeable');
    if (pullRequest.draft) throw new ApiError(405, 'Pull Request is still a draft');
    if (call.body.sha !== undefined && call.body.sha !== pullRequest.headSha) {
      throw new ApiError(409, 'Head branch was modified. Review and try the merge again.');
    }
    const grant = signedIn(call);
    const { state, body } = call;
    const method = body.merge_method ?? 'merge';
    const obstacles = await mergeObstacles(repository, issue, { method, grant });
    if (obstacles.length > 0) throw ruleViolations(405, obstacles);
    const base = `refs/heads/${pullRequest.baseRef}`;
    const before = (await readRef(repository.gitFolder, base)) ?? pullRequest.baseSha;
    const commits = await mergeOnto(repository, issue, {
      method,
      onto: before,
      by: grant.account,
      at: state.now(),
      title: body.commit_title,
      text: body.commit_message,
    });
    const mergeCommit = commits?.at(-1);
    if (commits === undefined || mergeCommit === undefined) {
      throw new ApiError(405, method === 'rebase' ? "This branch can't be rebased" : 'Pull Request is not mergeable');
    }
    // Merged before the branch moves, so that the push is not taken for a merge by hand.
    issue.state = 'closed';
    try {
      await mergeIntoRef(state, repository, grant, base, mergeCommit);
    } catch (error) {
      issue.state = 'open';
      throw error;
    }
    await markMerged(state, repository, issue, { before, mergeCommit, commits }, actorOf(grant));
    return { status: 200, body: { sha: mergeCommit, merged: true, message: 'Pull Request successfully merged' } };
  },
};
