import { decisionsAt } from '../adapters/git/deployment-trees.ts';
import { hasCommit } from '../adapters/git/first-parents.ts';
import { newestMemory } from '../deploy/deploy-memory.ts';
import { Failure } from '../failure.ts';
import type { Records } from '../ports/records.ts';

/**
 * At night nothing is tried again that failed as it is decided now: it would fail again every night, in front of users. What
 * ended otherwise (time ran out, credentials, cancelled) is tried.
 * @throws Failure `FailedBefore` when the newest run of the deployment failed, and nothing has changed since
 */
export async function refuseFailedBefore(
  { folder, commit, name }: { folder: string; commit: string; name: string },
  records: Records,
): Promise<void> {
  const newest = await newestMemory(records, name);
  if (newest === undefined || newest.record.outcome !== 'failed' || !(await hasCommit(folder, newest.commit))) return;
  const [then, now] = [await decisionsAt(folder, newest.commit), await decisionsAt(folder, commit)];
  if (then.get(name) !== now.get(name)) return;
  throw new Failure({
    code: 'FailedBefore',
    source: 'user',
    message: `${name} is not tried again at night: run ${newest.run} failed with what is declared now, at ${newest.record.finishedAt}. ${newest.record.message}`,
    hint: `Mend it by a pull request, or, if the cause was outside, run the workflow deploy by hand for ${name}.`,
  });
}
