/** Lines that only repeat what the Dockerfile says. */
const echoed = /^(#\d+ (\d+\.\d+ )?)?(Step \d+\/\d+ :|\[[^\]]{1,60}\] (RUN|COPY|ADD|FROM)\b| *\d+ \| )/;

/** A test that went well, whatever it is called. */
const passed = /\bPASSED\b|\.\.\. ok$/;

/** What is no more than a warning. */
const warned = /^(#\d+ )?(\d+\.\d+ )?(W:|WARN(ING)?\b|[Ww]arning:|warning +libmamba)/;

/** What says that something is tried again, or was. */
const retrying = /\bretrying\b|\bwill retry\b/i;

/** The last try of pip and conda. */
const lastTry = 'Retry(total=0';

/** How many lines after a failure may say that it is tried again. */
const retryWithin = 3;

/** What Docker without BuildKit says after a step that went well. */
const stepDone = /^ ---> ([0-9a-f]+|Using cache)$/;

/** What CodeBuild says at the end of a phase. */
const phaseDone = /Phase complete: [A-Z_]+ State: (SUCCEEDED|FAILED)/;

/**
 * How much each line of a failed build's log counts as its reason: 1 for what may have ended it, 0.25 for what the build went
 * on in spite of, 0 for what only looks like a failure or belongs to what went well. Linear in the length of the log.
 * @param lines oldest first
 */
export function lineWeights(lines: readonly string[]): number[] {
  const failedSteps = new Set(lines.flatMap((line) => /^#(\d+) ERROR/.exec(line)?.[1] ?? []));
  const { from, until } = failedPart(lines);
  let retriedAt = Number.POSITIVE_INFINITY;
  const weights = lines.map(() => 0);
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] ?? '';
    const isRetry = retrying.test(line) && !line.includes(lastTry);
    if (isRetry) retriedAt = at;
    const step = /^#(\d+) /.exec(line)?.[1];
    const isOther = failedSteps.size > 0 && step !== undefined && !failedSteps.has(step);
    const isWarning = isRetry || retriedAt - at <= retryWithin || warned.test(line);
    const isDoubtful = (isWarning && !line.includes(lastTry)) || isOther || at > until;
    if (at >= from && !echoed.test(line) && !passed.test(line)) weights[at] = isDoubtful ? 0.25 : 1;
  }
  return weights;
}

/** The lines between the last thing that went well before the failure, and the end of the phase that failed. */
function failedPart(lines: readonly string[]): { from: number; until: number } {
  let from = 0;
  for (const [at, line] of lines.entries()) {
    const phase = phaseDone.exec(line)?.[1];
    if (phase === 'FAILED') return { from, until: at };
    if (phase === 'SUCCEEDED' || stepDone.test(line)) from = at + 1;
  }
  return { from: from < lines.length ? from : 0, until: lines.length };
}
