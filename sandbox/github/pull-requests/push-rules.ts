import { isAncestor, listCommits } from '../git/commits.ts';
import { NO_COMMIT } from '../git/refs.ts';
import { bypasses } from '../model/bypass.ts';
import type { Repository } from '../model/repository.ts';
import { requiredChecks } from '../model/required-checks.ts';
import { type EffectiveRule, rulesOfRef } from '../model/ruleset.ts';
import type { Grant } from '../model/token.ts';

/** A change of a ref that somebody wants to make. */
export type WantedUpdate = { ref: string; before: string; after: string };

/**
 * What is wrong with a change of a ref. `rewrite`: only if `after` does not descend from `before`; `merges`: only if there
 * is a merge commit between them. Neither can be known before Git has the objects.
 */
export type PushProblem = { when: 'always' | 'rewrite' | 'merges'; sentence: string };

/**
 * What rulesets have against a push: no force push, no deletion, no push beside pull requests …
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets).
 * @returns GitHub's sentences; empty when the push may be made
 */
export function pushProblems(repository: Repository, grant: Grant, update: WantedUpdate): PushProblem[] {
  // The branches of merge queues are GitHub's own (managing a merge queue, "gh-readonly-queue").
  if (update.ref.startsWith('refs/heads/gh-readonly-queue/')) return always('Cannot update this protected ref.');
  const creating = update.before === NO_COMMIT;
  const deleting = update.after === NO_COMMIT;
  const binding = rulesOfRef(repository, update.ref).filter(
    ({ ruleset }) => !bypasses(repository, ruleset, grant, 'push'),
  );
  const problems = binding.flatMap(({ rule }) => {
    if (creating) return problemOfCreation(repository, rule, update);
    return deleting ? problemOfDeletion(rule) : problemOfUpdate(repository, rule, update);
  });
  return [...new Map(problems.map((problem) => [problem.sentence, problem])).values()];
}

/** The sentences that hold, for a change whose commits are all here. */
export async function pushObstacles(repository: Repository, grant: Grant, update: WantedUpdate): Promise<string[]> {
  const { gitFolder } = repository;
  const { before, after } = update;
  const holding: string[] = [];
  for (const { when, sentence } of pushProblems(repository, grant, update)) {
    const holds =
      when === 'always' ||
      (when === 'rewrite' && !(await isAncestor(gitFolder, before, after))) ||
      (when === 'merges' && (await listCommits(gitFolder, ['--merges', `${before}..${after}`])).length > 0);
    if (holds) holding.push(sentence);
  }
  return holding;
}

const always = (sentence: string): PushProblem[] => [{ when: 'always', sentence }];

function problemOfCreation(repository: Repository, rule: EffectiveRule['rule'], update: WantedUpdate): PushProblem[] {
  if (rule.type === 'creation') return always('Cannot create ref due to creations being restricted.');
  if (rule.type !== 'required_status_checks') return [];
  return requiredChecks(repository, update.ref, update.after, true).problems.flatMap(always);
}

function problemOfDeletion(rule: EffectiveRule['rule']): PushProblem[] {
  return rule.type === 'deletion' ? always('Cannot delete this branch') : [];
}

function problemOfUpdate(repository: Repository, rule: EffectiveRule['rule'], update: WantedUpdate): PushProblem[] {
  switch (rule.type) {
    case 'non_fast_forward':
      return [{ when: 'rewrite', sentence: 'Cannot force-push to this branch' }];
    case 'pull_request':
      return always('Changes must be made through a pull request.');
    case 'merge_queue':
      return always('Changes must be made through the merge queue');
    case 'update':
      return always('Cannot update this protected ref.');
    case 'required_status_checks':
      return requiredChecks(repository, update.ref, update.after).problems.flatMap(always);
    case 'required_linear_history':
      return [{ when: 'merges', sentence: 'This branch must not contain merge commits.' }];
    default:
      return [];
  }
}
