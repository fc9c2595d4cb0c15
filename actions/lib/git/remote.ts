import type { GitCredentials } from './git-command.ts';

/** A Git server's repository as the mirror reads or writes it. */
export type Remote = {
  /** What messages call it: the name in CodeCommit, or the URL of an upstream. */
  name: string;
  url: string;
  /** Asked once for each git process, so that a signature is fresh; absent when none are needed. */
  credentials?: () => GitCredentials | Promise<GitCredentials>;
};
