import type { Deployment } from '../deployment.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import type { Draft } from '../draft.ts';
import type { Finding } from '../finding.ts';

/** What a check may know besides the deployment itself. */
export type CheckContext = {
  /** Name of the declaration's folder. */
  folder: string;
  /** Folder names below `images/`; undefined = unknown. */
  images?: readonly string[];
  /** File names below `singleuser/hooks/`; undefined = unknown. */
  hooks?: readonly string[];
  /** Whether sources on this machine and on private networks may be read; undefined = unknown. */
  localSources?: boolean;
  /** Today as year-month-day; undefined = unknown. */
  today?: string;
  /** What was declared before the change, nothing for a new declaration; undefined = unknown. */
  before?: DeploymentDraft;
  /**
   * Whether the field at this JSON pointer says nothing because it is malformed, not because it is absent. Only checks
   * that draw conclusions from absence need to ask.
   */
  isUnknown(pointer: string): boolean;
};

/** What a check says; the code is the check's own. */
export type CheckFinding = Omit<Finding, 'code'>;

/** A deployment of which malformed parts are missing; those have been reported already. */
export type DeploymentDraft = Draft<Deployment>;

/** One rule about a deployment; `diagnostic-codes.ts` says which and why. */
export type Check = {
  code: DiagnosticCode;
  run(deployment: DeploymentDraft, context: CheckContext): CheckFinding[];
};

/** The well-formed entries of a list, with their places in it. */
export function entriesOf<T>(list: readonly (T | undefined)[] | undefined): { index: number; entry: T }[] {
  return (list ?? []).flatMap((entry, index) => (entry === undefined ? [] : [{ index, entry }]));
}

/** Entries that repeat an earlier one's key, with the index of the first. Without a key an entry repeats nothing. */
export function repeated<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string | undefined,
): { index: number; first: number; key: string }[] {
  const seen = new Map<string, number>();
  const found: { index: number; first: number; key: string }[] = [];
  for (const [index, entry] of entries.entries()) {
    const key = keyOf(entry);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else found.push({ index, first, key });
  }
  return found;
}
