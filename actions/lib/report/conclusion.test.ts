import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { NoConsent } from '../teardown/consent.ts';
import { concludeRecords } from './conclusion.ts';
import { allSuperseded, parseRecord, recordJob, supersededCode } from './job-record.ts';

const failing = (code: string) => () =>
  Promise.reject(new Failure({ code, source: 'aws', message: 'It <b>broke</b>.', hint: 'Mend it.' }));

describe('concludeRecords', () => {
  it('is unknown, never green, when a leg left no record', () => {
    const { outcome, markdown } = concludeRecords(['sar'], []);
    expect(outcome).toBe('unknown');
    expect(markdown).toContain('left no record');
  });

  it('succeeds only without expectations or with all of them met', () => {
    expect(concludeRecords([], []).outcome).toBe('succeeded');
  });

  it('shows a failure escaped, with its hint', async () => {
    const record = await recordJob('plan', 'sar', failing('Broken'));
    const { outcome, markdown } = concludeRecords(['sar'], [record]);
    expect(outcome).toBe('failed');
    expect(markdown).toContain('It &lt;b&gt;broke&lt;/b&gt;.');
    expect(markdown).toContain('Mend it');
  });

  it('says of a lab that nobody decided to destroy that it lives on undeclared, with what is missing and the way on', async () => {
    const missing = [{ condition: 'label' as const, message: 'It had no label.', hint: 'Declare it again.' }];
    const refuse = (last: string | undefined) => () => Promise.reject(new NoConsent('sar', missing, last));
    const gone = concludeRecords(['sar'], [await recordJob('destroy', 'sar', refuse('a'.repeat(40)))]);
    expect(gone.outcome).toBe('failed');
    expect(gone.markdown).toContain('Undeclared, not destroyed: sar');
    expect(gone.markdown).toContain('- It had no label.');
    expect(gone.markdown).toContain('Declare it again.');
    const back = concludeRecords(['sar'], [await recordJob('destroy', 'sar', refuse(undefined))]);
    expect(back.markdown).toContain('❌ Not destroyed: sar');
  });
});

describe('a deployment that was superseded', () => {
  it('has neither succeeded nor failed, and the conclusion says so in one sentence', async () => {
    const record = await recordJob('deploy', 'sar', failing(supersededCode));
    expect(record.outcome).toBe('superseded');
    expect(parseRecord('deploy', JSON.stringify(record))).toEqual(record);
    const { markdown } = concludeRecords(['sar'], [record]);
    expect(markdown).toContain('⚪ sar: superseded, nothing was done');
    expect(markdown).not.toMatch(/[❌✅]/u);
  });

  it('hides no other’s failure, and makes nobody else’s success a failure', async () => {
    const superseded = await recordJob('deploy', 'sar', failing(supersededCode));
    const failed = await recordJob('deploy', 'wrk', failing('Broken'));
    const mirrored = await recordJob('mirror', 'wrk', async () => ({ outcome: 'succeeded', value: [] }));
    expect(concludeRecords(['sar', 'wrk'], [superseded, failed]).outcome).toBe('failed');
    expect(concludeRecords(['sar', 'wrk'], [superseded]).outcome).toBe('unknown');
    expect(concludeRecords(['sar', 'wrk'], [superseded, mirrored]).outcome).toBe('succeeded');
  });

  it('ends a run as cancelled only when there is no other', async () => {
    const [sar, wrk] = await Promise.all(
      ['sar', 'wrk'].map((name) => recordJob('deploy', name, failing(supersededCode))),
    );
    const failed = await recordJob('deploy', 'wrk', failing('Broken'));
    const records = [sar, wrk].filter((record) => record !== undefined);
    expect(allSuperseded(['sar', 'wrk'], records)).toBe(true);
    expect(allSuperseded(['sar', 'wrk'], records.slice(0, 1))).toBe(false);
    expect(allSuperseded(['sar', 'wrk'], [...records.slice(0, 1), failed])).toBe(false);
    expect(allSuperseded([], [])).toBe(false);
  });
});

describe('recordJob', () => {
  it('keeps a time-out apart from a failure', async () => {
    expect((await recordJob('deploy', 'sar', failing('DeadlineReached'))).outcome).toBe('unknown');
    expect((await recordJob('deploy', 'sar', failing('StackFailed'))).outcome).toBe('failed');
  });

  it('survives a round trip through its file', async () => {
    const record = await recordJob('mirror', 'sar', async () => ({ outcome: 'succeeded', value: [] }));
    expect(parseRecord('mirror', JSON.stringify(record))).toEqual(record);
  });

  it.each(['{}', '[]', 'null', '{"kind":"deploy","deployment":"sar","outcome":"green"}'])('refuses %s', (json) => {
    expect(() => parseRecord('deploy', json)).toThrow(/not a record/);
  });
});
