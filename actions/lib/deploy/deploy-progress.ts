import type { StepResult } from '../engine/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';
import { duration } from '../report/markdown.ts';

/** A step of a deployment: what it is called, and what it waits for. */
type Step = { id: string; title: string; needs: readonly string[] };

/** Milliseconds after which a quiet run says what it is at. */
const heartbeat = 2 * 60_000;

export type ProgressOptions = {
  steps: readonly Step[];
  /** Seconds that a step took in earlier runs; undefined where none is known. */
  typical: (id: string) => number | undefined;
  clock: Clock;
  reporter: Reporter;
};

/**
 * Tells a person who watches what a deployment does: a line when a step starts and ends, how long that took, what is still to
 * be expected, and from time to time what it is at.
 */
export function followSteps({ steps, typical, clock, reporter }: ProgressOptions) {
  const atWork = new Map<string, { title: string; since: number }>();
  const open = new Map(steps.map((step) => [step.id, step]));
  let lastLine = clock.now().getTime();
  const say = (line: string): void => {
    lastLine = clock.now().getTime();
    reporter.info(line);
  };
  const elapsed = (since: number): string => duration(clock.now().getTime() - since);

  /** The longest chain of what is left, each step as long as it usually takes; undefined where that is not known of one. */
  const rest = (id: string): number | undefined => {
    const step = open.get(id);
    if (step === undefined) return 0;
    const own = typical(id);
    if (own === undefined) return undefined;
    const running = atWork.get(id);
    const left = running === undefined ? own : Math.max(0, own - (clock.now().getTime() - running.since) / 1000);
    return longest(step.needs.map(rest), left);
  };

  const beat = (): void => {
    if (atWork.size === 0 || clock.now().getTime() - lastLine < heartbeat) return;
    const all = [...atWork].map(([id, { title, since }]) => `${title} (${elapsed(since)}${ofAbout(typical(id))})`);
    say(`Still at work: ${all.join(', ')}`);
  };

  return {
    started({ id, title }: { id: string; title: string }): void {
      atWork.set(id, { title, since: clock.now().getTime() });
      const usual = typical(id);
      say(`${title}: started${usual === undefined ? '' : `, took ${about(usual)} before`}`);
    },
    finished(result: StepResult): void {
      const took = atWork.get(result.id);
      atWork.delete(result.id);
      open.delete(result.id);
      const after = took === undefined || result.change === 'unchanged' ? '' : ` after ${elapsed(took.since)}`;
      if (result.failure !== undefined) {
        reporter.warning(`${result.title}${after}: ${result.failure.message}`);
        return;
      }
      const left = longest([...open.keys()].map(rest), 0);
      const more = after === '' || open.size === 0 || left === undefined ? '' : `; about ${about(left)} to go`;
      say(`${result.title}: ${result.change}${after}${more}`);
    },
    /** For the steps: whoever wakes up on it sees to it that a long silence ends. */
    clock: {
      now: () => clock.now(),
      async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
        await clock.sleep(milliseconds, signal);
        beat();
      },
    } satisfies Clock,
  };
}

/** @returns undefined as soon as one of them is unknown */
function longest(chains: readonly (number | undefined)[], own: number): number | undefined {
  return chains.reduce((most: number | undefined, one) => {
    return most === undefined || one === undefined ? undefined : Math.max(most, one + own);
  }, own);
}

const about = (seconds: number): string => duration(seconds < 60 ? seconds * 1000 : Math.ceil(seconds / 60) * 60_000);
const ofAbout = (seconds: number | undefined): string => (seconds === undefined ? '' : ` of about ${about(seconds)}`);
