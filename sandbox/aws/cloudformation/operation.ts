import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { OperationType } from '@aws-sdk/client-cloudformation';
import type { Engine } from './engine.ts';
import { type CancelReason, OperationCancelled } from './provisioning-failure.ts';
import { type Run, recordOperation } from './stack-events.ts';
import type { Operation, Stack } from './stack-state.ts';

function newPhase(): AbortController {
  const phase = new AbortController();
  // One wait per resource listens; the default limit of ten would only print warnings.
  setMaxListeners(0, phase.signal);
  return phase;
}

/**
 * A new operation.
 * @param token the caller's ClientRequestToken
 * @param roleArn the role that the request names
 */
export function newOperation(
  engine: Engine,
  type: OperationType,
  token: string | undefined,
  roleArn?: string,
): Operation {
  return { id: randomUUID(), type, token, startedAt: engine.world.clock.now(), phase: newPhase(), roleArn };
}

/**
 * Runs a stack operation in the background. The caller has already put the stack into its first state, so that no
 * other operation can start in between.
 *
 * @param body does the work; what it resolves to is the operation's result
 */
export function runInBackground(run: Run, body: (run: Run) => Promise<'SUCCEEDED' | 'FAILED'>): void {
  const work = async (): Promise<void> => {
    recordOperation(run, await body(run));
  };
  run.stack.running = work();
  run.engine.world.background(run.stack.running);
}

/** Starts an operation on a stack without running anything yet. @param roleArn the role that the request names */
export function beginOperation(
  engine: Engine,
  stack: Stack,
  type: OperationType,
  token: string | undefined,
  roleArn?: string,
): Run {
  const operation = newOperation(engine, type, token, roleArn);
  stack.operations.push(operation);
  const run = { engine, stack, operation };
  recordOperation(run, 'IN_PROGRESS');
  return run;
}

/** Rejects every wait of the operation's current phase; the first reason given stays. */
export function cancelPhase(operation: Operation, reason: CancelReason): void {
  operation.phase.abort(new OperationCancelled(reason));
}

/** Why the current phase was cancelled; undefined when it was not. */
export function cancelReason(operation: Operation): CancelReason | undefined {
  const reason: unknown = operation.phase.signal.reason;
  return reason instanceof OperationCancelled ? reason.why : undefined;
}

/** Lets the operation wait again, for a rollback after a cancelled phase. */
export function beginPhase(run: Run): void {
  run.operation.phase = newPhase();
}

/**
 * Waits virtual seconds.
 *
 * @throws OperationCancelled when the phase is cancelled; the sandbox's own reason when it closes
 */
export async function wait(run: Run, seconds: number): Promise<void> {
  const { world } = run.engine;
  await world.clock.sleep(seconds, AbortSignal.any([world.closing, run.operation.phase.signal]));
}
