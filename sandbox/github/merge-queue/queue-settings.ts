import type { Repository } from '../model/repository.ts';
import type { MergeMethod } from '../pull-requests/merge-methods.ts';
import { mergeQueueRule } from '../pull-requests/merge-rules.ts';

/** The parameters of a `merge_queue` rule (docs.github.com/en/rest/repos/rules), in our words. */
export type QueueSettings = {
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
export function queueSettings(repository: Repository, baseRef: string): QueueSettings | undefined {
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
