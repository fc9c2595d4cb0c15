export type LogGroup = { name: string; arn: string; storedBytes: number; retentionDays?: number };

/** What the verbs need of Amazon CloudWatch Logs. */
export type LogGroups = {
  /** Undefined when there is none with exactly this name. */
  find(name: string): Promise<LogGroup | undefined>;
  /** A group that is gone is no error. */
  delete(name: string): Promise<void>;
};
