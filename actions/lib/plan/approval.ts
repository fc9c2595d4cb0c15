import { Failure } from '../failure.ts';
import { sourcesOf } from '../stacks/desired-values.ts';
import { compareText } from './canonical-json.ts';
import { isGranting } from './granting.ts';
import type { PlanRow, RowAct } from './plan-row.ts';
import type { DeploySeal } from './seal.ts';
import { rowKey, sortRows } from './seal-text.ts';
import { readContext } from './value-rows.ts';

/** The part of a seal that decides. */
export type Consent = Pick<DeploySeal, 'rows' | 'withdrawn' | 'lookedUp'>;

/** What may be done: what was approved before, and what is approved on top of it and not deployed yet. */
export type Approval = {
  /** Approved values that hold, from the deployment's newest successful record. */
  baseline: PlanRow[];
  /** Rows of all seals that have been merged since. */
  rows: PlanRow[];
  /** Looked-up values of all these seals. */
  lookedUp: Record<string, string>;
};

/**
 * Two consents, one after the other, as one: the later one has the last word about every row, be it that it approves it or
 * that it withdraws it.
 */
export function combine(earlier: Consent, later: Consent): Consent {
  const withdrawnLater = keysOf(later.withdrawn);
  const approvedLater = keysOf(later.rows);
  return {
    rows: sortRows([...earlier.rows.filter((row) => !withdrawnLater.has(rowKey(row))), ...later.rows]),
    withdrawn: sortRows([...earlier.withdrawn, ...later.withdrawn].filter((row) => !approvedLater.has(rowKey(row)))),
    lookedUp: sorted({ ...earlier.lookedUp, ...later.lookedUp }),
  };
}

/**
 * What the merged seals approve together.
 * @param baseline from the newest successful record; empty without one
 * @param seals in the order in which their pull requests were merged
 */
export function approvedBy(baseline: readonly PlanRow[], seals: readonly Consent[]): Approval {
  const nothing: Consent = { rows: [], withdrawn: [], lookedUp: {} };
  const { rows, lookedUp } = seals.reduce(combine, nothing);
  return { baseline: sortRows(baseline), rows, lookedUp };
}

/** Rows that go further than what is approved; none: equal or less. */
export function difference(found: readonly PlanRow[], approval: Approval): PlanRow[] {
  const approved = byKey(approval.rows);
  const baseline = byKey(approval.baseline);
  const changedPlaces = new Set(approval.rows.map(({ place }) => place));
  return found.filter((row) => {
    const key = rowKey(row);
    const consent = approved.get(key);
    if (consent !== undefined && covers(consent, row)) return false;
    if (consent === undefined && isNoneOfNew(row, approved)) return false;
    const before = baseline.get(key);
    return before === undefined || !isReturn(row, before, changedPlaces);
  });
}

/** Rows that earlier merged seals approved, that are not deployed yet, and that a new plan no longer contains. */
export function withdrawnBy(earlierApproved: readonly PlanRow[], rows: readonly PlanRow[]): PlanRow[] {
  const planned = keysOf(rows);
  return sortRows(earlierApproved.filter((row) => !planned.has(rowKey(row))));
}

/**
 * The approved values that hold after a successful deployment, for its record: what was removed drops out, of a resource
 * that was removed everything.
 * @param declared rows of all that the declaration wants now ({@link creationRows} of its stacks); with them, approved
 *   values of resources that it no longer wants drop out too. Without: what was approved, as it was approved
 */
export function approvedAfter(approval: Approval, declared?: readonly PlanRow[]): PlanRow[] {
  const removed = approval.rows.filter(({ act }) => act === 'remove');
  const gone = new Set(removed.filter(({ property }) => property === '').map(resourceKey));
  const places = new Set((declared ?? []).map(({ place }) => place));
  const wanted = keysOf(declared ?? []);
  const holds = (row: PlanRow): boolean => {
    if (row.act === 'remove' || row.act === 'recover' || row.act === 'skip' || gone.has(resourceKey(row))) return false;
    if (removed.some((other) => isBelow(row, other))) return false;
    // Rows of the mirror and users are none of a stack's template.
    if (!places.has(row.place) || !isOfTemplate(row)) return true;
    // Policies and the stack's tags are the whole resource's, and none of its properties.
    return wanted.has(rowKey(row.property.startsWith('Properties/') ? row : { ...row, property: '' }));
  };
  return sortRows([...approval.baseline, ...approval.rows].filter(holds).map(asValue));
}

/** How much of the old resource an action leaves, from all to nothing. */
const severity: Readonly<Record<string, number>> = {
  Retain: 0,
  ReplaceAndRetain: 0,
  Snapshot: 1,
  ReplaceAndSnapshot: 1,
  Delete: 2,
  ReplaceAndDelete: 2,
};

/** What an approved act allows beside itself, with the same value afterwards. */
const alsoAllows: Partial<Record<RowAct, readonly RowAct[]>> = {
  // A retry finds what an interrupted deployment has made, and what was made first is protected then.
  add: ['change', 'import', 'protect'],
  // What was kept and is to be taken over may have gone meanwhile.
  import: ['add', 'change', 'protect'],
  replace: ['may replace', 'change'],
  'may replace': ['change'],
};

function covers(approved: PlanRow, row: PlanRow): boolean {
  const sameAct = approved.act === row.act || alsoAllows[approved.act]?.includes(row.act) === true;
  return sameAct && approved.after === row.after && isAsMild(approved.policyAction, row.policyAction);
}

/**
 * A new resource is approved with every property it has in the end. What a run that was interrupted, or the first half of
 * making it, has given it beside these goes again.
 */
function isNoneOfNew(row: PlanRow, approved: ReadonlyMap<string, PlanRow>): boolean {
  if (row.act !== 'remove' || row.property === '') return false;
  const { act, type } = approved.get(rowKey({ ...row, property: '' })) ?? {};
  return act === 'add' && type?.startsWith('AWS::') === true;
}

function isAsMild(approved: string | undefined, found: string | undefined): boolean {
  if (approved === found || found === undefined) return true;
  const [most, now] = [severityOf(approved), severityOf(found)];
  return most !== undefined && now !== undefined && now <= most;
}

function severityOf(policyAction: string | undefined): number | undefined {
  return policyAction !== undefined && Object.hasOwn(severity, policyAction) ? severity[policyAction] : undefined;
}

/**
 * Back to what was approved before needs no new consent, unless it deletes, replaces, takes a protection away or grants. A
 * grant that is the same as before and only follows another stack, whose change is approved, grants nothing new.
 */
function isReturn(row: PlanRow, before: PlanRow, changedPlaces: ReadonlySet<string>): boolean {
  if (row.after !== before.after) return false;
  switch (row.act) {
    case 'change':
      // That a resource changes in place says nothing; each of its properties has a row.
      if (row.property === '' && isOfTemplate(row)) return true;
      return !isGranting(row.type, row.property) || isFollowing(row, changedPlaces);
    case 'add':
    case 'import':
    case 'protect':
      return !isGranting(row.type, row.property);
    case 'remove':
    case 'replace':
    case 'may replace':
    case 'recover':
    case 'skip':
    case 'unprotect':
      return false;
  }
}

function isFollowing(row: PlanRow, changedPlaces: ReadonlySet<string>): boolean {
  if (row.after === undefined || !isOfTemplate(row)) return false;
  return sourcesOf(readContext(row.after) ?? null).some((place) => changedPlaces.has(place));
}

function isOfTemplate({ type }: PlanRow): boolean {
  return type.startsWith('AWS::');
}

function isBelow(row: PlanRow, removed: PlanRow): boolean {
  if (removed.property === '' || resourceKey(row) !== resourceKey(removed)) return false;
  return row.property === removed.property || row.property.startsWith(`${removed.property}/`);
}

/** A value that holds, whatever was done to get there. */
function asValue({ place, item, type, property, act, after }: PlanRow): PlanRow {
  const kept = property === '' ? 'add' : act;
  return { place, item, type, property, act: kept, ...(after === undefined ? {} : { after }) };
}

function resourceKey({ place, item, type }: PlanRow): string {
  return JSON.stringify([place, item, type]);
}

function keysOf(rows: readonly PlanRow[]): Set<string> {
  return new Set(rows.map(rowKey));
}

function byKey(rows: readonly PlanRow[]): Map<string, PlanRow> {
  return new Map(rows.map((row) => [rowKey(row), row]));
}

function sorted(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareText(a, b)));
}

/** Rows named in the sentence; the record and the follow-up pull request have all. */
const named = 3;

/** A deployment that would go further than what was approved. Nothing was changed. */
export class UnapprovedChange extends Failure {
  readonly rows: readonly PlanRow[];

  constructor(deployment: string, rows: readonly PlanRow[]) {
    const others = rows.length > named ? `, and ${rows.length - named} more` : '';
    super({
      code: 'UnapprovedChange',
      source: 'user',
      message: `${deployment} was not changed, because no merged plan contains this: ${rows.slice(0, named).map(describeRow).join('; ')}${others}.`,
      hint: 'A follow-up pull request shows exactly this; merge it to approve it. Where none appears, open a pull request that touches the deployment.',
    });
    this.rows = rows;
  }
}

/** One row for people: `change of Properties/MaxSize of Sar1Nodes (AWS::EKS::Nodegroup) in sar-cluster`. */
export function describeRow({ place, item, type, property, act }: PlanRow): string {
  return `${act} ${property === '' ? '' : `${property} of `}${item} (${type}) in ${place}`;
}
