export type Repository = { name: string; arn: string; cloneUrl: string };

/** What the verbs need of AWS CodeCommit's API; Git itself is another port. */
export type Repositories = {
  find(name: string): Promise<Repository | undefined>;
  /** @throws Failure `CodeCommitUnavailable` when the account may not use CodeCommit */
  create(name: string, description: string, tags: Record<string, string>): Promise<Repository>;
  /** The commit a branch points at, or undefined when there is no such branch or repository. */
  branchHead(name: string, branch: string): Promise<string | undefined>;
  /** A repository that is gone is no error. */
  delete(name: string): Promise<void>;
  /** @throws Failure when the account may not use CodeCommit or the role may not list */
  list(): Promise<string[]>;
};
