import { Failure } from '../../failure.ts';
import type { DeploymentBranches, RepositorySettings } from '../../ports/repository-settings.ts';
import { askGitHub, type GitHubConnection, orUndefined } from './connection.ts';

type Environment = Awaited<ReturnType<GitHubConnection['octokit']['rest']['repos']['getEnvironment']>>['data'];

type Reviewer = { type: 'User' | 'Team'; id: number };

/** Environments with their branches and reviewers (docs.github.com/en/rest/deployments/environments). */
export function environmentSettings(
  github: GitHubConnection,
): Pick<RepositorySettings, 'environment' | 'allowBranch' | 'addReviewers'> {
  return {
    async environment(name) {
      const found = await findEnvironment(github, name);
      if (found === undefined) return undefined;
      return { branches: await branchesOf(github, found), reviewers: reviewerNames(found) };
    },
    async allowBranch(name, branch) {
      const environment = await findEnvironment(github, name);
      const known = environment === undefined ? 'all' : await branchesOf(github, environment);
      await putEnvironment(github, name, protectionOf(environment));
      if (typeof known === 'string' || !known.includes(branch)) await addBranch(github, name, branch);
    },
    async addReviewers(name, ids) {
      const protection = protectionOf(await findEnvironment(github, name));
      const known = protection.reviewers ?? [];
      const added = ids.filter((id) => !known.some((each) => each.type === 'User' && each.id === id));
      const reviewers = [...known, ...added.map((id): Reviewer => ({ type: 'User', id }))];
      try {
        await putEnvironment(github, name, { ...protection, reviewers });
      } catch (error) {
        throw beyondPlan(error);
      }
    },
  };
}

/** The API's sentence for reviewers on Pro and Team is a 422 about the billing plan (backstage/backstage#28977). */
function beyondPlan(error: unknown): unknown {
  if (!(error instanceof Failure) || !/billing plan/i.test(error.message)) return error;
  return new Failure({
    code: 'NotOfferedByPlan',
    source: 'github',
    message: 'The plan of the repository’s owner has no reviewers for private repositories.',
    cause: error,
  });
}

async function findEnvironment(
  { octokit, owner, repo }: GitHubConnection,
  name: string,
): Promise<Environment | undefined> {
  const found = await orUndefined(`read the environment ${name}`, () =>
    octokit.rest.repos.getEnvironment({ owner, repo, environment_name: name }),
  );
  return found?.data;
}

async function branchesOf(
  { octokit, owner, repo }: GitHubConnection,
  { name, deployment_branch_policy: policy }: Environment,
): Promise<DeploymentBranches> {
  if (policy === null || policy === undefined) return 'all';
  if (policy.protected_branches) return 'protected';
  const policies = await askGitHub(`list the branches of the environment ${name}`, () =>
    octokit.paginate(octokit.rest.repos.listDeploymentBranchPolicies, {
      owner,
      repo,
      environment_name: name,
      per_page: 100,
    }),
  );
  return policies.flatMap((found) => (found.name === undefined ? [] : [found.name]));
}

type Protection = { wait_timer?: number; prevent_self_review?: boolean; reviewers?: Reviewer[] };

/**
 * The request replaces every setting of the environment: what is to stay is sent along. What was never set is left out,
 * because a plan that lacks it refuses the field whatever its value (alchemy-run/alchemy#1373).
 */
async function putEnvironment(
  { octokit, owner, repo }: GitHubConnection,
  name: string,
  protection: Protection,
): Promise<void> {
  await askGitHub(`set up the environment ${name}`, () =>
    octokit.rest.repos.createOrUpdateEnvironment({
      owner,
      repo,
      environment_name: name,
      ...protection,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    }),
  );
}

/** Waiting time and reviewers as a request has them. */
function protectionOf(environment: Environment | undefined): Protection {
  const protection: Protection = {};
  for (const rule of environment?.protection_rules ?? []) {
    if ('wait_timer' in rule && rule.wait_timer !== undefined) protection.wait_timer = rule.wait_timer;
    if (!('reviewers' in rule)) continue;
    protection.prevent_self_review = rule.prevent_self_review ?? false;
    protection.reviewers = (rule.reviewers ?? []).flatMap(({ type, reviewer }) =>
      reviewer?.id === undefined || type === undefined ? [] : [{ type, id: reviewer.id }],
    );
  }
  return protection;
}

function reviewerNames(environment: Environment): string[] {
  return (environment.protection_rules ?? []).flatMap((rule) => {
    if (!('reviewers' in rule)) return [];
    return (rule.reviewers ?? []).map(({ reviewer }) => {
      if (reviewer === undefined || reviewer === null) return 'somebody';
      return 'login' in reviewer ? reviewer.login : reviewer.name;
    });
  });
}

async function addBranch({ octokit, owner, repo }: GitHubConnection, name: string, branch: string): Promise<void> {
  await askGitHub(`let ${branch} into the environment ${name}`, () =>
    octokit.rest.repos.createDeploymentBranchPolicy({
      owner,
      repo,
      environment_name: name,
      name: branch,
      type: 'branch',
    }),
  );
}

/** Whether somebody has to approve jobs of an environment; false for one that does not exist. */
export async function requiredReviewersOf(
  { octokit, owner, repo }: GitHubConnection,
  environment: string,
): Promise<boolean> {
  return await askGitHub(`read the environment ${environment}`, async () => {
    try {
      const { data } = await octokit.rest.repos.getEnvironment({ owner, repo, environment_name: environment });
      return (data.protection_rules ?? []).some(
        (rule) => rule.type === 'required_reviewers' && 'reviewers' in rule && (rule.reviewers ?? []).length > 0,
      );
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return false;
      throw error;
    }
  });
}
