/** A job that waits for a review of its environment. */
export type PendingDeployment = {
  environment: string;
  /** The job's name as GitHub shows it. */
  job: string;
  since: Date;
};

export type ReviewVerdict = { state: 'approved' | 'rejected'; by: string; comment: string };

/** A run that the runner knows, with what people can do to it. */
export type RunHandle = {
  /** Lets a run start that waits for an approval. @returns false when it does not wait */
  approve(): boolean;
  /** @returns false when the run has ended */
  cancel(by: string): boolean;
  /** Starts the next attempt. @returns why not, in GitHub's words; undefined when it has started */
  rerun(request: { failedOnly: boolean; by: { login: string; id: number } }): string | undefined;
  pendingDeployments(): PendingDeployment[];
  /** Decides for every job that waits for one of the environments. */
  review(environments: readonly string[], verdict: ReviewVerdict): void;
};

/** What GitHub asks of a runner. */
export type RunControl = {
  /** @param repository `owner/name` */
  find(repository: string, runId: number): RunHandle | undefined;
  /** Called when virtual time was moved: what waited too long ends now. */
  timePassed(): void;
};
