/** One call to the sandbox, as CloudTrail or an audit log would tell it. */
export type JournalEntry = {
  /** Virtual time. */
  at: Date;
  /** Signing name of an AWS service, or `github`. */
  service: string;
  /** The operation's name, `CreateStack` or `pulls/create`; of what has none, method and path. */
  operation: string;
  /** ARN of the caller, login on GitHub; `anonymous` for whoever did not say. */
  who: string;
  /** What it was about, as far as permissions told: ARNs, or `owner/name`. */
  resources: readonly string[];
  /** `ok`, or the code of the error: `ValidationError`, `404`; `none` when the connection was closed without an answer. */
  answer: string;
};

/** Every call so far, oldest first. */
export type Journal = { readonly entries: readonly JournalEntry[]; write(entry: JournalEntry): void };

export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  return { entries, write: (entry) => void entries.push(entry) };
}
