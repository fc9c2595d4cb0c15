import { readFile } from 'node:fs/promises';
import { Failure } from '../../failure.ts';

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

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
