import { createCommit, readCommit } from '../git/commits.ts';
import { mergeTrees } from '../git/merge.ts';
import { readRef, writeRef } from '../git/refs.ts';
import { runGit } from '../git/run-git.ts';
import type { PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';

/** The committer of commits made by github.com itself. */
export const GITHUB_COMMITTER = { name: 'GitHub', email: 'noreply@github.com' };

/**
 * Looks at both branches of an open pull request and brings what depends on them up to date: `refs/pull/N/head`,
 * `refs/pull/N/merge`, mergeability and the test merge commit. Both branches must exist. Where they conflict the merge ref
 * and the test merge commit stay what they were, with old parents.
 * See docs.github.com/en/rest/pulls/pulls#get-a-pull-request (`mergeable`, `merge_commit_sha`), and for the merge ref of a
 * conflicting pull request events that trigger workflows, `pull_request_target`, "Warning".
 */
export async function refreshPullRequest(repository: Repository, issue: PullRequestIssue): Promise<void> {
  const { pullRequest } = issue;
  const { gitFolder } = repository;
  const base = await readRef(gitFolder, `refs/heads/${pullRequest.baseRef}`);
  const head = await fetchHead(repository, issue);
  if (base === undefined || head === undefined) {
    throw new Error(`A branch of pull request ${repository.fullName}#${issue.number} is gone.`);
  }
  pullRequest.baseSha = base;
  pullRequest.headSha = head;
  const mergeRef = `refs/pull/${issue.number}/merge`;
  const tree = await mergeTrees(gitFolder, base, head);
  pullRequest.mergeable = tree !== undefined;
  // A job "creates the merge commit" later; the first one is there when the pull request is.
  pullRequest.mergeRefOutdated = repository.delaysMergeRefs && (await readRef(gitFolder, mergeRef)) !== undefined;
  if (tree === undefined || pullRequest.mergeRefOutdated) return;
  // Dated like the head commit: the same branches give the same merge commit.
  const signature = { ...GITHUB_COMMITTER, date: (await readCommit(gitFolder, head)).committer.date };
  pullRequest.mergeCommitSha = await createCommit(gitFolder, {
    tree,
    parents: [base, head],
    author: signature,
    committer: signature,
    message: `Merge ${head} into ${base}\n`,
  });
  await writeRef(gitFolder, mergeRef, pullRequest.mergeCommitSha);
}

/** Brings the head branch's tip, from a fork if need be, to `refs/pull/N/head`. */
async function fetchHead(repository: Repository, issue: PullRequestIssue): Promise<string | undefined> {
  const { headRepository, headRef } = issue.pullRequest;
  const source = `refs/heads/${headRef}`;
  const target = `refs/pull/${issue.number}/head`;
  const head = await readRef(headRepository.gitFolder, source);
  if (head === undefined) return undefined;
  if (headRepository === repository) await writeRef(repository.gitFolder, target, head);
  else await runGit(repository.gitFolder, ['fetch', '--quiet', headRepository.gitFolder, `+${source}:${target}`]);
  return head;
}
