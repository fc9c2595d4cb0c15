import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toFailure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';
import { type JobRecord, parseRecord, type RecordKind } from '../report/job-record.ts';

/** Largest record read, 16 MiB: a teardown of some ten thousand resources. */
const largestRecord = 16 * 1024 * 1024;

/** The name that each kind's artifacts and files begin with. */
const recordPrefixes: Readonly<Record<RecordKind, string>> = {
  plan: 'plan',
  teardown: 'plan',
  mirror: 'mirror',
  deploy: 'deploy',
  destroy: 'receipt',
};

/**
 * The records of a workflow's legs, one for each deployment: that of its newest attempt. The folder holds one folder for
 * each artifact, `<prefix>-<deployment>-<attempt>`, as actions/download-artifact lays them.
 * @param kinds a leg's record may be of any of these
 * @returns fewer than expected when a leg left none that can be read; those count as unknown
 */
export async function readRecords<Kind extends RecordKind>(
  kinds: readonly Kind[],
  folder: string,
  deployments: readonly string[],
  reporter: Reporter,
): Promise<JobRecord<Kind>[]> {
  const artifacts = await readdir(folder).catch(() => []);
  const records: JobRecord<Kind>[] = [];
  for (const deployment of deployments) {
    const prefix = recordPrefixes[kinds[0] as Kind];
    const attempts = artifacts
      .flatMap((name) => {
        const attempt = name.startsWith(`${prefix}-${deployment}-`)
          ? name.slice(`${prefix}-${deployment}-`.length)
          : '';
        return /^[1-9]\d{0,5}$/.test(attempt) ? [Number(attempt)] : [];
      })
      .sort((a, b) => b - a);
    const [newest] = attempts;
    if (newest === undefined) continue;
    const file = join(folder, `${prefix}-${deployment}-${newest}`, `${prefix}-${deployment}.json`);
    const record = await readRecord(kinds, file, deployment, reporter);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** An unreadable record counts as a missing one: the conclusion shows that leg as unknown. */
async function readRecord<Kind extends RecordKind>(
  kinds: readonly Kind[],
  file: string,
  deployment: string,
  reporter: Reporter,
): Promise<JobRecord<Kind> | undefined> {
  try {
    if ((await stat(file)).size > largestRecord) throw new Error('it is larger than 16 MiB');
    const text = await readFile(file, 'utf8');
    const kind = kinds.find((candidate) => (JSON.parse(text) as { kind?: unknown } | null)?.kind === candidate);
    const record = parseRecord(kind ?? (kinds[0] as Kind), text);
    if (record.deployment === deployment) return record as JobRecord<Kind>;
    reporter.warning(`The record of ${deployment} is that of another deployment and was not used.`);
  } catch (error) {
    reporter.warning(`The record of ${deployment} cannot be read: ${toFailure(error).message}`);
  }
  return undefined;
}
