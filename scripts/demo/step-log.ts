import { type DemoStep, type StepId, stepIds } from './demo-report.ts';

/** Runs the demo's steps, says how each ended, and remembers it. */
export type StepLog = {
  /** Rethrows what the step throws, after recording it as failed: later steps need what earlier ones made. */
  step<T>(id: StepId, run: () => Promise<{ value: T; detail: string }>): Promise<T>;
  /** All steps; those that were never reached are unknown. */
  steps(): DemoStep[];
};

export function createStepLog(say: (line: string) => void): StepLog {
  const done: DemoStep[] = [];
  return {
    async step(id, run) {
      const startedAt = new Date().toISOString();
      const record = (outcome: DemoStep['outcome'], detail: string): void => {
        done.push({ id, outcome, startedAt, finishedAt: new Date().toISOString(), detail });
        say(`${outcome === 'succeeded' ? '✓' : '✗'} ${id}: ${detail}`);
      };
      try {
        const { value, detail } = await run();
        record('succeeded', detail);
        return value;
      } catch (error) {
        record('failed', error instanceof Error ? error.message : String(error));
        throw error;
      }
    },
    steps() {
      const now = new Date().toISOString();
      return stepIds.map(
        (id) =>
          done.find((step) => step.id === id) ?? {
            id,
            outcome: 'unknown',
            startedAt: now,
            finishedAt: now,
            detail: 'not reached',
          },
      );
    },
  };
}
