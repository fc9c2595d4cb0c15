import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type JobRecord, parseRecord, type RecordKind } from '../report/job-record.ts';

/** Writes a job's record for the job that concludes. */
export async function writeRecord(path: string, record: JobRecord): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads the record of an earlier step. @throws Failure `RecordMalformed` */
export async function readRecord<Kind extends RecordKind>(kind: Kind, path: string): Promise<JobRecord<Kind>> {
  return parseRecord(kind, await readFile(path, 'utf8'));
}
