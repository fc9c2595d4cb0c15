import type { Environment } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { apiDate } from './date.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl, repositoryWebUrl } from './repository.ts';

/** `environment` of GitHub's description. */
export function presentEnvironment(
  state: GitHubState,
  repository: Repository,
  name: string,
  environment: Environment,
): Record<string, unknown> {
  const id = repository.environmentIds.get(name) ?? state.nextId();
  repository.environmentIds.set(name, id);
  const { branchPolicy } = environment.protection;
  return {
    id,
    node_id: nodeId('EN', id),
    name,
    url: `${repositoryUrl(state, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${repositoryWebUrl(state, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: apiDate(repository.createdAt),
    updated_at: apiDate(repository.createdAt),
    protection_rules: protectionRules(state, id, environment),
    deployment_branch_policy:
      branchPolicy.kind === 'all'
        ? null
        : {
            protected_branches: branchPolicy.kind === 'protected',
            custom_branch_policies: branchPolicy.kind === 'selected',
          },
  };
}

function protectionRules(state: GitHubState, id: number, { protection }: Environment): Record<string, unknown>[] {
  const rules: Record<string, unknown>[] = [];
  const add = (type: string, fields: Record<string, unknown>): void => {
    const ruleId = id * 10 + rules.length;
    rules.push({ id: ruleId, node_id: nodeId('GA', ruleId), type, ...fields });
  };
  if (protection.waitTimerMinutes > 0) add('wait_timer', { wait_timer: protection.waitTimerMinutes });
  if (protection.requiredReviewers.length > 0) {
    const reviewers = protection.requiredReviewers.map((login) => {
      const account = state.accounts.get(login.toLowerCase());
      if (account === undefined) throw new Error(`The required reviewer ${login} is no user of the sandbox's GitHub.`);
      return { type: 'User', reviewer: simpleUser(state, account) };
    });
    add('required_reviewers', { prevent_self_review: protection.preventSelfReview, reviewers });
  }
  if (protection.branchPolicy.kind !== 'all') add('branch_policy', {});
  return rules;
}

/** `deployment-branch-policy` of GitHub's description; its id is its place among the environment's patterns. */
export function presentPolicy(patterns: readonly string[], pattern: string): Record<string, unknown> {
  const id = patterns.indexOf(pattern) + 1;
  return { id, node_id: nodeId('DBP', id), name: pattern, type: 'branch' };
}
