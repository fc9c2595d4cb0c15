import { afterEach, describe, expect, test } from 'vitest';
import type { NewRepository } from '../github-sandbox.ts';
import { refusalOfEvent } from '../model/actions-policy.ts';
import { ACTIONS_APP_ID, rulesOfRef } from '../model/ruleset.ts';
import { failureOf, type GitHubFixture, startFixture } from './github-fixture.ts';

let fixture: GitHubFixture;
afterEach(() => fixture.close());

const NAME = 'radar-lab/deployments';
const policies = `/repos/${NAME}/actions/policies`;
const planFile = '.github/workflows/plan.yml';

async function start(settings: Partial<NewRepository>): Promise<void> {
  fixture = await startFixture(settings);
}

/** What rules and policies are evaluated with. */
function model() {
  const { github } = fixture;
  return {
    rulesets: github.rulesets(NAME),
    actionsPolicies: github.actionsPolicies(NAME),
    private: false,
    defaultBranch: 'main',
  };
}

const gate = {
  type: 'required_status_checks' as const,
  parameters: {
    strict_required_status_checks_policy: false,
    required_status_checks: [{ context: 'gate', integration_id: ACTIONS_APP_ID }],
  },
};

describe('rulesets', () => {
  test('are made, listed, changed and hold for the default branch only', async () => {
    await start({});
    const { octokit, at } = fixture;
    const made = await octokit.rest.repos.createRepoRuleset({
      ...at,
      name: 'main',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: [{ type: 'deletion' }, gate],
    });
    expect(made.data).toMatchObject({ source_type: 'Repository', source: NAME, target: 'branch' });
    const { data: rules } = await octokit.rest.repos.getBranchRules({ ...at, branch: 'main' });
    expect(rules.map(({ type }) => type)).toEqual(['deletion', 'required_status_checks']);
    expect((await octokit.rest.repos.getBranchRules({ ...at, branch: 'other' })).data).toEqual([]);
    expect(rulesOfRef(model(), 'refs/heads/main')).toHaveLength(2);
    const change = { ...at, ruleset_id: made.data.id, enforcement: 'disabled' as const };
    expect((await octokit.rest.repos.updateRepoRuleset(change)).data.rules).toHaveLength(2);
    expect((await octokit.rest.repos.getBranchRules({ ...at, branch: 'main' })).data).toEqual([]);
    const { data: list } = await octokit.rest.repos.getRepoRulesets(at);
    expect(list.map(({ name, enforcement }) => [name, enforcement])).toEqual([['main', 'disabled']]);
    await octokit.rest.repos.deleteRepoRuleset({ ...at, ruleset_id: made.data.id });
    expect(fixture.github.rulesets(NAME).size).toBe(0);
  });

  test('with a rule that the sandbox does not enforce are refused', async () => {
    await start({});
    const { octokit, at } = fixture;
    const rule = { type: 'required_signatures' as const };
    const make = octokit.rest.repos.createRepoRuleset({ ...at, name: 'x', enforcement: 'active', rules: [rule] });
    expect(await failureOf(make)).toMatchObject({ status: 501 });
  });

  test('show who may pass them to administrators only, and are changed by nobody else', async () => {
    await start({});
    const { octokit, at, github } = fixture;
    const { data } = await octokit.rest.repos.createRepoRuleset({ ...at, name: 'x', enforcement: 'active' });
    expect(data.bypass_actors).toEqual([]);
    const writer = fixture.octokitFor(github.createUser({ login: 'bob', id: 7 }));
    const seen = await writer.rest.repos.getRepoRuleset({ ...at, ruleset_id: data.id });
    expect(seen.data.bypass_actors).toBeUndefined();
    const change = writer.rest.repos.updateRepoRuleset({ ...at, ruleset_id: data.id, name: 'y' });
    expect((await failureOf(change)).status).toBe(403);
  });

  test('do not exist in a private repository on Free', async () => {
    await start({ private: true, tier: 'free' });
    const { octokit, at } = fixture;
    expect(await failureOf(octokit.rest.repos.getBranchRules({ ...at, branch: 'main' }))).toMatchObject({
      status: 403,
      data: { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' },
    });
  });
});

describe('Actions policies', () => {
  const rules = [{ type: 'restrict_action_events', parameters: { allowed_events: ['pull_request_target'] } }];
  const conditions = { workflow_path: { include: [planFile], exclude: [] } };

  test('let pull_request_target into a public repository, and nothing else into that workflow', async () => {
    await start({});
    const { octokit } = fixture;
    expect(refusalOfEvent(model(), planFile, 'pull_request_target')).toContain("'pull_request_target' is not allowed");
    expect(refusalOfEvent(model(), planFile, 'push')).toBeUndefined();
    expect(refusalOfEvent({ ...model(), private: true }, planFile, 'pull_request_target')).toBeUndefined();
    const body = { name: 'plan', enforcement: 'active', conditions, rules };
    const { data } = await octokit.request(`POST ${policies}`, body);
    expect(data).toMatchObject({ target: 'actions', source_type: 'Repository', source: NAME, conditions });
    expect(refusalOfEvent(model(), planFile, 'pull_request_target')).toBeUndefined();
    expect(refusalOfEvent(model(), planFile, 'workflow_dispatch')).toContain("Event 'workflow_dispatch'");
    expect(refusalOfEvent(model(), '.github/workflows/other.yml', 'pull_request_target')).toContain('not allowed');
    const changed = await octokit.request(`PUT ${policies}/${data.id}`, { enforcement: 'disabled' });
    expect(changed.data).toMatchObject({ conditions, enforcement: 'disabled' });
    expect(refusalOfEvent(model(), planFile, 'pull_request_target')).toContain('not allowed');
    expect((await octokit.request(`GET ${policies}`)).data).toMatchObject({ total_count: 1 });
    await octokit.request(`DELETE ${policies}/${data.id}`);
    expect(fixture.github.actionsPolicies(NAME).size).toBe(0);
  });

  test('all have to allow an event, whoever made them', async () => {
    await start({});
    const { github } = fixture;
    const policy = (id: number, events: string[], paths: string[] | undefined) =>
      github.actionsPolicies(NAME).set(id, {
        id,
        name: `policy ${id}`,
        source: { type: 'Organization', name: 'radar-lab' },
        enforcement: 'active',
        workflowPath: paths === undefined ? undefined : { include: paths, exclude: [] },
        rules: [{ type: 'restrict_action_events', parameters: { allowed_events: events } }],
        repositoryConditions: {},
        createdAt: new Date(),
        updatedAt: new Date(),
      });
    policy(1, ['pull_request_target'], [planFile]);
    policy(2, ['push'], undefined);
    expect(refusalOfEvent(model(), planFile, 'pull_request_target')).toContain('not allowed');
    policy(2, ['push', 'pull_request_target'], ['~ALL']);
    expect(refusalOfEvent(model(), planFile, 'pull_request_target')).toBeUndefined();
    const change = fixture.octokit.request(`PUT ${policies}/2`, { enforcement: 'disabled' });
    expect((await failureOf(change)).status).toBe(404);
  });

  test('are refused with unknown events, and hidden from those who do not administer the repository', async () => {
    await start({});
    const { octokit, github } = fixture;
    const parameters = { allowed_events: ['pull_request_targets'] };
    const body = { name: 'x', enforcement: 'active', rules: [{ type: 'restrict_action_events', parameters }] };
    expect((await failureOf(octokit.request(`POST ${policies}`, body))).status).toBe(422);
    const writer = fixture.octokitFor(github.createUser({ login: 'bob', id: 7 }));
    expect((await failureOf(writer.request(`GET ${policies}`))).status).toBe(404);
    expect((await failureOf(fixture.job({ actions: 'write' }).request(`GET ${policies}`))).status).toBe(404);
  });
});

describe('what the plan of the owner includes', () => {
  const branches = { protected_branches: false, custom_branch_policies: true };

  test.each([
    ['free', false],
    ['team', true],
    ['enterprise', true],
  ] as const)('%s: branches of an environment in a private repository: %s', async (tier, allowed) => {
    await start({ private: true, tier });
    const { octokit, at } = fixture;
    const environment = { ...at, environment_name: 'deploy' };
    const put = octokit.rest.repos.createOrUpdateEnvironment({ ...environment, deployment_branch_policy: branches });
    if (allowed) await put;
    else expect((await failureOf(put)).status).toBe(422);
    // The environment is there all the same.
    const { data } = await octokit.rest.repos.getEnvironment(environment);
    expect(data.protection_rules?.map(({ type }) => type)).toEqual(allowed ? ['branch_policy'] : []);
    expect((await octokit.rest.orgs.get({ org: 'radar-lab' })).data.plan?.name).toBe(tier);
  });

  test.each([
    ['team', 'private', 422],
    ['enterprise', 'private', 200],
    ['free', 'public', 200],
  ] as const)('%s, %s: reviewers of an environment: %i', async (tier, visibility, status) => {
    await start({ private: visibility === 'private', tier });
    const { octokit, at } = fixture;
    const reviewers = [{ type: 'User' as const, id: 1815 }];
    const put = octokit.rest.repos.createOrUpdateEnvironment({ ...at, environment_name: 'destroy', reviewers });
    expect(status === 200 ? (await put).status : (await failureOf(put)).status).toBe(status);
  });

  test('is seen by owners of the organization only', async () => {
    await start({});
    const { github } = fixture;
    const bob = fixture.octokitFor(
      github.createUser({ login: 'bob', id: 7, permission: 'admin', ownsOrganizations: false }),
    );
    expect((await bob.rest.orgs.get({ org: 'radar-lab' })).data.plan).toBeUndefined();
  });
});

describe('people and permissions', () => {
  test('who may write is listed, page by page', async () => {
    await start({});
    const { github, octokit, at } = fixture;
    github.createUser({ login: 'reader', id: 7, permission: 'read' });
    github.createUser({ login: 'writer', id: 8 });
    const page = { ...at, permission: 'push' as const, per_page: 1 };
    const people = await octokit.paginate(octokit.rest.repos.listCollaborators, page);
    expect(people.map(({ login, permissions }) => [login, permissions?.admin])).toEqual([
      ['ada', true],
      ['writer', false],
    ]);
  });

  test('an organization that forbids pull requests by workflows answers 409', async () => {
    await start({ ownerMayOpenPullRequests: false });
    const { octokit, at } = fixture;
    const set = octokit.rest.actions.setGithubActionsDefaultWorkflowPermissionsRepository;
    expect((await failureOf(set({ ...at, can_approve_pull_request_reviews: true }))).status).toBe(409);
    await set({ ...at, default_workflow_permissions: 'read' });
  });

  test('the app GitHub Actions is known by its slug', async () => {
    await start({});
    const { data } = await fixture.octokit.rest.apps.getBySlug({ app_slug: 'github-actions' });
    expect(data).toMatchObject({ id: ACTIONS_APP_ID, slug: 'github-actions' });
  });
});
