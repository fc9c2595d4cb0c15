import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome } from '../engine/outcome.ts';
import { toFailure } from '../failure.ts';
import { upsertComment } from '../github/comments.ts';
import type { GitHubConnection } from '../github/connection.ts';
import type { Reporter } from '../ports/reporter.ts';
import { concludeRecords } from '../report/conclusion.ts';
import { type JobRecord, parseRecord, type RecordKind } from '../report/job-record.ts';
import { reviewedPlanMark } from './reviewed-plan.ts';

/** Largest record read, 16 MiB: a teardown of some ten thousand resources. */
const largestRecord = 16 * 1024 * 1024;

/** How each kind of conclusion finds its records and introduces itself. */
const headings: Record<Exclude<RecordKind, 'mirror'>, { prefix: string; title: string; comment: string }> = {
  plan: { prefix: 'plan', title: '## What merging does in AWS', comment: 'plan' },
  deploy: { prefix: 'deploy', title: '## Deployed', comment: 'deploy' },
  teardown: { prefix: 'teardown', title: '## Inventory for the teardown', comment: 'teardown-inventory' },
  destroy: { prefix: 'receipt', title: '## Receipt', comment: 'receipt' },
};
export type ConclusionKind = keyof typeof headings;

export function isConclusionKind(value: string): value is ConclusionKind {
  return Object.hasOwn(headings, value);
}

/**
 * Reads the records of all legs, writes summary and comment, and gives the outcome of the whole.
 * @param options.pullRequest where to comment; undefined: only the summary
 * @param options.records folder with files `<prefix>-<deployment>.json`
 */
export async function conclude(options: {
  kind: ConclusionKind;
  expected: readonly string[];
  records: string;
  github: GitHubConnection;
  pullRequest: number | undefined;
  reporter: Reporter;
}): Promise<Outcome> {
  const { kind, expected, github, pullRequest, reporter } = options;
  const { prefix, title, comment } = headings[kind];
  const records = await readRecords(
    kind,
    options.records,
    expected.map((name) => [name, `${prefix}-${name}.json`]),
    reporter,
  );
  const { outcome, markdown } = concludeRecords(expected, records);
  const body = `${title}\n\n${markdown}\n`;
  reporter.summary(body);
  if (pullRequest !== undefined) {
    const { url } = await upsertComment(github, pullRequest, comment, `${reviewedPlanMark(records)}${body}`);
    reporter.info(`Commented: ${url}`);
  }
  reporter.info(`${records.length} of ${expected.length} records; outcome: ${outcome}.`);
  return outcome;
}

async function readRecords(
  kind: ConclusionKind,
  folder: string,
  files: readonly (readonly [deployment: string, file: string])[],
  reporter: Reporter,
): Promise<JobRecord[]> {
  const present = new Set(await readdir(folder).catch(() => []));
  const records: JobRecord[] = [];
  for (const [deployment, file] of files) {
    if (!present.has(file)) continue;
    try {
      const content = await readFile(join(folder, file));
      if (content.length > largestRecord) throw new Error('it is larger than 16 MiB');
      const record = parseRecord(kind, content.toString('utf8'));
      if (record.deployment === deployment) records.push(record);
      else reporter.warning(`${file} is the record of another deployment and was not used.`);
    } catch (error) {
      // An unreadable record counts as a missing one: the conclusion shows that leg as unknown.
      reporter.warning(`${file} cannot be read: ${toFailure(error).message}`);
    }
  }
  return records;
}
