import { Failure } from '../../failure.ts';
import type { RepositoryAbout, RepositorySettings, WorkflowFile } from '../../ports/repository-settings.ts';
import { askGitHub, createOnce, type GitHubConnection, orUndefined } from './connection.ts';
import { environmentSettings } from './environment-protection.ts';
import { eventPolicySettings } from './event-policies.ts';
import { rulesetSettings } from './rulesets.ts';

/** Workflow files that are read, and the largest one in bytes; a repository of this product has about ten. */
const mostWorkflows = 50;
const largestWorkflow = 500_000;

/** The settings of one repository, over GitHub's REST API; the token must be an administrator's. */
export function connectRepositorySettings(github: GitHubConnection): RepositorySettings {
  return {
    ...repositoryFacts(github),
    ...rulesetSettings(github),
    ...eventPolicySettings(github),
    ...environmentSettings(github),
    ...variableSettings(github),
    ...workflowSettings(github),
  };
}

type Facts = Pick<RepositorySettings, 'about' | 'ownerPlan' | 'writers' | 'personId' | 'workflowFiles' | 'actionsApp'>;

function repositoryFacts(github: GitHubConnection): Facts {
  const { octokit, owner, repo } = github;
  const about = async (): Promise<RepositoryAbout> => {
    const { data } = await askGitHub('read the repository', () => octokit.rest.repos.get({ owner, repo }));
    const { visibility } = data;
    return {
      visibility: visibility === 'public' || visibility === 'internal' ? visibility : 'private',
      ownerIsOrganization: data.owner.type === 'Organization',
      defaultBranch: data.default_branch,
    };
  };
  return {
    about,
    ownerPlan: async () =>
      (await about()).ownerIsOrganization ? await organizationPlan(github) : await personPlan(github),
    async writers() {
      const people = await askGitHub('list who may write', () =>
        octokit.paginate(octokit.rest.repos.listCollaborators, { owner, repo, permission: 'push', per_page: 100 }),
      );
      return people.map(({ id, login, permissions }) => ({ id, login, administrator: permissions?.admin === true }));
    },
    async personId(login) {
      const { data } = await askGitHub(`find the person ${login}`, () =>
        octokit.rest.users.getByUsername({ username: login }),
      );
      return data.id;
    },
    workflowFiles: async () => await workflowFiles(github),
    async actionsApp() {
      const { data } = await askGitHub('find the app GitHub Actions', () =>
        octokit.rest.apps.getBySlug({ app_slug: 'github-actions' }),
      );
      if (data === null) throw unexpected('the app GitHub Actions');
      return data.id;
    },
  };
}

/** "To see the full details about an organization, the authenticated user must be an organization owner." */
async function organizationPlan({ octokit, owner }: GitHubConnection): Promise<string | undefined> {
  const found = await orUndefined('read the organization', () => octokit.rest.orgs.get({ org: owner }));
  return found?.data.plan?.name;
}

/** A person's plan is seen by that person only; a job's token is no person's. */
async function personPlan({ octokit, owner }: GitHubConnection): Promise<string | undefined> {
  const found = await orUndefined('read whose token it is', () => octokit.rest.users.getAuthenticated(), [403, 404]);
  return found?.data.login === owner ? found.data.plan?.name : undefined;
}

async function workflowFiles(github: GitHubConnection): Promise<WorkflowFile[]> {
  const { octokit, owner, repo } = github;
  const folder = '.github/workflows';
  const what = 'read the workflows';
  const found = await orUndefined(what, () => octokit.rest.repos.getContent({ owner, repo, path: folder }));
  const entries = Array.isArray(found?.data) ? found.data : [];
  const files = entries.filter(({ type, name }) => type === 'file' && /\.ya?ml$/.test(name));
  if (files.length > mostWorkflows || files.some(({ size }) => size > largestWorkflow)) {
    throw unexpected(`at most ${mostWorkflows} workflows of ${largestWorkflow} bytes`);
  }
  return await Promise.all(
    files.map(async ({ path }) => {
      const { data } = await askGitHub(what, () => octokit.rest.repos.getContent({ owner, repo, path }));
      if (Array.isArray(data) || data.type !== 'file') throw unexpected(`the file ${path}`);
      return { path, text: Buffer.from(data.content, 'base64').toString('utf8') };
    }),
  );
}

function unexpected(what: string): Failure {
  return new Failure({ code: 'GitHubAnswer', source: 'github', message: `GitHub’s answer is not ${what}.` });
}

function variableSettings(github: GitHubConnection): Pick<RepositorySettings, 'variable' | 'setVariable'> {
  const { octokit, owner, repo } = github;
  const find = async (name: string): Promise<string | undefined> => {
    const found = await orUndefined(`read the variable ${name}`, () =>
      octokit.rest.actions.getRepoVariable({ owner, repo, name }),
    );
    return found?.data.value;
  };
  return {
    variable: find,
    async setVariable(name, value) {
      const exists = (await find(name)) !== undefined;
      await askGitHub(`set the variable ${name}`, async () => {
        if (exists) await octokit.rest.actions.updateRepoVariable({ owner, repo, name, value });
        else {
          await createOnce(github, {
            find: () => find(name),
            create: async () => void (await octokit.rest.actions.createRepoVariable({ owner, repo, name, value })),
          });
        }
      });
    },
  };
}

type WorkflowSettings = Pick<
  RepositorySettings,
  'workflowPermissions' | 'letWorkflowsOpenPullRequests' | 'hasLabel' | 'createLabel'
>;

function workflowSettings(github: GitHubConnection): WorkflowSettings {
  const { octokit, owner, repo } = github;
  const findLabel = (name: string) =>
    orUndefined(`look for the label ${name}`, () => octokit.rest.issues.getLabel({ owner, repo, name }));
  return {
    async workflowPermissions() {
      const { data } = await askGitHub('read the permissions of workflows', () =>
        octokit.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ owner, repo }),
      );
      return {
        mayOpenPullRequests: data.can_approve_pull_request_reviews,
        default: data.default_workflow_permissions,
      };
    },
    // 409: "Conflict response when changing a setting is prevented by the owning organization".
    async letWorkflowsOpenPullRequests() {
      await askGitHub('let workflows open pull requests', () =>
        octokit.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository({
          owner,
          repo,
          can_approve_pull_request_reviews: true,
        }),
      );
    },
    hasLabel: async (name) => (await findLabel(name)) !== undefined,
    async createLabel(name, color, description) {
      await askGitHub(`create the label ${name}`, () =>
        createOnce(github, {
          find: async () => (await findLabel(name))?.data.id,
          create: async () =>
            (await octokit.rest.issues.createLabel({ owner, repo, name, color, description })).data.id,
        }),
      );
    },
  };
}
