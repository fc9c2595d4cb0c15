import type { DeploymentBranches, RepositorySettings } from '../ports/repository-settings.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

type Environment = Awaited<ReturnType<GitHubConnection['octokit']['rest']['repos']['getEnvironment']>>['data'];

/** The settings of one repository, over GitHub's REST API; the token must be an administrator's. */
export function connectRepositorySettings(github: GitHubConnection): RepositorySettings {
  return { ...environmentSettings(github), ...variableSettings(github), ...workflowSettings(github) };
}

function environmentSettings(
  github: GitHubConnection,
): Pick<RepositorySettings, 'environmentBranches' | 'allowBranch'> {
  return {
    async environmentBranches(name) {
      const environment = await findEnvironment(github, name);
      if (environment === undefined) return undefined;
      return await branchesOf(github, environment);
    },
    async allowBranch(name, branch) {
      const environment = await findEnvironment(github, name);
      const known = environment === undefined ? 'all' : await branchesOf(github, environment);
      await putEnvironment(github, name, environment);
      if (typeof known === 'string' || !known.includes(branch)) await addBranch(github, name, branch);
    },
  };
}

function findEnvironment({ octokit, owner, repo }: GitHubConnection, name: string): Promise<Environment | undefined> {
  return orUndefined(`read the environment ${name}`, async () => {
    const { data } = await octokit.rest.repos.getEnvironment({ owner, repo, environment_name: name });
    return data;
  });
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

/** The request replaces every setting of the environment: what is to stay is sent along. */
async function putEnvironment(
  { octokit, owner, repo }: GitHubConnection,
  name: string,
  found: Environment | undefined,
): Promise<void> {
  await askGitHub(`set up the environment ${name}`, () =>
    octokit.rest.repos.createOrUpdateEnvironment({
      owner,
      repo,
      environment_name: name,
      ...protectionOf(found),
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    }),
  );
}

/** Waiting time and reviewers as a request has them. */
function protectionOf(environment: Environment | undefined): {
  wait_timer?: number;
  prevent_self_review?: boolean;
  reviewers?: { type: 'User' | 'Team'; id: number }[];
} {
  const protection: ReturnType<typeof protectionOf> = {};
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

function variableSettings({
  octokit,
  owner,
  repo,
}: GitHubConnection): Pick<RepositorySettings, 'variable' | 'setVariable'> {
  const find = (name: string): Promise<string | undefined> =>
    orUndefined(`read the variable ${name}`, async () => {
      const { data } = await octokit.rest.actions.getRepoVariable({ owner, repo, name });
      return data.value;
    });
  return {
    variable: find,
    async setVariable(name, value) {
      const exists = (await find(name)) !== undefined;
      await askGitHub(`set the variable ${name}`, async () => {
        if (exists) await octokit.rest.actions.updateRepoVariable({ owner, repo, name, value });
        else await octokit.rest.actions.createRepoVariable({ owner, repo, name, value });
      });
    },
  };
}

function workflowSettings({
  octokit,
  owner,
  repo,
}: GitHubConnection): Omit<RepositorySettings, 'environmentBranches' | 'allowBranch' | 'variable' | 'setVariable'> {
  return {
    async workflowsMayOpenPullRequests() {
      const { data } = await askGitHub('read the permissions of workflows', () =>
        octokit.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ owner, repo }),
      );
      return data.can_approve_pull_request_reviews;
    },
    async letWorkflowsOpenPullRequests() {
      await askGitHub('let workflows open pull requests', () =>
        octokit.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
          owner,
          repo,
          can_approve_pull_request_reviews: true,
        }),
      );
    },
    async hasLabel(name) {
      const found = await orUndefined(`look for the label ${name}`, () =>
        octokit.rest.issues.getLabel({ owner, repo, name }),
      );
      return found !== undefined;
    },
    async createLabel(name, color, description) {
      await askGitHub(`create the label ${name}`, () =>
        octokit.rest.issues.createLabel({ owner, repo, name, color, description }),
      );
    },
  };
}

/** GitHub answers 404 for what does not exist. */
async function orUndefined<T>(what: string, request: () => Promise<T>): Promise<T | undefined> {
  return await askGitHub(what, async () => {
    try {
      return await request();
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
      throw error;
    }
  });
}
