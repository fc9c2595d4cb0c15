import { expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { recordStep } from './step-record.ts';

it('keeps a step as JSON, without the cause of its failure', () => {
  const cause = new Error('holds a secret');
  const failure = new Failure({ code: 'Boom', source: 'aws', message: 'It broke.', hint: 'Mend it.', cause });
  const at = new Date('2026-11-23T10:00:00Z');
  const record = recordStep({
    id: 'a',
    title: 'A',
    outcome: 'failed',
    change: 'failed',
    startedAt: at,
    finishedAt: at,
    failure,
  });
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  expect(record).toMatchObject({
    startedAt: '2026-11-23T10:00:00.000Z',
    failure: { code: 'Boom', source: 'aws', message: 'It broke.', hint: 'Mend it.' },
  });
  expect(JSON.stringify(record)).not.toContain('secret');
});
