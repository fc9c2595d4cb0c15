import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ActionContext } from '../adapters/github/run-action.ts';
import type { Outcome } from '../engine/outcome.ts';
import { countedOutcome, type JobRecord } from '../report/job-record.ts';

/** Writes a job's record where the workflow asked for it, says a failure once, and gives what its outcome counts as. */
export async function finishJob({ input, reporter }: ActionContext, record: JobRecord): Promise<Outcome> {
  await writeRecord(input('record', { required: true }), record);
  if (record.failure !== undefined) {
    const sentence = [record.failure.message, record.failure.hint].filter(Boolean).join(' ');
    if (countedOutcome(record) === 'succeeded') reporter.warning(sentence);
    else reporter.error(sentence, record.failure.code);
  }
  return countedOutcome(record);
}

/** Writes a job's record for the job that concludes. */
async function writeRecord(path: string, record: JobRecord): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
}
