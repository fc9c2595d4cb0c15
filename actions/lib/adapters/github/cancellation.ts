/**
 * Aborted when the runner cancels the job: it sends SIGINT, and SIGTERM 7.5 seconds later, before it kills what is left
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation). What was made in AWS is removed in between.
 */
export function cancellation(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`The job was cancelled (${signal}).`)));
  }
  return controller.signal;
}
