import type { WorkflowEvent } from '../../github/workflow-event.ts';

/** A value deep in a webhook payload; undefined when it is not there. */
export function payloadValue(payload: unknown, ...path: string[]): unknown {
  let value = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** A string deep in a webhook payload; empty when it is not there. */
export function payloadText(payload: unknown, ...path: string[]): string {
  const value = payloadValue(payload, ...path);
  return typeof value === 'string' ? value : '';
}

/** A number deep in a webhook payload, as text, e.g. an id; empty when it is not there. */
export function payloadNumber(payload: unknown, ...path: string[]): string {
  const value = payloadValue(payload, ...path);
  return typeof value === 'number' ? String(value) : '';
}

/** Does the event come from a pull request of another repository? */
export function isFromFork(event: WorkflowEvent): boolean {
  if (event.name !== 'pull_request' && event.name !== 'pull_request_target') return false;
  return payloadText(event.payload, 'pull_request', 'head', 'repo', 'full_name') !== event.repository;
}

/** The commit that checks are shown on: for pull requests the head commit, not the merge commit. */
export function headCommit(event: WorkflowEvent): string {
  return payloadText(event.payload, 'pull_request', 'head', 'sha') || event.sha;
}
