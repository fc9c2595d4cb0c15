/** A step that is running now. */
export type RunningStep = {
  controller: AbortController;
  /** Its condition computed again after the cancellation: an `always()` step goes on. */
  goesOn(): boolean;
};

/**
 * The cancellation of a job. What runs is stopped unless its condition still holds; later steps run if theirs does
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation).
 */
export type JobCancellation = {
  /** Why; undefined while the job is not cancelled. */
  readonly reason: string | undefined;
  /** Only the first call counts. */
  cancel(reason: string): void;
  /** Runs a step so that a cancellation reaches it. */
  guard<T>(step: RunningStep, work: () => Promise<T>): Promise<T>;
};

/** @param onCancel called once, before the running step is asked whether it goes on */
export function createJobCancellation(onCancel: (reason: string) => void): JobCancellation {
  let reason: string | undefined;
  let running: RunningStep | undefined;
  return {
    get reason() {
      return reason;
    },
    cancel(why) {
      if (reason !== undefined) return;
      reason = why;
      onCancel(why);
      if (running && !running.goesOn()) running.controller.abort(new Error(why));
    },
    async guard(step, work) {
      running = step;
      try {
        return await work();
      } finally {
        running = undefined;
      }
    },
  };
}
