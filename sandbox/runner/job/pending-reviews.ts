import type { PendingDeployment, ReviewVerdict } from '../../github/model/run-control.ts';

/** "If a job is not approved within 30 days, it will automatically fail" (deployments and environments, "Required reviewers"). */
const MAXIMUM_WAIT_MILLISECONDS = 30 * 24 * 3_600_000;

/** How a wait for a review ended; `left` when the job was cancelled. */
export type ReviewOutcome = ReviewVerdict['state'] | 'expired' | 'left';

/** The jobs of one run that wait for environments. */
export type PendingReviews = {
  wait(environment: string, job: string): { outcome: Promise<ReviewOutcome>; leave(): void };
  list(): PendingDeployment[];
  /** Decides for all jobs that wait for these environments. */
  review(environments: readonly string[], verdict: ReviewVerdict): void;
  /** Ends the waits that have lasted too long. */
  expire(): void;
};

/** @param now virtual time */
export function createPendingReviews(now: () => Date): PendingReviews {
  const waiting = new Map<PendingDeployment, (outcome: ReviewOutcome) => void>();
  const end = (pending: PendingDeployment, outcome: ReviewOutcome): void => {
    const resolve = waiting.get(pending);
    waiting.delete(pending);
    resolve?.(outcome);
  };
  const endAll = (outcome: ReviewOutcome, applies: (pending: PendingDeployment) => boolean): void => {
    for (const pending of [...waiting.keys()].filter(applies)) end(pending, outcome);
  };
  return {
    wait(environment, job) {
      const pending = { environment, job, since: now() };
      const outcome = new Promise<ReviewOutcome>((resolve) => waiting.set(pending, resolve));
      return { outcome, leave: () => end(pending, 'left') };
    },
    list: () => [...waiting.keys()],
    review: (environments, { state }) => endAll(state, ({ environment }) => environments.includes(environment)),
    expire: () => endAll('expired', ({ since }) => now().getTime() - since.getTime() >= MAXIMUM_WAIT_MILLISECONDS),
  };
}
