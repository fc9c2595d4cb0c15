import type { Account } from './account.ts';
import type { Repository } from './repository.ts';

export type Label = { id: number; name: string; color: string; description: string | undefined };

export type Comment = {
  id: number;
  body: string;
  author: Account;
  createdAt: Date;
  updatedAt: Date;
};

/** The part of a pull request that an issue does not have. */
export type PullRequest = {
  /** Branch names without `refs/heads/`. */
  baseRef: string;
  headRef: string;
  /** The repository of the head branch: another one for a pull request from a fork. */
  headRepository: Repository;
  /** The tip of the base branch when last looked at, or when merged. */
  baseSha: string;
  headSha: string;
  draft: boolean;
  maintainerCanModify: boolean;
  mergeable: boolean;
  /** Before the merge the test merge commit, after it the commit that came into the base branch. */
  mergeCommitSha: string | undefined;
  merged: { at: Date; by: Account } | undefined;
};

/** An issue, or a pull request: on GitHub every pull request is an issue. */
export type Issue = {
  id: number;
  number: number;
  title: string;
  body: string | undefined;
  state: 'open' | 'closed';
  stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | undefined;
  author: Account;
  labels: Label[];
  assignees: Account[];
  comments: Comment[];
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | undefined;
  closedBy: Account | undefined;
  pullRequest: PullRequest | undefined;
};

export type PullRequestIssue = Issue & { pullRequest: PullRequest };

/** Narrows an issue to one that is a pull request. */
export function isPullRequest(issue: Issue): issue is PullRequestIssue {
  return issue.pullRequest !== undefined;
}
