/** Which operation of which service a request was for, as the SDK names them: `CloudFormation`, `DescribeStacks`. */
export type AskedOperation = { service: string; operation: string };

const operations = new WeakMap<object, AskedOperation>();

/** Keeps with an error what was asked; SDK errors themselves do not say it. */
export function noteAsked(error: unknown, asked: AskedOperation): void {
  if (typeof error === 'object' && error !== null) operations.set(error, asked);
}

/** What an error was the answer to. */
export function askedOf(error: unknown): AskedOperation {
  const known = typeof error === 'object' && error !== null ? operations.get(error) : undefined;
  return known ?? { service: 'itself', operation: 'a request' };
}
