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

/** One thing that happened (docs.github.com/en/rest/using-the-rest-api/issue-event-types). */
export type IssueEvent = {
  id: number;
  event:
    | 'labeled'
    | 'unlabeled'
    | 'closed'
    | 'reopened'
    | 'merged'
    | 'renamed'
    | 'base_ref_changed'
    | 'head_ref_force_pushed'
    | 'head_ref_deleted'
    | 'ready_for_review'
    | 'convert_to_draft'
    | 'added_to_merge_queue'
    | 'removed_from_merge_queue';
  actor: Account;
  createdAt: Date;
  /** Of `labeled` and `unlabeled`, as it was then. */
  label?: { name: string; color: string };
  /** Of `merged`: the commit that came into the base branch; of `head_ref_force_pushed`: the new head. */
  commitId?: string;
  /** Of `renamed`. */
  rename?: { from: string; to: string };
  /** Of `closed` and `reopened`. */
  stateReason?: string | undefined;
};

/** A submitted review of a pull request. */
export type Review = {
  id: number;
  author: Account;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  body: string;
  /** The head it was about. */
  commitId: string;
  submittedAt: Date;
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
  /** The merge ref still has old parents, and whether it can be merged is shown as unknown. */
  mergeRefOutdated: boolean;
  /** Before the merge the test merge commit, after it the commit that came into the base branch. */
  mergeCommitSha: string | undefined;
  merged: { at: Date; by: Account } | undefined;
  /** The commits that its merge put on the base branch: one, or for a rebase one per commit. Empty before the merge. */
  mergedCommits: string[];
  /** Oldest first. */
  reviews: Review[];
  /** Whose push made the head what it is. */
  lastPushedBy: Account;
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
  /** Oldest first. */
  events: IssueEvent[];
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
