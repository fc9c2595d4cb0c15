import type { DeployRecord } from '../deploy/deploy-record.ts';
import { type Outcome, outcomeOf } from '../engine/outcome.ts';
import { type FailureRecord, recordFailure } from '../engine/step-record.ts';
import { Failure, toFailure } from '../failure.ts';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import { UnapprovedChange } from '../plan/approval.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import { type MissingConsent, NoConsent } from '../teardown/consent.ts';
import type { Receipt } from '../teardown/receipt.ts';
import type { TeardownPlan } from '../teardown/teardown-plan.ts';

/** What each kind of job leaves behind. */
export type RecordValues = {
  plan: Plan;
  mirror: MirrorRecord[];
  deploy: DeployRecord;
  teardown: TeardownPlan;
  destroy: Receipt;
};
export type RecordKind = keyof RecordValues;

/**
 * How a job for one deployment ended. `superseded`: it did nothing, because the tip decides the deployment otherwise by now and
 * the tip's run does the work. That is neither a success nor a failure of this one.
 */
export type JobOutcome = Outcome | 'superseded';

/** How one job for one deployment ended; the job that concludes a workflow reads these, not the jobs' colours. */
export type JobRecord<Kinds extends RecordKind = RecordKind> = {
  [Kind in Kinds]: {
    kind: Kind;
    deployment: string;
    outcome: JobOutcome;
    /** Absent when the job failed before it had anything to say. */
    value?: RecordValues[Kind];
    failure?: FailureRecord;
    /** What went further than what is approved; the way on is a pull request that shows exactly this. */
    refused?: PlanRow[];
    /** The deployment lives without a declaration; the commit that had it last, when that is known. */
    undeclared?: { lastDeclaredAt?: string; missing: readonly MissingConsent[] };
  };
}[Kinds];

/** Code of the failure of a run whose work a later one does. */
export const supersededCode = 'Superseded';

/**
 * What a job's end counts as where only success, failure and not knowing count: who was superseded leaves the others' outcome
 * as it is. GitHub cannot cancel one job of a run ("cancel a workflow run" is all there is, docs.github.com/en/rest/actions),
 * and cancelling the run would take the other deployments' work away.
 */
export function countedOutcome({ outcome }: Pick<JobRecord, 'outcome'>): Outcome {
  return outcome === 'superseded' ? 'succeeded' : outcome;
}

/** True when nothing was done at all, because every job of a run was superseded. */
export function allSuperseded(expected: readonly string[], records: readonly JobRecord[]): boolean {
  const superseded = new Set(
    records.filter(({ outcome }) => outcome === 'superseded').map((record) => record.deployment),
  );
  return expected.length > 0 && expected.every((name) => superseded.has(name));
}

/** Runs one job and turns whatever happens into its record; a thrown failure becomes part of it. */
export async function recordJob<Kind extends RecordKind>(
  kind: Kind,
  deployment: string,
  run: () => Promise<{ outcome: Outcome; value: RecordValues[Kind] }>,
): Promise<JobRecord<Kind>> {
  try {
    const { outcome, value } = await run();
    return { kind, deployment, outcome, value } as JobRecord<Kind>;
  } catch (error) {
    const failure = toFailure(error);
    const outcome: JobOutcome = failure.code === supersededCode ? 'superseded' : outcomeOf(failure);
    const refused = failure instanceof UnapprovedChange ? { refused: [...failure.rows] } : {};
    const record = { kind, deployment, outcome, failure: recordFailure(failure), ...refused, ...undeclaredBy(failure) };
    return record as JobRecord<Kind>;
  }
}

function undeclaredBy(failure: Failure): Pick<JobRecord, 'undeclared'> {
  if (!(failure instanceof NoConsent)) return {};
  const { lastDeclaredAt, missing } = failure;
  return { undeclared: { missing, ...(lastDeclaredAt === undefined ? {} : { lastDeclaredAt }) } };
}

/**
 * Reads a record that a job of the same workflow wrote.
 * @throws Failure `RecordMalformed` when it is not one of this kind
 */
export function parseRecord<Kind extends RecordKind>(kind: Kind, json: string): JobRecord<Kind> {
  const value: unknown = JSON.parse(json);
  if (isRecordOf(kind, value)) return value;
  throw new Failure({
    code: 'RecordMalformed',
    source: 'product',
    message: `This is not a record of the kind ${kind}.`,
  });
}

function isRecordOf<Kind extends RecordKind>(kind: Kind, value: unknown): value is JobRecord<Kind> {
  if (typeof value !== 'object' || value === null) return false;
  const { kind: found, deployment, outcome } = value as Partial<JobRecord>;
  return (
    found === kind &&
    typeof deployment === 'string' &&
    ['succeeded', 'failed', 'unknown', 'superseded'].includes(outcome ?? '')
  );
}
