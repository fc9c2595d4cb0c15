import type { Outcome } from '../engine/outcome.ts';

/** One run of a workflow; the newest attempt of a run counts. */
export type RunIdentity = {
  /** GITHUB_RUN_ID; a decimal number. */
  run: string;
  /** GITHUB_RUN_ATTEMPT, from 1. */
  attempt: number;
};

/** Where the sealed plans of one head of a pull request are, or of a commit of the default branch. */
export type PlanPlace = { deployment: string; pullRequest: number; head: string } | { deployment: string; tip: string };

/** `plans/sar/17/<head>/`, `plans/sar/tip/<sha>/`; ends with a slash, so that no other head begins like it. */
export function planPrefix(place: PlanPlace): string {
  const of = 'tip' in place ? `tip/${place.tip}` : `${place.pullRequest}/${place.head}`;
  return `plans/${place.deployment}/${of}/`;
}

/** @param digest the seal's, 64 hex digits */
export function planKey(place: PlanPlace, { run, attempt }: RunIdentity, digest: string): string {
  return `${planPrefix(place)}${run}-${attempt}-${digest}`;
}

/** All sealed plans of a deployment, or without its name of the whole account. */
export function plansPrefix(deployment?: string): string {
  return deployment === undefined ? 'plans/' : `plans/${deployment}/`;
}

/** What the key of a sealed plan says; undefined for any other key. */
export function parsePlanKey(key: string): { place: PlanPlace; run: RunIdentity; digest: string } | undefined {
  const parts =
    /^plans\/([a-z][a-z0-9-]{0,62})\/(tip|[1-9]\d{0,9})\/([0-9a-f]{40})\/(\d{1,20})-([1-9]\d{0,5})-([0-9a-f]{64})$/.exec(
      key,
    );
  const [, deployment, of, commit, run, attempt, digest] = parts ?? [];
  if (deployment === undefined || commit === undefined || run === undefined || digest === undefined) return undefined;
  const place = of === 'tip' ? { deployment, tip: commit } : { deployment, pullRequest: Number(of), head: commit };
  return { place, run: { run, attempt: Number(attempt) }, digest };
}

/** Keys sort by time: the last one is the newest. They end with the outcome, so that a successful one is found by listing. */
export function deployRecordKey(deployment: string, at: Date, { run, attempt }: RunIdentity, outcome: Outcome): string {
  return `${deployRecordPrefix(deployment)}${compact(at)}-${run}-${attempt}-${outcome}`;
}

export function deployRecordPrefix(deployment: string): string {
  return `records/${deployment}/`;
}

export function receiptKey(deployment: string, at: Date, { run, attempt }: RunIdentity): string {
  return `${receiptPrefix(deployment)}${compact(at)}-${run}-${attempt}`;
}

export function receiptPrefix(deployment: string): string {
  return `receipts/${deployment}/`;
}

/** Where one approved teardown notes what must outlive an interruption. @param digest the seal's, 64 hex digits */
export function teardownLedgerPrefix(deployment: string, digest: string): string {
  return `ledgers/${deployment}/${digest}/`;
}

export function lockKey(deployment: string): string {
  return `locks/${deployment}`;
}

/** `20261130T064900Z` */
function compact(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Tag of the role `plan` that names the account's bucket of records (`cluster/cloudformation/bootstrap.yaml`). */
export const recordsBucketTag = 'opensarlab:records-bucket';

/** The region in the name of an account's bucket of records; undefined for the name of any other bucket. */
export function recordsRegion(bucket: string, accountId: string): string | undefined {
  const [, owner, region] = /^opensarlab-records-(\d{12})-([a-z]{2}(?:-[a-z]+){1,2}-\d)$/.exec(bucket) ?? [];
  return owner === accountId ? region : undefined;
}
