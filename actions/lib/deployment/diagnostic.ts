export type Severity = 'error' | 'warning';

/** One finding about a declaration, at its place. Lines and columns count from 1. */
export type Diagnostic = {
  /** `OSL` and three digits; documented in the generated reference. */
  code: string;
  severity: Severity;
  /** JSON pointer into the file's value, e.g. `/profiles/0/node_name`; empty for the whole file. */
  path: string;
  /** Path of the file from the repository's root, with `/`. */
  file: string;
  line: number;
  column: number;
  message: string;
  /** What to do about it. */
  hint?: string;
};
