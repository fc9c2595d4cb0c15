import { actorOf } from '../events/actor.ts';
import { createCommit, isAncestor, listCommits } from '../git/commits.ts';
import { mergeTrees } from '../git/merge.ts';
import { readRef } from '../git/refs.ts';
import type { PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { GITHUB_COMMITTER } from '../pull-requests/merge-ref.ts';
import { markMerged } from '../pull-requests/ref-updates.ts';
import { changeRef } from '../pull-requests/write-ref.ts';
import { ApiError, notFound, notInSandbox } from '../rest/api-error.ts';
import type { RepositoryHandlers, RestCall } from '../rest/rest-call.ts';
import { signedIn } from '../rest/rest-call.ts';
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
    const base = `refs/heads/${pullRequest.baseRef}`;
    const before = (await readRef(repository.gitFolder, base)) ?? pullRequest.baseSha;
    const mergeCommit = await mergeCommitOf(call, repository, issue, before);
    // Merged before the branch moves, so that the push is not taken for a merge by hand.
    const { state } = call;
    issue.state = 'closed';
    try {
      await changeRef(state, repository, grant, base, mergeCommit);
    } catch (error) {
      issue.state = 'open';
      throw error;
    }
    await markMerged(state, repository, issue, { before, mergeCommit }, actorOf(grant));
    return { status: 200, body: { sha: mergeCommit, merged: true, message: 'Pull Request successfully merged' } };
  },
};

async function mergeCommitOf(
  call: RestCall<'pulls/merge'>,
  repository: Repository,
  issue: PullRequestIssue,
  before: string,
): Promise<string> {
  const { gitFolder } = repository;
  const { headSha } = issue.pullRequest;
  const method = call.body.merge_method ?? 'merge';
  if (method === 'rebase') throw notInSandbox('merging by rebase');
  const tree = await mergeTrees(gitFolder, before, headSha);
  if (tree === undefined || (await isAncestor(gitFolder, headSha, before))) {
    throw new ApiError(405, 'Pull Request is not mergeable');
  }
  const { account } = signedIn(call);
  const standard = method === 'squash' ? await squashMessage(repository, issue, before) : mergeMessage(issue);
  const title = call.body.commit_title ?? standard.title;
  const text = call.body.commit_message ?? standard.text;
  const date = call.state.now();
  const author = method === 'squash' ? issue.author : account;
  return createCommit(gitFolder, {
    tree,
    parents: method === 'squash' ? [before] : [before, headSha],
    author: { name: author.name ?? author.login, email: author.email, date },
    committer: { ...GITHUB_COMMITTER, date },
    message: text === '' ? `${title}\n` : `${title}\n\n${text}\n`,
  });
}

function mergeMessage(issue: PullRequestIssue): { title: string; text: string } {
  const { headRepository, headRef } = issue.pullRequest;
  const title = `Merge pull request #${issue.number} from ${headRepository.owner.login}/${headRef}`;
  return { title, text: issue.title };
}

/**
 * The default message of a squash: of a single commit its own, of several the pull request's title and a list
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-merge-methods-on-github).
 */
async function squashMessage(
  repository: Repository,
  issue: PullRequestIssue,
  before: string,
): Promise<{ title: string; text: string }> {
  const range = [`${before}..${issue.pullRequest.headSha}`];
  const commits = await listCommits(repository.gitFolder, range, { reverse: true });
  const [only] = commits;
  if (commits.length === 1 && only !== undefined) {
    const [title = '', ...rest] = only.message.split('\n');
    return { title: `${title} (#${issue.number})`, text: rest.join('\n').trim() };
  }
  const text = commits.map((commit) => `* ${commit.message}`).join('\n\n');
  return { title: `${issue.title} (#${issue.number})`, text };
}
