import { createCommit, isAncestor, listCommits, type Signature } from '../git/commits.ts';
import { mergeTrees, pickedTree } from '../git/merge.ts';
import { gitText } from '../git/run-git.ts';
import type { Account } from '../model/account.ts';
import type { PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { GITHUB_COMMITTER } from './merge-ref.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export type MergeRequest = {
  method: MergeMethod;
  /** The commit of the base branch that is merged onto. */
  onto: string;
  /** Who merges: the author of a merge commit, the committer of rebased ones. */
  by: Account;
  at: Date;
  /** Instead of GitHub's own words; not for `rebase`. */
  title?: string | undefined;
  text?: string | undefined;
};

/**
 * Makes the commits that a merge puts on the base branch, oldest first; no ref is changed
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/about-merge-methods-on-github).
 * @returns one commit, or for `rebase` one for each commit of the pull request; undefined when they conflict, or there is
 *   nothing to merge
 */
export async function mergeOnto(
  repository: Repository,
  issue: PullRequestIssue,
  request: MergeRequest,
): Promise<string[] | undefined> {
  const { gitFolder } = repository;
  const { headSha } = issue.pullRequest;
  const { method, onto, by, at } = request;
  if (await isAncestor(gitFolder, headSha, onto)) return undefined;
  if (method === 'rebase') return rebaseOnto(gitFolder, headSha, request);
  const tree = await mergeTrees(gitFolder, onto, headSha);
  if (tree === undefined) return undefined;
  const standard = method === 'squash' ? await squashMessage(repository, issue, onto) : mergeMessage(issue);
  const title = request.title ?? standard.title;
  const text = request.text ?? standard.text;
  const commit = await createCommit(gitFolder, {
    tree,
    parents: method === 'squash' ? [onto] : [onto, headSha],
    author: signatureOf(method === 'squash' ? issue.author : by, at),
    committer: { ...GITHUB_COMMITTER, date: at },
    message: text === '' ? `${title}\n` : `${title}\n\n${text}\n`,
  });
  return [commit];
}

/**
 * "Rebase and merge on GitHub will always update the committer information and create new commit SHAs": also when the base
 * has not moved. Merge commits are left out, as `git rebase` does, and so are commits that change nothing any more.
 */
async function rebaseOnto(gitFolder: string, headSha: string, request: MergeRequest): Promise<string[] | undefined> {
  const range = ['--no-merges', `${request.onto}..${headSha}`];
  const originals = await listCommits(gitFolder, range, { reverse: true });
  const rebased: string[] = [];
  let parent = request.onto;
  for (const original of originals) {
    const tree = await pickedTree(gitFolder, parent, original.sha);
    if (tree === undefined) return undefined;
    if (tree === (await gitText(gitFolder, ['rev-parse', `${parent}^{tree}`]))) continue;
    parent = await createCommit(gitFolder, {
      tree,
      parents: [parent],
      author: original.author,
      committer: signatureOf(request.by, request.at),
      message: `${original.message}\n`,
    });
    rebased.push(parent);
  }
  return rebased.length === 0 ? undefined : rebased;
}

function signatureOf(account: Account, date: Date): Signature {
  return { name: account.name ?? account.login, email: account.email, date };
}

function mergeMessage(issue: PullRequestIssue): { title: string; text: string } {
  const { headRepository, headRef } = issue.pullRequest;
  const title = `Merge pull request #${issue.number} from ${headRepository.owner.login}/${headRef}`;
  return { title, text: issue.title };
}

/** The default message of a squash: of a single commit its own, of several the pull request's title and a list. */
async function squashMessage(
  repository: Repository,
  issue: PullRequestIssue,
  onto: string,
): Promise<{ title: string; text: string }> {
  const range = [`${onto}..${issue.pullRequest.headSha}`];
  const commits = await listCommits(repository.gitFolder, range, { reverse: true });
  const [only] = commits;
  if (commits.length === 1 && only !== undefined) {
    const [title = '', ...rest] = only.message.split('\n');
    return { title: `${title} (#${issue.number})`, text: rest.join('\n').trim() };
  }
  const text = commits.map((commit) => `* ${commit.message}`).join('\n\n');
  return { title: `${issue.title} (#${issue.number})`, text };
}
