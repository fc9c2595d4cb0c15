import type { Severity } from '../diagnostic.ts';

/** What the reference says about a code. */
export type CodeEntry = {
  severity: Severity;
  /** The rule that is broken, in one sentence. */
  rule: string;
  /** Why it is a rule, and how it comes to be broken. */
  cause: string;
  /** What to do. */
  remedy: string;
};
