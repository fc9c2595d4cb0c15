export type LogGroup = { name: string; arn: string; storedBytes: number; retentionDays?: number };

/** One stream of a log group. */
export type LogStreamName = { group: string; stream: string };

/** What the verbs need of Amazon CloudWatch Logs. */
export type LogGroups = {
  /** Undefined when there is none with exactly this name. */
  find(name: string): Promise<LogGroup | undefined>;
  /** The newest lines of a stream, oldest first, at most `limit`; none when there is no such stream. */
  lastLines(log: LogStreamName, limit: number): Promise<string[]>;
  /** A group that is gone is no error. */
  delete(name: string): Promise<void>;
};
