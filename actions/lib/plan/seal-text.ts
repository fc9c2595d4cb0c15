import { Failure } from '../failure.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';
import type { PlanRow, RowAct } from './plan-row.ts';
import type { DeploySeal, Seal, SealOrigin, TeardownSeal } from './seal.ts';

/** Nothing larger is taken for a seal; the records adapter reads no more either. */
const maxSealBytes = 16 * 1024 * 1024;
export const maxRows = 50_000;
/** UTF-16 code units of each text in a row; a Lambda function's inline code is the longest value (4 MiB at most). */
const limits = { place: 256, item: 4096, type: 256, property: 8192, after: 4 * 1024 * 1024, policyAction: 64 } as const;
const maxLookedUp = 1000;
const maxDepth = 64;

const acts: Readonly<Record<RowAct, true>> = {
  add: true,
  import: true,
  change: true,
  remove: true,
  replace: true,
  'may replace': true,
  recover: true,
  skip: true,
  protect: true,
  unprotect: true,
};

/** A seal as it is stored: canonical JSON. Equal seals have equal texts. */
export function sealText(seal: Seal): string {
  return canonicalJson(seal);
}

/** The name of a seal's content: SHA-256, 64 hex digits. */
export function sealDigest(text: string): string {
  return sha256(text);
}

/** What a stored text must be the seal of; what is left out is not compared. */
export type ExpectedSeal = {
  /** From the object's key. */
  digest: string;
  deployment: string;
  kind?: Seal['kind'];
  accountId?: string;
  region?: string;
  repositoryId?: number;
  /** `tip`: it must be a plan of the default branch's tip. */
  pullRequest?: number | 'tip';
  head?: string;
};

/**
 * Reads a stored seal. Whatever is not exactly a seal of this version, or not the one that is asked for, is refused; the
 * `plan` in it is only held against its header (what is shown decides nothing; a teardown's reader checks its own).
 * @throws Failure `SealMalformed` with the first thing that is wrong
 */
export function readSeal(text: string, expected: ExpectedSeal & { kind: 'deploy' }): DeploySeal;
export function readSeal(text: string, expected: ExpectedSeal & { kind: 'teardown' }): TeardownSeal;
export function readSeal(text: string, expected: ExpectedSeal): Seal;
export function readSeal(text: string, expected: ExpectedSeal): Seal {
  if (Buffer.byteLength(text) > maxSealBytes) throw malformed('it is larger than 16 MiB');
  if (sealDigest(text) !== expected.digest) throw malformed('its content is not what its name says');
  const value = parse(text);
  if (canonicalJson(value) !== text) throw malformed('its JSON is not canonical');
  const header = readHeader(value);
  compare(header, expected);
  const plan = readPlan(value.plan, header);
  if (header.kind === 'teardown') {
    onlyMembers('the seal', value, [...headerMembers, 'plan']);
    return { ...header, kind: 'teardown', plan: plan as TeardownSeal['plan'] };
  }
  onlyMembers('the seal', value, [...headerMembers, 'lookedUp', 'plan', 'rows', 'withdrawn']);
  return {
    ...header,
    kind: 'deploy',
    rows: readRows(value.rows, 'rows'),
    withdrawn: readRows(value.withdrawn, 'withdrawn'),
    lookedUp: readLookedUp(value.lookedUp),
    plan: plan as DeploySeal['plan'],
  };
}

type Members = Readonly<Record<string, unknown>>;
type Header = Pick<Seal, 'version' | 'kind' | 'origin' | 'deployment' | 'accountId' | 'region' | 'decision'>;

const headerMembers = ['accountId', 'decision', 'deployment', 'kind', 'origin', 'region', 'version'];

function parse(text: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('it is no JSON', cause);
  }
  if (isDeeper(value, maxDepth)) throw malformed('it is nested too deeply');
  return members('the seal', value);
}

function readHeader(value: Members): Header {
  if (value.version !== 1) throw malformed('its version is not known to this program');
  if (value.kind !== 'deploy' && value.kind !== 'teardown') throw malformed('it is of no known kind');
  return {
    version: 1,
    kind: value.kind,
    origin: readOrigin(value.origin),
    deployment: matching('deployment', value.deployment, /^[a-z][a-z0-9-]{0,62}$/),
    accountId: matching('accountId', value.accountId, /^[0-9]{12}$/),
    region: matching('region', value.region, /^[a-z0-9-]{1,32}$/),
    decision: matching('decision', value.decision, /^[0-9a-f]{64}$/),
  };
}

function readOrigin(value: unknown): SealOrigin {
  const origin = members('origin', value);
  onlyMembers('origin', origin, ['attempt', 'base', 'head', 'pullRequest', 'repositoryId', 'run', 'unseen']);
  const commit = /^[0-9a-f]{40}$/;
  return {
    repositoryId: count('origin.repositoryId', origin.repositoryId),
    ...(origin.pullRequest === undefined ? {} : { pullRequest: count('origin.pullRequest', origin.pullRequest) }),
    head: matching('origin.head', origin.head, commit),
    base: matching('origin.base', origin.base, commit),
    run: matching('origin.run', origin.run, /^[0-9]{1,20}$/),
    attempt: count('origin.attempt', origin.attempt),
    ...(origin.unseen === undefined ? {} : { unseen: onlyTrue('origin.unseen', origin.unseen) }),
  };
}

function onlyTrue(what: string, value: unknown): true {
  if (value === true) return true;
  throw malformed(`${what} is not true`);
}

function compare({ kind, origin, deployment, accountId, region }: Header, expected: ExpectedSeal): void {
  const pullRequest = expected.pullRequest === 'tip' ? 'none' : expected.pullRequest;
  const pairs: [string, unknown, unknown][] = [
    ['deployment', deployment, expected.deployment],
    ['kind', kind, expected.kind],
    ['account', accountId, expected.accountId],
    ['region', region, expected.region],
    ['repository', origin.repositoryId, expected.repositoryId],
    ['pull request', origin.pullRequest ?? 'none', pullRequest],
    ['head', origin.head, expected.head],
  ];
  for (const [what, found, wanted] of pairs) {
    if (wanted !== undefined && found !== wanted) throw malformed(`its ${what} is ${found}, not ${wanted}`);
  }
}

/** Shown, never decided from: it is about the same deployment, and that is all that is asked of it. */
function readPlan(value: unknown, header: Header): Members {
  const plan = members('plan', value);
  for (const name of ['deployment', 'accountId', 'region'] as const) {
    if (plan[name] !== header[name]) throw malformed(`its plan is of another ${name}`);
  }
  return plan;
}

function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((member) => isDeeper(member, most - 1));
}

function readRows(value: unknown, name: string): PlanRow[] {
  if (!Array.isArray(value)) throw malformed(`${name} is no list`);
  if (value.length > maxRows) throw malformed(`${name} has more than ${maxRows} rows`);
  const rows = value.map((row, index) => readRow(row, `${name}[${index}]`));
  for (const [index, row] of rows.entries()) {
    const previous = rows[index - 1];
    if (previous !== undefined && rowKey(previous) >= rowKey(row)) throw malformed(`${name} is not sorted, each once`);
  }
  return rows;
}

function readRow(value: unknown, name: string): PlanRow {
  const row = members(name, value);
  onlyMembers(name, row, ['act', 'after', 'item', 'place', 'policyAction', 'property', 'type']);
  const text = (member: keyof typeof limits): string => boundedText(`${name}.${member}`, row[member], limits[member]);
  if (typeof row.act !== 'string' || !Object.hasOwn(acts, row.act)) throw malformed(`${name}.act is not known`);
  return {
    place: text('place'),
    item: text('item'),
    type: text('type'),
    property: text('property'),
    act: row.act as RowAct,
    ...(row.after === undefined ? {} : { after: text('after') }),
    ...(row.policyAction === undefined ? {} : { policyAction: text('policyAction') }),
  };
}

function readLookedUp(value: unknown): Record<string, string> {
  const entries = Object.entries(members('lookedUp', value));
  if (entries.length > maxLookedUp) throw malformed(`lookedUp has more than ${maxLookedUp} values`);
  return Object.fromEntries(
    entries.map(([name, text]) => [boundedText('lookedUp', name, 512), boundedText(`lookedUp.${name}`, text, 4096)]),
  );
}

/** Two rows are about the same when their keys are equal. */
export function rowKey({ place, item, type, property }: Pick<PlanRow, 'place' | 'item' | 'type' | 'property'>): string {
  return JSON.stringify([place, item, type, property]);
}

/** Sorted by key, each once; of two rows about the same the later one stays. */
export function sortRows(rows: readonly PlanRow[]): PlanRow[] {
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function members(name: string, value: unknown): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw malformed(`${name} is no object`);
}

function onlyMembers(name: string, value: Members, known: readonly string[]): void {
  const unknown = Object.keys(value).find((member) => !known.includes(member));
  if (unknown !== undefined) throw malformed(`${name} has a member ${JSON.stringify(unknown.slice(0, 80))}`);
}

function matching(name: string, value: unknown, pattern: RegExp): string {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw malformed(`${name} is not as it must be`);
}

function boundedText(name: string, value: unknown, longest: number): string {
  if (typeof value === 'string' && value.length <= longest) return value;
  throw malformed(`${name} is no text of at most ${longest} characters`);
}

function count(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw malformed(`${name} is no positive whole number`);
}

function malformed(why: string, cause?: unknown): Failure {
  return new Failure({
    code: 'SealMalformed',
    source: 'product',
    message: `A stored plan cannot be believed: ${why}.`,
    hint: 'Run the workflow plan again for the pull request; what it writes then counts.',
    cause,
  });
}
