import { type Environment, unprotectedEnvironment } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { presentEnvironment, presentPolicy } from '../present/environment.ts';
import { ApiError, notFound, notInSandbox, validationFailed } from '../rest/api-error.ts';
import { countedListReply } from '../rest/pagination.ts';
import type { BodyOf, RepositoryHandlers } from '../rest/rest-call.ts';
import { environmentNamed } from './variables.ts';

type Settings = BodyOf<'repos/create-or-update-environment'>;

const MAXIMUM_REVIEWERS = 6;

/** Environments with their protection rules (docs.github.com/en/rest/deployments/environments). */
export const environmentHandlers: RepositoryHandlers<
  | 'repos/get-all-environments'
  | 'repos/get-environment'
  | 'repos/create-or-update-environment'
  | 'repos/list-deployment-branch-policies'
  | 'repos/create-deployment-branch-policy'
> = {
  'repos/get-all-environments': (call, repository) =>
    countedListReply(call, 'environments', [...repository.environments.keys()], (name) =>
      presentEnvironment(call.state, repository, name, environmentNamed(repository, name)),
    ),

  'repos/get-environment': ({ state, path }, repository) => {
    const environment = environmentNamed(repository, path.environment_name);
    return { status: 200, body: presentEnvironment(state, repository, path.environment_name, environment) };
  },

  'repos/create-or-update-environment': ({ state, path, body }, repository) => {
    const name = path.environment_name;
    const environment = repository.environments.get(name) ?? unprotectedEnvironment();
    // Also when the plan refuses the protection: what is left then is an environment without any
    // (integrations/terraform-provider-github#1311, "terraform create the environment in github and exit with this error").
    repository.environments.set(name, environment);
    refuseBeyondPlan(repository, body);
    applySettings(state, environment, body);
    return { status: 200, body: presentEnvironment(state, repository, name, environment) };
  },

  'repos/list-deployment-branch-policies': (call, repository) => {
    const patterns = selectedPatterns(repository, call.path.environment_name);
    return countedListReply(call, 'branch_policies', patterns, (pattern) => presentPolicy(patterns, pattern));
  },

  'repos/create-deployment-branch-policy': ({ path, body }, repository) => {
    const patterns = selectedPatterns(repository, path.environment_name);
    if (body.type === 'tag') throw notInSandbox('deployment policies for tags');
    if (!patterns.includes(body.name)) patterns.push(body.name);
    return { status: 200, body: presentPolicy(patterns, body.name) };
  },
};

/**
 * What the owner's plan does not include for a private repository
 * (docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments). The fields count when they
 * are there, whatever their value (alchemy-run/alchemy#1373); the sentences are those of the API
 * (integrations/terraform-provider-github#1311, backstage/backstage#28977).
 */
function refuseBeyondPlan({ private: isPrivate, tier }: Repository, settings: Settings): void {
  if (!isPrivate || tier === 'enterprise' || settings === null || settings === undefined) return;
  const given = (name: keyof NonNullable<Settings>): boolean => Object.hasOwn(settings, name);
  if (given('reviewers') || given('wait_timer') || given('prevent_self_review')) {
    const supported = 'Please ensure the billing plan supports the required reviewers protection rule.';
    throw new ApiError(422, `Failed to create the environment protection rule. ${supported}`);
  }
  if (tier === 'free' && given('deployment_branch_policy')) {
    throw new ApiError(422, 'Fail to create protected rule, please ensure billing plan include protected branch gate.');
  }
}

/** The request replaces all settings: "Setting a field to null or leaving it out removes the rule." */
function applySettings(state: GitHubState, { protection }: Environment, settings: Settings): void {
  const reviewers = settings?.reviewers ?? [];
  if (reviewers.length > MAXIMUM_REVIEWERS) {
    throw validationFailed({ resource: 'Environment', field: 'reviewers', code: 'invalid' });
  }
  protection.requiredReviewers = reviewers.map((reviewer) => {
    if (reviewer.type === 'Team') throw notInSandbox('teams as reviewers of an environment');
    const account = [...state.accounts.values()].find(({ id }) => id === reviewer.id);
    if (account === undefined) throw validationFailed({ resource: 'Environment', field: 'reviewers', code: 'invalid' });
    return account.login;
  });
  protection.waitTimerMinutes = settings?.wait_timer ?? 0;
  protection.preventSelfReview = settings?.prevent_self_review ?? false;
  const policy = settings?.deployment_branch_policy ?? undefined;
  if (policy === undefined) protection.branchPolicy = { kind: 'all' };
  else if (policy.protected_branches === policy.custom_branch_policies) {
    throw new ApiError(422, 'protected_branches and custom_branch_policies cannot have the same value');
  } else if (policy.protected_branches) protection.branchPolicy = { kind: 'protected' };
  else if (protection.branchPolicy.kind !== 'selected') protection.branchPolicy = { kind: 'selected', patterns: [] };
}

function selectedPatterns(repository: Repository, name: string): string[] {
  const { branchPolicy } = environmentNamed(repository, name).protection;
  if (branchPolicy.kind !== 'selected') throw notFound();
  return branchPolicy.patterns;
}
