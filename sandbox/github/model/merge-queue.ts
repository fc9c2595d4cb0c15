import type { Account } from './account.ts';
import type { PullRequestIssue } from './issue.ts';

/** The commit that the queue made for a pull request, on top of what stands before it. */
export type MergeGroup = {
  /** `refs/heads/gh-readonly-queue/main/pr-7-<base sha>` */
  ref: string;
  headSha: string;
  /** The head of the group before it, or the tip of the base branch. */
  baseSha: string;
  /** The commits of this pull request in the group. */
  commits: string[];
  since: Date;
};

/** A pull request in the merge queue of its base branch. */
export type QueueEntry = {
  issue: PullRequestIssue;
  /** The head it was queued with; a push takes it out. */
  pullRequestHead: string;
  by: Account;
  since: Date;
  /** Undefined until it is its turn to be built. */
  group: MergeGroup | undefined;
};
