import type { Deployment } from '../deployment/deployment.ts';
import { toFailure } from '../failure.ts';
import { type Divergence, MirrorDiverged } from '../mirror/divergence.ts';
import type { PreparedMirror } from '../mirror/mirror.ts';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import { renderDivergences } from '../report/mirror-report.ts';
import { refuseDestroyOnly } from './find-deployment.ts';
import {
  closeMirrors,
  explainRefusal,
  joinFailures,
  type PreparedRepository,
  prepareMirrors,
} from './mirror-preparation.ts';
import type { Connection, Surroundings } from './surroundings.ts';

export { overlaysOf } from './mirror-layers.ts';

export type MirrorOptions = {
  /** Folder that keeps upstream objects between runs; never needed. */
  cache?: string | undefined;
  /** Put somebody's commits in CodeCommit aside, on a branch of their own, instead of stopping at them. */
  discard?: boolean;
  /**
   * Called once, with everything that would be changed in both repositories (nothing = no rows) and what becomes of each,
   * before a repository is created or a ref moved. It throws to refuse. What is written afterwards is this and nothing else: refs move only from where they
   * were when the rows were worked out.
   */
  approve?: (rows: readonly PlanRow[], records: readonly MirrorRecord[]) => Promise<void>;
};

/**
 * Brings both repositories of a deployment up to date in CodeCommit, at the same time.
 * @param dryRun compute what would be pushed, write nothing; the records then carry `rows` and `derived`
 * @throws MirrorDiverged when somebody committed in CodeCommit, after writing the details to the summary
 */
export async function mirror(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  dryRun: boolean,
  { cache, discard = false, approve }: MirrorOptions = {},
): Promise<MirrorRecord[]> {
  refuseDestroyOnly(deployment);
  const { reporter } = surroundings;
  const prepared = await prepareMirrors(surroundings, deployment, connection, { dryRun, cache });
  try {
    const divergences = divergencesOf(prepared);
    if (divergences.length > 0 && !discard) {
      reporter.summary(renderDivergences(divergences));
      throw new MirrorDiverged(deployment.name, divergences);
    }
    if (!dryRun) {
      const records = prepared.map(({ record }) => record);
      await approve?.(
        prepared.flatMap(({ rows }) => rows),
        records,
      );
    }
    const records = dryRun
      ? prepared.map(({ record, rows, derived }) => ({ ...record, rows, derived }))
      : await applyAll(prepared, connection, discard);
    for (const record of records) tell(surroundings, record, dryRun);
    return records;
  } finally {
    await closeMirrors(prepared);
  }
}

export function divergencesOf(prepared: readonly PreparedMirror[]): Divergence[] {
  return prepared.flatMap(({ divergence }) => (divergence === undefined ? [] : [divergence]));
}

/** Creates what is missing, and only when both repositories are there writes them. */
async function applyAll(
  prepared: readonly PreparedRepository[],
  { aws }: Connection,
  discard: boolean,
): Promise<MirrorRecord[]> {
  const created = await allOf(prepared.map(({ create }) => create()));
  return await allOf(
    prepared.map(async ({ record, apply }, index) => {
      try {
        return await apply({ discard, created: created[index] });
      } catch (error) {
        throw await explainRefusal(error, aws.repositories, record.repository);
      }
    }),
  );
}

/** Waits for all of them, and throws what went wrong with any as one failure. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [toFailure(result.reason)] : []));
  if (failures.length > 0) throw joinFailures(failures);
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function tell(
  { reporter }: Surroundings,
  { repository, change, commit, upstreamRef, notes, kept }: MirrorRecord,
  dryRun: boolean,
): void {
  const done = dryRun && change !== 'unchanged' ? `would be ${change}, main would be` : `${change}, main is`;
  reporter.info(`${repository}: ${done} ${commit.slice(0, 7)} (${upstreamRef} and overlay)`);
  for (const { branch, commit: head } of kept ?? []) {
    reporter.info(`${repository}: ${head.slice(0, 7)} is kept as ${branch}`);
  }
  for (const note of notes ?? []) reporter.warning(`${repository}: ${note}`);
}
