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

/** Who sent the event, e.g. labelled the pull request; the actor where the payload does not say. */
export function senderOf(event: WorkflowEvent): WorkflowEvent['actor'] {
  const login = payloadText(event.payload, 'sender', 'login');
  const id = payloadValue(event.payload, 'sender', 'id');
  return login !== '' && typeof id === 'number' ? { login, id } : event.actor;
}

/**
 * `head_sha` of the run. For `pull_request_target` it is the default branch's commit, although its checks stand on the pull
 * request's head (github.com/actions/checkout, src/unsafe-pr-checkout; facts of November 2026, §2).
 */
export function runCommit(event: WorkflowEvent): string {
  return event.name === 'pull_request_target' ? event.sha : headCommit(event);
}

/** The commit that checks are shown on: for pull requests the head commit, not the merge commit. */
export function headCommit(event: WorkflowEvent): string {
  return payloadText(event.payload, 'pull_request', 'head', 'sha') || event.sha;
}
