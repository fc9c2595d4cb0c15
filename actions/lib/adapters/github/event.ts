import { readFile } from 'node:fs/promises';
import { Failure } from '../../failure.ts';

/** What started the workflow, as far as the actions care. All values come from GitHub, none from the pull request's text. */
export type TriggeringEvent =
  | { kind: 'push'; before: string; after: string }
  | {
      kind: 'pull_request';
      number: number;
      base: string;
      head: string;
      action: string;
      label: string | undefined;
      /** `edited` alone: it goes to another branch now. */
      baseChanged: boolean;
    }
  | { kind: 'merge_group'; base: string; head: string }
  | { kind: 'manual'; inputs: Readonly<Record<string, string>> };

/** A push that created the branch has no commit before it. */
export const noCommit = '0'.repeat(40);

/**
 * Reads the event of the running job.
 * @param name GITHUB_EVENT_NAME
 * @param path GITHUB_EVENT_PATH
 * @throws Failure `EventMalformed` when the payload lacks what its kind always has
 */
export async function readEvent(name: string, path: string): Promise<TriggeringEvent> {
  const payload: unknown = path === '' ? {} : JSON.parse(await readFile(path, 'utf8'));
  if (name === 'merge_group') {
    return {
      kind: 'merge_group',
      base: commit(payload, 'merge_group', 'base_sha'),
      head: commit(payload, 'merge_group', 'head_sha'),
    };
  }
  if (!['push', 'pull_request', 'pull_request_target'].includes(name))
    return { kind: 'manual', inputs: inputsOf(payload) };
  if (name === 'push') {
    return { kind: 'push', before: commit(payload, 'before'), after: commit(payload, 'after') };
  }
  const number = member(payload, 'pull_request', 'number');
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw malformed('pull_request.number');
  const label = member(payload, 'label', 'name');
  return {
    kind: 'pull_request',
    number,
    base: commit(payload, 'pull_request', 'base', 'sha'),
    head: commit(payload, 'pull_request', 'head', 'sha'),
    action: String(member(payload, 'action') ?? ''),
    label: typeof label === 'string' ? label : undefined,
    baseChanged: member(payload, 'changes', 'base') !== undefined,
  };
}

/** Inputs of a run by hand; GitHub gives all of them as text. */
function inputsOf(payload: unknown): Record<string, string> {
  const inputs = member(payload, 'inputs');
  if (typeof inputs !== 'object' || inputs === null) return {};
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function member(value: unknown, ...path: string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.entries(current).find(([name]) => name === key)?.[1];
  }
  return current;
}

function commit(payload: unknown, ...path: string[]): string {
  const value = member(payload, ...path);
  if (typeof value !== 'string' || !/^[0-9a-f]{40}$/.test(value)) throw malformed(path.join('.'));
  return value;
}

function malformed(path: string): Failure {
  return new Failure({
    code: 'EventMalformed',
    source: 'github',
    message: `The event's payload has no usable ${path}.`,
  });
}

/** The issue that started the workflow. Title and body are whatever its author wrote. */
export type IssueEvent = {
  number: number;
  /** As it was at the event: what its author writes later is another event. */
  body: string;
  /** Login of who opened, edited or labelled it. */
  sender: string;
};

/**
 * Reads the `issues` event of the running job.
 * @param name GITHUB_EVENT_NAME
 * @param path GITHUB_EVENT_PATH
 * @throws Failure `WrongEvent` for another event, `EventMalformed` without an issue's number or a sender
 */
export async function readIssueEvent(name: string, path: string): Promise<IssueEvent> {
  if (name !== 'issues') {
    throw new Failure({ code: 'WrongEvent', source: 'user', message: 'This action runs on issues only.' });
  }
  const payload: unknown = JSON.parse(await readFile(path, 'utf8'));
  const issue = member(payload, 'issue');
  const number = member(issue, 'number');
  const body = member(issue, 'body');
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw new Failure({ code: 'EventMalformed', source: 'github', message: 'The event has no usable issue.number.' });
  }
  const sender = member(member(payload, 'sender'), 'login');
  if (typeof sender !== 'string' || sender === '') {
    throw new Failure({ code: 'EventMalformed', source: 'github', message: 'The event has no usable sender.login.' });
  }
  return { number, body: typeof body === 'string' ? body : '', sender };
}
