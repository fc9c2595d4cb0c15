import {
  ACTIONS_APP_ID,
  type ActionsPolicy,
  type NewRepository,
  type Ruleset,
  refusalOfEvent,
  unprotectedEnvironment,
} from '@opensarlab/sandbox';
import { afterEach, describe, expect, it } from 'vitest';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { connectRepositorySettings } from '../../actions/lib/adapters/github/repository-settings.ts';
import { findTier } from '../../actions/lib/bootstrap/repository-tier.ts';
import { isFine } from '../../actions/lib/bootstrap/setting.ts';
import {
  openSettingsScene,
  repositoryName,
  type SettingsScene,
  settingOf,
  statesOf,
  tiers,
  workflows,
} from './settings-scene.ts';

let scene: SettingsScene;
afterEach(() => scene.close());

async function open(settings: Partial<NewRepository>, files?: Record<string, string>): Promise<void> {
  scene = await openSettingsScene(settings, files);
}

const queueParameters = {
  check_response_timeout_minutes: 60,
  grouping_strategy: 'ALLGREEN',
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: 'MERGE',
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

const environmentNames = ['plan', 'deploy', 'destroy', 'audit'];

/** What the sandbox holds after the settings: nothing of it comes from what the product says. */
function held() {
  const { github } = scene.fixture;
  return {
    rules: [...github.rulesets(repositoryName).values()].flatMap(({ rules }) => rules),
    environments: [...github.environments(repositoryName)].map(([name, { protection }]) => [
      name,
      protection.branchPolicy,
      protection.requiredReviewers,
    ]),
    policies: [...github.actionsPolicies(repositoryName).values()],
  };
}

function ruleset(changes: Partial<Ruleset>): Ruleset {
  return {
    id: 1,
    name: 'theirs',
    target: 'branch',
    source: { type: 'Organization', name: 'radar-lab' },
    enforcement: 'active',
    bypassActors: [],
    refs: { include: ['~ALL'], exclude: [] },
    rules: [],
    createdAt: new Date(),
    updatedAt: new Date(),
    ...changes,
  };
}

function policy(events: string[], changes: Partial<ActionsPolicy> = {}): ActionsPolicy {
  return {
    id: 1,
    name: 'Only pushes',
    source: { type: 'Organization', name: 'radar-lab' },
    enforcement: 'active',
    workflowPath: undefined,
    rules: [{ type: 'restrict_action_events', parameters: { allowed_events: events } }],
    repositoryConditions: {},
    createdAt: new Date(),
    updatedAt: new Date(),
    ...changes,
  };
}

describe.each(['public', 'team', 'enterprise'] as const)('a %s repository', (name) => {
  const reviewers = name === 'team' ? [] : ['ada'];
  const reviewersState = name === 'team' ? 'not offered' : 'set';

  it('has nothing when it is new, is set up, and is then as it should be', async () => {
    await open(tiers[name]);
    const fresh = await scene.review('look');
    expect(fresh.ready).toBe(false);
    expect(statesOf(fresh)).toMatchObject({
      'branch.pull_request': 'missing',
      'branch.gate': 'missing',
      'environment.destroy': 'missing',
      'actions.pull_requests': 'missing',
      'label.destroy': 'missing',
      'actions.events': name === 'public' ? 'missing' : 'already',
    });
    expect(held()).toEqual({ rules: [], environments: [], policies: [] });

    const done = await scene.review('set');
    expect(done.settings.filter((result) => !isFine(result))).toEqual([]);
    expect(done.ready).toBe(true);
    expect(statesOf(done)['environment.destroy.reviewers']).toBe(reviewersState);
    const { rules, environments } = held();
    expect(rules.map(({ type }) => type).sort()).toEqual([
      'deletion',
      'non_fast_forward',
      'pull_request',
      'required_status_checks',
    ]);
    expect(rules).toContainEqual(
      expect.objectContaining({
        parameters: expect.objectContaining({
          required_status_checks: [{ context: 'gate', integration_id: ACTIONS_APP_ID }],
        }),
      }),
    );
    const selected = { kind: 'selected', patterns: ['main'] };
    expect(Object.fromEntries(environments.map(([key, ...rest]) => [key, rest]))).toEqual(
      Object.fromEntries(environmentNames.map((key) => [key, [selected, key === 'destroy' ? reviewers : []]])),
    );

    const again = await scene.review('set');
    const {
      'environment.deploy.reviewers': optional,
      'environment.destroy.reviewers': asked,
      ...rest
    } = statesOf(again);
    expect([optional, asked]).toEqual(name === 'team' ? ['not offered', 'not offered'] : ['missing', 'already']);
    expect(new Set(Object.values(rest))).toEqual(new Set(['already']));
    expect((await scene.review('look')).ready).toBe(true);
  });

  it('that is partly set up gets the rest, and nothing in it is loosened', async () => {
    await open(tiers[name]);
    const { github } = scene.fixture;
    github.createUser({ login: 'bob', id: 7 });
    const strict = {
      required_approving_review_count: 2,
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: true,
      require_last_push_approval: true,
      required_review_thread_resolution: true,
    };
    const own = { type: 'Repository' as const, name: repositoryName };
    github.rulesets(repositoryName).set(
      9,
      ruleset({
        id: 9,
        name: 'opensarlab',
        source: own,
        refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        rules: [
          { type: 'pull_request', parameters: strict },
          {
            type: 'required_status_checks',
            parameters: { strict_required_status_checks_policy: true, required_status_checks: [{ context: 'lint' }] },
          },
        ],
      }),
    );
    const deploy = unprotectedEnvironment();
    if (name !== 'team') Object.assign(deploy.protection, { requiredReviewers: ['bob'], waitTimerMinutes: 30 });
    github.environments(repositoryName).set('deploy', deploy);

    const done = await scene.review('set');
    expect(done.ready).toBe(true);
    expect(statesOf(done)).toMatchObject({ 'branch.pull_request': 'already', 'branch.gate': 'set' });
    const { rules } = held();
    expect(rules).toContainEqual({ type: 'pull_request', parameters: strict });
    expect(rules).toContainEqual({
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: true,
        required_status_checks: [{ context: 'lint' }, { context: 'gate', integration_id: ACTIONS_APP_ID }],
      },
    });
    expect(deploy.protection).toEqual({
      requiredReviewers: name === 'team' ? [] : ['bob'],
      preventSelfReview: false,
      waitTimerMinutes: name === 'team' ? 0 : 30,
      branchPolicy: { kind: 'selected', patterns: ['main'] },
    });
  });

  it('whose every setting is refused says so for each, and has a report', async () => {
    await open({ ...tiers[name], ownerMayOpenPullRequests: false });
    const { github } = scene.fixture;
    const refuse = (operation: Parameters<typeof github.injectFault>[0]['operation']) =>
      github.injectFault({
        operation,
        status: 403,
        message: 'Resource not accessible by personal access token',
        times: 99,
      });
    refuse('repos/create-repo-ruleset');
    refuse('repos/create-or-update-environment');
    refuse('actions/create-repo-policy');
    refuse('issues/create-label');
    const result = await scene.review('set');
    expect(result.ready).toBe(false);
    expect(statesOf(result)).toMatchObject({
      'branch.pull_request': 'refused',
      'branch.gate': 'refused',
      'branch.deletion': 'refused',
      'environment.plan': 'refused',
      'actions.pull_requests': 'refused',
      'actions.events': name === 'public' ? 'refused' : 'already',
      'label.destroy': 'refused',
    });
    for (const setting of result.settings.filter(({ state }) => state === 'refused')) {
      expect(setting).toMatchObject({
        detail: expect.any(String),
        risk: expect.any(String),
        remedy: expect.any(String),
      });
    }
  });
});

describe('a private repository on Free', () => {
  it('is told that nothing can be deployed from it, and how to get out of that', async () => {
    await open(tiers.free);
    const result = await scene.review('look');
    expect(result).toMatchObject({ ready: false, tier: { plan: 'free', visibility: 'private' } });
    expect(settingOf(result, 'tier')).toMatchObject({
      state: 'missing',
      risk: expect.stringContaining('nothing can be deployed from here'),
      remedy: expect.stringContaining('Make the repository public, upgrade its owner to Pro or Team, or move'),
    });
    expect(settingOf(result, 'branch.pull_request')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('Upgrade to GitHub Pro or make this repository public'),
    });
  });

  it('stays red when environments are made all the same: they are without rules', async () => {
    await open(tiers.free);
    const result = await scene.review('set');
    expect(result.ready).toBe(false);
    expect(settingOf(result, 'environment.deploy')).toMatchObject({
      state: 'refused',
      detail: expect.stringContaining('billing plan'),
    });
    expect(held().environments).toContainEqual(['deploy', { kind: 'all' }, []]);
  });
});

describe('the plan of the owner', () => {
  const stranger = { login: 'eve', id: 66, permission: 'admin', ownsOrganizations: false } as const;

  it.each(['free', 'team', 'enterprise'] as const)('%s is found by its name', async (name) => {
    await open(tiers[name]);
    expect((await scene.review('look')).tier?.plan).toBe(name);
  });

  it.each([
    ['free', 'free'],
    ['team', 'paid'],
    ['enterprise', 'paid'],
  ] as const)('%s is told by what GitHub refuses as %s when it is not shown', async (name, plan) => {
    await open(tiers[name]);
    const token = scene.fixture.github.createUser(stranger);
    expect((await scene.review('look', {}, token)).tier?.plan).toBe(plan);
    if (plan === 'free') return;
    const declared = await scene.review('look', { plan: 'team' }, token);
    expect(declared.tier).toMatchObject({ plan: 'team', seen: 'you said so' });
    expect(statesOf(declared)['environment.destroy.reviewers']).toBe('not offered');
  });

  it('is found out by trying where it is not shown', async () => {
    await open(tiers.team);
    const token = scene.fixture.github.createUser(stranger);
    const result = await scene.review('set', { reviewers: ['ada'] }, token);
    expect(statesOf(result)).toMatchObject({
      'environment.destroy.reviewers': 'not offered',
      'environment.destroy': 'set',
    });
    expect(result.ready).toBe(true);
  });

  it('is unknown when GitHub answers nothing that tells it', async () => {
    await open(tiers.team);
    const { github } = scene.fixture;
    const token = github.createUser(stranger);
    github.injectFault({ operation: 'repos/get-branch-rules', status: 403, message: 'No', times: 99 });
    const result = await scene.review('look', {}, token);
    expect(result).toMatchObject({ ready: false, tier: { plan: 'unknown' } });
    expect(statesOf(result)).toMatchObject({ tier: 'unknown', 'branch.gate': 'unknown' });
  });

  it('of a person is seen by that person', async () => {
    await open({});
    const { github, token } = scene.fixture;
    const own = { owner: 'ada', ownerId: 1815, ownerType: 'User', name: 'labs', private: true, tier: 'team' } as const;
    const { fullName } = await github.createRepository(own);
    const settings = connectRepositorySettings(connectGitHub(token, fullName, github.apiUrl));
    expect(await findTier(settings, undefined)).toMatchObject({
      plan: 'team',
      seen: 'GitHub calls the owner’s plan pro',
    });
  });
});

describe('events that start plan and teardown', () => {
  const started = (workflow: string, event: string): boolean => {
    const { github } = scene.fixture;
    const rules = { actionsPolicies: github.actionsPolicies(repositoryName), private: false };
    return refusalOfEvent(rules, `.github/workflows/${workflow}`, event) === undefined;
  };

  it('are let in by a policy for these two files, with all events they have', async () => {
    const plan = 'on: [pull_request_target, workflow_dispatch, issue_comment]\njobs: {}\n';
    await open(tiers.public, { ...workflows, 'plan.yml': plan });
    expect(started('plan.yml', 'pull_request_target')).toBe(false);
    await scene.review('set');
    expect(started('plan.yml', 'pull_request_target')).toBe(true);
    expect(started('plan.yml', 'issue_comment')).toBe(true);
    expect(started('teardown.yml', 'pull_request_target')).toBe(true);
    expect(started('gate.yml', 'pull_request')).toBe(true);
    expect(started('other.yml', 'pull_request_target')).toBe(false);
  });

  it('are added to the policy of before, which may have become too narrow or been switched off', async () => {
    await open(tiers.public);
    await scene.review('set');
    const [own] = held().policies;
    if (own === undefined) throw new Error('There is no policy.');
    own.enforcement = 'disabled';
    own.workflowPath = { include: ['.github/workflows/plan.yml'], exclude: ['.github/workflows/teardown.yml'] };
    expect(statesOf(await scene.review('look'))['actions.events']).toBe('missing');
    expect(statesOf(await scene.review('set'))['actions.events']).toBe('set');
    expect(started('teardown.yml', 'pull_request_target')).toBe(true);
    expect(held().policies).toHaveLength(1);
  });

  it.each([true, false])(
    'are not let in beside a policy of the organization that forbids them (private: %s)',
    async (isPrivate) => {
      await open({ private: isPrivate });
      scene.fixture.github.actionsPolicies(repositoryName).set(1, policy(['push']));
      const result = await scene.review('set');
      expect(settingOf(result, 'actions.events')).toMatchObject({
        state: 'missing',
        detail: expect.stringContaining('The policy “Only pushes” of organization radar-lab does not allow'),
      });
      expect(result.ready).toBe(false);
      expect(held().policies).toHaveLength(1);
    },
  );

  it('are right where the organization lets them in', async () => {
    await open(tiers.public);
    const paths = { include: ['.github/**/*.yml'], exclude: [] };
    const events = ['pull_request_target', 'workflow_dispatch'];
    scene.fixture.github.actionsPolicies(repositoryName).set(1, policy(events, { workflowPath: paths }));
    expect(statesOf(await scene.review('set'))['actions.events']).toBe('already');
    expect(held().policies).toHaveLength(1);
  });

  it('are unknown where GitHub hides the policies', async () => {
    await open(tiers.public);
    const { github } = scene.fixture;
    await scene.review('set');
    github.injectFault({ operation: 'actions/list-repo-policies', status: 404, message: 'Not Found', times: 9 });
    const result = await scene.review('look');
    expect(result.ready).toBe(false);
    expect(settingOf(result, 'actions.events')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('to administrators only'),
    });
  });

  it('are unknown where GitHub refuses to tell', async () => {
    await open(tiers.public);
    await scene.review('set');
    const message = 'Resource not accessible by personal access token';
    scene.fixture.github.injectFault({ operation: 'actions/list-repo-policies', status: 403, message, times: 9 });
    const result = await scene.review('look');
    expect(result.ready).toBe(false);
    expect(settingOf(result, 'actions.events')).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining(message),
    });
  });
});

describe('rules of the branch main', () => {
  it('ask for a review where several people may write', async () => {
    await open(tiers.team);
    await scene.review('set');
    const reviews = () =>
      held().rules.map((rule) => (rule.type === 'pull_request' ? rule.parameters.required_approving_review_count : -1));
    expect(Math.max(...reviews())).toBe(0);
    scene.fixture.github.createUser({ login: 'bob', id: 7 });
    expect(settingOf(await scene.review('look'), 'branch.pull_request')).toMatchObject({
      state: 'missing',
      risk: expect.stringContaining('this review is the only approval there is'),
    });
    await scene.review('set');
    expect(Math.max(...reviews())).toBe(1);
  });

  it('are right when somebody else has made them, and say who may pass them', async () => {
    await open(tiers.enterprise);
    const parameters = {
      required_approving_review_count: 2,
      dismiss_stale_reviews_on_push: false,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false,
    };
    const theirs = ruleset({
      rules: [{ type: 'pull_request', parameters }, { type: 'deletion' }],
      bypassActors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
    });
    scene.fixture.github.rulesets(repositoryName).set(1, theirs);
    const result = await scene.review('set');
    expect(settingOf(result, 'branch.pull_request')).toMatchObject({
      state: 'already',
      detail: 'may be passed by administrators',
    });
    expect(result.ready).toBe(true);
    expect(theirs.rules).toHaveLength(2);
  });

  it('do not count while their ruleset is switched off; it is switched on again', async () => {
    await open(tiers.team);
    await scene.review('set');
    for (const rule of held().rules)
      if (rule.type === 'pull_request') rule.parameters.required_approving_review_count = 2;
    for (const each of scene.fixture.github.rulesets(repositoryName).values()) each.enforcement = 'disabled';
    expect(statesOf(await scene.review('look'))['branch.deletion']).toBe('missing');
    await scene.review('set');
    expect((await scene.review('look')).ready).toBe(true);
    const parameters = expect.objectContaining({ required_approving_review_count: 2 });
    expect(held().rules).toContainEqual({ type: 'pull_request', parameters });
  });

  it('do not require a gate that nothing reports, or only for some paths', async () => {
    const { 'gate.yml': gate, ...others } = workflows;
    await open(tiers.team, others);
    expect(settingOf(await scene.review('set'), 'branch.gate')).toMatchObject({
      state: 'refused',
      detail: expect.stringContaining('requiring it would block every merge'),
    });
    expect(held().rules.map(({ type }) => type)).not.toContain('required_status_checks');
    await scene.close();
    await open(tiers.team, { ...others, 'gate.yml': gate.replace('pull_request:', 'pull_request: {paths: [a]}') });
    expect(settingOf(await scene.review('set'), 'branch.gate')).toMatchObject({
      state: 'refused',
      detail: expect.stringContaining('.github/workflows/gate.yml runs for some paths only'),
    });
  });

  it('take a gate that anybody can report for none', async () => {
    await open(tiers.team);
    await scene.review('set');
    for (const rule of held().rules) {
      if (rule.type === 'required_status_checks') rule.parameters.required_status_checks = [{ context: 'gate' }];
    }
    expect(settingOf(await scene.review('look'), 'branch.gate')).toMatchObject({
      state: 'missing',
      detail: 'Anybody who may write can report gate: no app is named for it.',
    });
    await scene.review('set');
    expect((await scene.review('look')).ready).toBe(true);
  });

  it('tell of a queue in which the gate does not run', async () => {
    await open(tiers.enterprise, { ...workflows, 'gate.yml': workflows['gate.yml'].replace('  merge_group:\n', '') });
    const queue = { type: 'merge_queue' as const, parameters: queueParameters };
    scene.fixture.github.rulesets(repositoryName).set(1, ruleset({ rules: [queue] }));
    const result = await scene.review('set');
    expect(settingOf(result, 'branch.merge_queue')).toMatchObject({ state: 'missing' });
    expect(result.ready).toBe(false);
  });
});

describe('environments', () => {
  it('that let more in are left, and told', async () => {
    await open(tiers.team);
    const destroy = unprotectedEnvironment();
    destroy.protection.branchPolicy = { kind: 'selected', patterns: ['main', 'release/*'] };
    scene.fixture.github.environments(repositoryName).set('destroy', destroy);
    const result = await scene.review('set');
    expect(settingOf(result, 'environment.destroy')).toMatchObject({
      state: 'missing',
      detail: 'It also lets release/* in: the roles trust jobs from branch main only.',
    });
    expect(destroy.protection.branchPolicy.patterns).toEqual(['main', 'release/*']);
    expect(result.ready).toBe(false);
  });

  it('get the people who are named as reviewers, beside those who are there', async () => {
    await open(tiers.public);
    const { github } = scene.fixture;
    github.createUser({ login: 'bob', id: 7 });
    const deploy = unprotectedEnvironment();
    github.environments(repositoryName).set('deploy', deploy);
    const result = await scene.review('set', { reviewers: ['bob'], deployReviewers: ['bob', 'ada'] });
    expect(deploy.protection.requiredReviewers).toEqual(['bob', 'ada']);
    expect(github.environments(repositoryName).get('destroy')?.protection.requiredReviewers).toEqual(['bob']);
    expect(statesOf(result)['environment.deploy.reviewers']).toBe('set');
  });

  it('want a name when more people administer the repository than an environment takes', async () => {
    await open(tiers.public);
    for (let id = 10; id < 17; id += 1) scene.fixture.github.createUser({ login: `a${id}`, id, permission: 'admin' });
    expect(settingOf(await scene.review('set'), 'environment.destroy.reviewers')).toMatchObject({
      state: 'refused',
      detail: '8 people administer the repository; an environment takes 1 to 6: name them with --reviewer.',
    });
  });
});

describe('pull requests by workflows', () => {
  it('that an organization forbids stop nothing else', async () => {
    await open({ ...tiers.public, ownerMayOpenPullRequests: false });
    const result = await scene.review('set');
    expect(settingOf(result, 'actions.pull_requests')).toMatchObject({
      state: 'refused',
      detail: expect.stringContaining('Organization settings prevent'),
      risk: expect.stringContaining('Nothing becomes unsafe'),
    });
    const left = result.settings.filter((each) => !isFine(each));
    expect(left.map(({ key }) => key)).toEqual(['actions.pull_requests']);
  });
});

describe('what GitHub accepts without doing it', () => {
  it('is not believed', async () => {
    await open(tiers.team);
    const { octokit, at } = scene.fixture;
    // The rule is added to a ruleset that does not reach the branch.
    await octokit.rest.repos.createRepoRuleset({
      ...at,
      name: 'opensarlab',
      enforcement: 'active',
      conditions: { ref_name: { include: ['~ALL'], exclude: ['refs/heads/main'] } },
    });
    expect(settingOf(await scene.review('set'), 'branch.deletion')).toMatchObject({
      state: 'refused',
      detail: 'GitHub accepted the change, but it is not so: No rule says so.',
    });
  });
});
