import type { Actor } from '../events/actor.ts';
import { emitMergeGroupEvent } from '../events/merge-group-event.ts';
import { NO_COMMIT, readRef } from '../git/refs.ts';
import { recordIssueEvent } from '../issues/issue-events.ts';
import { type Account, noReplyAddress } from '../model/account.ts';
import { isPullRequest } from '../model/issue.ts';
import type { MergeGroup, QueueEntry } from '../model/merge-queue.ts';
import type { Repository } from '../model/repository.ts';
import { type RequiredChecks, requiredChecks } from '../model/required-checks.ts';
import type { GitHubState } from '../model/state.ts';
import { type MergeMethod, mergeOnto } from '../pull-requests/merge-methods.ts';
import { mergeObstacles, mergeQueueRule } from '../pull-requests/merge-rules.ts';
import { markMerged } from '../pull-requests/ref-updates.ts';
import { moveRef, ruleViolations } from '../pull-requests/write-ref.ts';
import { ApiError } from '../rest/api-error.ts';

/** Who builds groups and merges them, with the id it has on github.com. */
const QUEUE_BOT: Account = {
  id: 118_344_674,
  login: 'github-merge-queue[bot]',
  type: 'Bot',
  name: 'github-merge-queue[bot]',
  email: noReplyAddress(118_344_674, 'github-merge-queue[bot]'),
  permission: 'write',
};
const QUEUE: Actor = { account: QUEUE_BOT, causedByJobToken: false };

/**
 * Puts a pull request at the end of its base branch's merge queue, as "Merge when ready" does
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue).
 * The caller holds the repository's queue of changes.
 * @throws ApiError 404 without such a pull request, 405 when it may not be merged yet or its branch has no queue
 */
export async function enqueuePullRequest(
  state: GitHubState,
  repository: Repository,
  number: number,
  by: Account,
): Promise<void> {
  const issue = repository.issues.get(number);
  if (issue === undefined || !isPullRequest(issue)) throw new ApiError(404, 'Not Found');
  const { pullRequest } = issue;
  if (queueSettings(repository, pullRequest.baseRef) === undefined) {
    throw new ApiError(405, `The branch ${pullRequest.baseRef} has no merge queue.`);
  }
  if (issue.state === 'closed' || !pullRequest.mergeable || pullRequest.draft) {
    throw new ApiError(405, 'Pull Request is not mergeable');
  }
  const obstacles = await mergeObstacles(repository, issue, { queued: true });
  if (obstacles.length > 0) throw ruleViolations(405, obstacles);
  if (repository.mergeQueue.some((entry) => entry.issue === issue)) {
    throw new ApiError(405, 'Pull request is already in the queue');
  }
  const since = state.now();
  repository.mergeQueue.push({ issue, pullRequestHead: pullRequest.headSha, by, since, group: undefined });
  recordIssueEvent(state, issue, { account: by }, { event: 'added_to_merge_queue' });
  await advanceQueues(state, repository);
}

/**
 * Looks at the queues of a repository: takes out what failed, was closed or pushed to, builds what has its turn, and
 * merges what has passed. Called whenever a check ended, a branch moved or time passed.
 */
export async function advanceQueues(state: GitHubState, repository: Repository): Promise<void> {
  for (const baseRef of new Set(repository.mergeQueue.map(({ issue }) => issue.pullRequest.baseRef))) {
    while (await step(state, repository, baseRef)) {
      // One change after the other, until there is nothing to do.
    }
  }
}

/** Makes one change. @returns false when there was nothing to do */
async function step(state: GitHubState, repository: Repository, baseRef: string): Promise<boolean> {
  const entries = repository.mergeQueue.filter(({ issue }) => issue.pullRequest.baseRef === baseRef);
  const settings = queueSettings(repository, baseRef);
  const gone = entries.find(
    ({ issue, pullRequestHead }) => issue.state === 'closed' || issue.pullRequest.headSha !== pullRequestHead,
  );
  if (gone !== undefined) return remove(state, repository, gone);
  const [first] = entries;
  if (first === undefined) return false;
  if (settings === undefined) return remove(state, repository, first);
  const tip = (await readRef(repository.gitFolder, `refs/heads/${baseRef}`)) ?? NO_COMMIT;
  if (first.group !== undefined && first.group.baseSha !== tip) return dissolve(state, repository, entries);
  if (await buildNext(state, repository, entries, { baseRef, tip, settings })) return true;
  const verdicts = entries.map((entry) => verdictOn(state, repository, baseRef, entry, settings));
  const failed = entries[firstFailure(verdicts, settings)];
  if (failed !== undefined) return remove(state, repository, failed);
  const count = mergeableCount(state, entries, verdicts, settings);
  return count > 0 && mergeGroup(state, repository, { baseRef, entries: entries.slice(0, count) });
}

type Verdict = RequiredChecks['state'];

function verdictOn(
  state: GitHubState,
  repository: Repository,
  baseRef: string,
  { group }: QueueEntry,
  { checkTimeoutMinutes }: QueueSettings,
): Verdict {
  if (group === undefined) return 'pending';
  const checks = requiredChecks(repository, `refs/heads/${baseRef}`, group.headSha).state;
  return checks === 'pending' && minutesSince(state, group.since) >= checkTimeoutMinutes ? 'failed' : checks;
}

/** A failure counts unless, with HEADGREEN, a later entry passes or may still pass. */
function firstFailure(verdicts: readonly Verdict[], { allGreen }: QueueSettings): number {
  if (allGreen) return verdicts.indexOf('failed');
  return verdicts.every((verdict) => verdict === 'failed') ? 0 : -1;
}

function mergeableCount(
  state: GitHubState,
  entries: readonly QueueEntry[],
  verdicts: readonly Verdict[],
  settings: QueueSettings,
): number {
  const passing = verdicts.map((verdict, index) =>
    settings.allGreen ? verdicts.slice(0, index + 1).every((each) => each === 'passed') : verdict === 'passed',
  );
  const count = passing.slice(0, settings.maximumToMerge).lastIndexOf(true) + 1;
  const first = entries[0];
  const waited = first !== undefined && minutesSince(state, first.since) >= settings.minimumWaitMinutes;
  return count >= settings.minimumToMerge || waited ? count : 0;
}

/** Builds the group of the next entry that has none. @returns whether there was one with a turn */
async function buildNext(
  state: GitHubState,
  repository: Repository,
  entries: readonly QueueEntry[],
  { baseRef, tip, settings }: { baseRef: string; tip: string; settings: QueueSettings },
): Promise<boolean> {
  const index = entries.findIndex(({ group }) => group === undefined);
  const entry = entries[index];
  if (entry === undefined || index >= settings.maximumToBuild) return false;
  const baseSha = index === 0 ? tip : (entries[index - 1]?.group?.headSha ?? tip);
  const at = state.now();
  const commits = await mergeOnto(repository, entry.issue, {
    method: settings.method,
    onto: baseSha,
    by: entry.by,
    at,
  });
  const headSha = commits?.at(-1);
  if (commits === undefined || headSha === undefined) return remove(state, repository, entry);
  const ref = `refs/heads/gh-readonly-queue/${baseRef}/pr-${entry.issue.number}-${baseSha}`;
  entry.group = { ref, headSha, baseSha, commits, since: at };
  await moveRef(state, repository, QUEUE, ref, headSha);
  await emitMergeGroupEvent(state, repository, entry.group, baseRef, QUEUE);
  return true;
}

/** Takes an entry out; what stands behind it is built again without it. */
async function remove(state: GitHubState, repository: Repository, entry: QueueEntry): Promise<true> {
  const behind = repository.mergeQueue.slice(repository.mergeQueue.indexOf(entry));
  const sameBase = behind.filter(({ issue }) => issue.pullRequest.baseRef === entry.issue.pullRequest.baseRef);
  repository.mergeQueue.splice(repository.mergeQueue.indexOf(entry), 1);
  recordIssueEvent(state, entry.issue, QUEUE, { event: 'removed_from_merge_queue' });
  return dissolve(state, repository, sameBase);
}

async function dissolve(state: GitHubState, repository: Repository, entries: readonly QueueEntry[]): Promise<true> {
  for (const entry of entries) {
    const { group } = entry;
    entry.group = undefined;
    if (group !== undefined) await removeBranch(state, repository, group);
  }
  return true;
}

async function removeBranch(state: GitHubState, repository: Repository, { ref }: MergeGroup): Promise<void> {
  if ((await readRef(repository.gitFolder, ref)) !== undefined) await moveRef(state, repository, QUEUE, ref, undefined);
}

/** Moves the base branch to the head of the last entry, by one push for all of them. */
async function mergeGroup(
  state: GitHubState,
  repository: Repository,
  { baseRef, entries }: { baseRef: string; entries: readonly QueueEntry[] },
): Promise<boolean> {
  const groups = entries.flatMap(({ issue, group }) => (group === undefined ? [] : [{ issue, group }]));
  const last = groups.at(-1);
  if (last === undefined) return false;
  repository.mergeQueue = repository.mergeQueue.filter((entry) => !entries.includes(entry));
  // Closed before the branch moves, so that the push is not taken for a merge by hand.
  for (const { issue } of groups) issue.state = 'closed';
  await moveRef(state, repository, QUEUE, `refs/heads/${baseRef}`, last.group.headSha);
  for (const { issue, group } of groups) {
    const { baseSha, headSha, commits } = group;
    await markMerged(state, repository, issue, { before: baseSha, mergeCommit: headSha, commits }, QUEUE);
    await removeBranch(state, repository, group);
  }
  return true;
}

function minutesSince(state: GitHubState, since: Date): number {
  return (state.now().getTime() - since.getTime()) / 60_000;
}

/** The parameters of a `merge_queue` rule (docs.github.com/en/rest/repos/rules), in our words. */
type QueueSettings = {
  method: MergeMethod;
  /** ALLGREEN: every entry of what is merged must have passed; HEADGREEN: only the last one. */
  allGreen: boolean;
  maximumToBuild: number;
  maximumToMerge: number;
  minimumToMerge: number;
  minimumWaitMinutes: number;
  checkTimeoutMinutes: number;
};

/** @returns undefined for a branch without a queue; values that the rule does not have are those of GitHub's page */
function queueSettings(repository: Repository, baseRef: string): QueueSettings | undefined {
  const rule = mergeQueueRule(repository, `refs/heads/${baseRef}`);
  if (rule === undefined) return undefined;
  const count = (name: string, standard: number): number => {
    const value = rule[name] ?? standard;
    if (typeof value !== 'number') throw new Error(`merge_queue: ${name} must be a number.`);
    return value;
  };
  return {
    method: methodOf(rule['merge_method'] ?? 'MERGE'),
    allGreen: (rule['grouping_strategy'] ?? 'ALLGREEN') === 'ALLGREEN',
    maximumToBuild: count('max_entries_to_build', 5),
    maximumToMerge: count('max_entries_to_merge', 5),
    minimumToMerge: count('min_entries_to_merge', 1),
    minimumWaitMinutes: count('min_entries_to_merge_wait_minutes', 5),
    checkTimeoutMinutes: count('check_response_timeout_minutes', 60),
  };
}

function methodOf(method: unknown): MergeMethod {
  if (method === 'MERGE') return 'merge';
  if (method === 'SQUASH') return 'squash';
  if (method === 'REBASE') return 'rebase';
  throw new Error(`merge_queue: there is no merge method ${String(method)}.`);
}
