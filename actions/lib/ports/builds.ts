import type { LogStreamName } from './log-groups.ts';

export type Build = {
  id: string;
  status: 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'IN_PROGRESS' | 'STOPPED';
  startedAt: Date;
  finishedAt?: Date;
  /** The commit it was asked to build. */
  commit?: string;
  /** Plain-text environment variables of this build. */
  environment: Record<string, string>;
  /** First phase that failed, with CodeBuild's own words. */
  failedPhase?: { name: string; message: string };
  logUrl?: string;
  /** Where CloudWatch Logs has its output. */
  log?: LogStreamName;
};

export type BuildRequest = {
  project: string;
  /** Overrides of plain-text variables. */
  environment: Record<string, string>;
  /** A CodeCommit repository's HTTPS clone URL, and the commit to check out. */
  source: { cloneUrl: string; commit: string };
  requestToken: string;
};

/** What the verbs need of AWS CodeBuild. */
export type Builds = {
  projectExists(project: string): Promise<boolean>;
  /** @returns the build's id */
  start(request: BuildRequest): Promise<string>;
  find(buildId: string): Promise<Build | undefined>;
  /** Newest first, at most `limit`; empty when there is no such project. */
  recent(project: string, limit: number): Promise<Build[]>;
  stop(buildId: string): Promise<void>;
};
