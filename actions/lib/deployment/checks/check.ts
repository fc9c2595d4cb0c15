import type { Deployment } from '../deployment.ts';
import type { Finding } from '../finding.ts';

/** What a check may know besides the deployment itself. */
export type CheckContext = {
  /** Name of the declaration's folder. */
  folder: string;
  /** Folder names below `images/`; undefined = unknown. */
  images?: readonly string[];
  /** File names below `singleuser/hooks/`; undefined = unknown. */
  hooks?: readonly string[];
};

/** What a check says; the code is the check's own. */
export type CheckFinding = Omit<Finding, 'code'>;

/** One rule about a well-formed deployment. */
export type Check = {
  /** `OSL` and three digits, never used again for another rule. */
  code: string;
  /** The rule in one sentence, for the reference. */
  rule: string;
  run(deployment: Deployment, context: CheckContext): CheckFinding[];
};

/** Entries that repeat an earlier one's key, with the index of the first. */
export function repeated<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
): { index: number; first: number; key: string }[] {
  const seen = new Map<string, number>();
  const found: { index: number; first: number; key: string }[] = [];
  for (const [index, entry] of entries.entries()) {
    const key = keyOf(entry);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else found.push({ index, first, key });
  }
  return found;
}
