/** Protection rules of an environment (docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments). */
export type EnvironmentProtection = {
  /** Logins, at most six; any one of them can approve. Empty: no approval needed. */
  requiredReviewers: string[];
  preventSelfReview: boolean;
  waitTimerMinutes: number;
  /** Which branches and tags may deploy; patterns as in the repository's settings, e.g. `main`, `release/*`. */
  branchPolicy: { kind: 'all' } | { kind: 'protected' } | { kind: 'selected'; patterns: string[] };
};

export type Environment = {
  protection: EnvironmentProtection;
  variables: Map<string, string>;
  secrets: Map<string, string>;
};

/** An environment as GitHub creates it when a job names one that does not exist: without any protection. */
export function unprotectedEnvironment(): Environment {
  return {
    protection: {
      requiredReviewers: [],
      preventSelfReview: false,
      waitTimerMinutes: 0,
      branchPolicy: { kind: 'all' },
    },
    variables: new Map(),
    secrets: new Map(),
  };
}
