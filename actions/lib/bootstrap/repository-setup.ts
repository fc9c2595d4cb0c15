import { Failure } from '../failure.ts';
import type { RepositorySettings } from '../ports/repository-settings.ts';
import { branchRuleSettings } from './branch-rules.ts';
import { environmentSetting, environments, reviewersSetting } from './environment-settings.ts';
import { eventPolicySetting } from './event-policy.ts';
import { describeTier, type Plan, type RepositoryTier } from './repository-tier.ts';
import { isFine, type Setting, type SettingResult, settle, untouched } from './setting.ts';
import { triggersOf, type Workflows } from './workflow-triggers.ts';

/** Every workflow says so: `branches: [main]`, `refs/heads/main`. */
const requiredBranch = 'main';

export type RepositorySetup = {
  /** Variables of the repository by name. */
  variables: Readonly<Record<string, string>>;
  /** Logins of those who are to approve a destroy run; empty: the administrators. */
  reviewers: readonly string[];
  /** Logins of those who are to approve a deploy run; empty: a merge is enough. */
  deployReviewers: readonly string[];
  /** The owner's plan as a person says it, where GitHub does not show it. */
  plan?: Plan;
};

/** What was found or set on GitHub. */
export type RepositoryReview = {
  tier?: RepositoryTier;
  /** What was done: set, looked at, or neither for want of a token. */
  mode: 'set' | 'look' | 'listed';
  settings: SettingResult[];
  /** Good to know, no setting. */
  advice: string[];
  /** All that matters is so. */
  ready: boolean;
};

/** @throws Failure `DefaultBranch` for a repository whose workflows could never run */
export function refuseOtherBranch(branch: string): void {
  if (branch === requiredBranch) return;
  throw new Failure({
    code: 'DefaultBranch',
    source: 'user',
    message: `The repository’s default branch is ${JSON.stringify(branch)}; the workflows run on ${requiredBranch} only, so nothing would ever be planned or deployed.`,
    hint: `Rename it under Settings › General › Default branch, or with: gh api -X POST repos/OWNER/NAME/branches/${branch}/rename -f new_name=${requiredBranch}. Then run this again.`,
  });
}

/**
 * What the workflows need of the repository: events that may start them, rules of the branch `main`, environments that the
 * roles trust, pull requests by workflows (the teardown is one), labels, variables. Each is looked at and set by itself;
 * a refusal stops none of the others, and nothing that is stricter than needed is loosened.
 * @param tier as `findTier` has found it
 * @param mode `look` changes nothing
 */
export async function reviewRepository(
  setup: RepositorySetup,
  settings: RepositorySettings,
  tier: RepositoryTier,
  mode: 'set' | 'look',
): Promise<RepositoryReview> {
  const workflows = workflowsOf(settings);
  const results: SettingResult[] = [];
  for (const setting of allSettings(setup, settings, tier, workflows)) results.push(await settle(setting, mode));
  return {
    tier,
    mode,
    settings: results,
    advice: advice(results),
    ready: tier.plan !== 'free' && results.every(isFine),
  };
}

/** What an administrator has to do, without having looked: there is no token. */
export function listSettings(setup: RepositorySetup): RepositoryReview {
  const tier: RepositoryTier = { visibility: 'public', plan: 'any', seen: '' };
  const settings = allSettings(setup, nobody, tier, async () => []).filter(({ needed }) => needed);
  return { mode: 'listed', settings: settings.map(untouched), advice: [], ready: false };
}

/** Listing settings asks for nothing; a look at them would be a mistake. */
const nobody = new Proxy({} as RepositorySettings, {
  get: (_target, name) => () => Promise.reject(new Error(`Nobody is there to ask for ${String(name)}.`)),
});

/** Reviewers come before the branches of their environment: a refused request may leave an environment without rules. */
function allSettings(
  setup: RepositorySetup,
  settings: RepositorySettings,
  tier: RepositoryTier,
  workflows: Workflows,
): Setting[] {
  const variables = Object.entries(setup.variables);
  return [
    defaultBranchSetting(settings),
    tierSetting(tier),
    eventPolicySetting(settings, tier, workflows),
    ...branchRuleSettings({ settings, tier, branch: requiredBranch, workflows }),
    reviewersSetting(settings, tier, 'destroy', setup.reviewers),
    reviewersSetting(settings, tier, 'deploy', setup.deployReviewers),
    ...environments.map((name) => environmentSetting(settings, name, requiredBranch)),
    pullRequestsSetting(settings),
    defaultPermissionsSetting(settings),
    ...labels.map((label) => labelSetting(settings, label)),
    ...variables.map(([name, value]) => variableSetting(settings, name, value)),
  ];
}

function workflowsOf(settings: RepositorySettings): Workflows {
  let read: ReturnType<Workflows> | undefined;
  const load: Workflows = async () =>
    (await settings.workflowFiles())
      .map(({ path, text }) => triggersOf(path, text))
      .filter((workflow) => workflow !== undefined);
  return () => {
    read ??= load();
    return read;
  };
}

function defaultBranchSetting(settings: RepositorySettings): Setting {
  return {
    key: 'default_branch',
    title: 'default branch',
    wanted: requiredBranch,
    needed: true,
    risk: 'No workflow ever runs. Nothing becomes unsafe.',
    remedy: `Rename it to ${requiredBranch} under Settings › General › Default branch.`,
    async look() {
      const { defaultBranch } = await settings.about();
      return defaultBranch === requiredBranch
        ? { kind: 'right' }
        : { kind: 'differs', detail: `It is ${defaultBranch}.` };
    },
  };
}

/** Whether there are environments at all. */
function tierSetting(tier: RepositoryTier): Setting {
  return {
    key: 'tier',
    title: 'plan of the owner',
    wanted: 'a public repository, or Pro, Team or Enterprise',
    needed: true,
    risk: 'Without environments no role in AWS trusts a job: nothing can be deployed from here, and nothing destroyed.',
    remedy:
      'Make the repository public, upgrade its owner to Pro or Team, or move the repository to an organization on Team or Enterprise. Where only GitHub hides the plan: --plan free|team|enterprise.',
    look: async () => {
      const detail = `${describeTier(tier)}: ${tier.seen}`;
      if (tier.plan === 'free') return { kind: 'differs', detail };
      return tier.plan === 'unknown' ? { kind: 'unknown', detail } : { kind: 'right', note: detail };
    },
  };
}

function pullRequestsSetting(settings: RepositorySettings): Setting {
  return {
    key: 'actions.pull_requests',
    title: 'Settings › Actions › General › Workflow permissions',
    wanted: 'Allow GitHub Actions to create and approve pull requests',
    needed: true,
    risk: 'The label destroy, follow-ups and the issue form open no pull request. Nothing becomes unsafe: where it is off, workflows cannot approve pull requests either.',
    remedy:
      'Where the organization forbids it, its owner allows it under the organization’s Settings › Actions › General; or a GitHub App opens the pull requests.',
    async look() {
      const { mayOpenPullRequests } = await settings.workflowPermissions();
      if (!mayOpenPullRequests) return { kind: 'wrong', detail: 'Workflows may not open pull requests.' };
      return { kind: 'right', note: 'the same switch lets a workflow on any branch approve: docs/threat-model.md' };
    },
    set: async () => await settings.letWorkflowsOpenPullRequests(),
  };
}

function defaultPermissionsSetting(settings: RepositorySettings): Setting {
  return {
    key: 'actions.default_permissions',
    title: 'Settings › Actions › General › GITHUB_TOKEN',
    wanted: 'read repository contents, where a workflow does not say more',
    // Every workflow of this product says what it needs; only others would have more than they ask for.
    needed: false,
    risk: 'Workflows of others in this repository get a token that may write, without asking for it.',
    remedy: 'Settings › Actions › General › Workflow permissions: “Read repository contents and packages permissions”.',
    async look() {
      const permissions = await settings.workflowPermissions();
      if (permissions.default === 'read') return { kind: 'right' };
      return { kind: 'differs', detail: 'Workflows that do not say what they need may write.' };
    },
  };
}

type Label = { name: string; color: string; description: string; risk: string };

/** Labels that start a workflow. GitHub applies none of an issue form that the repository does not have. */
const labels: readonly Label[] = [
  {
    name: 'destroy',
    color: 'b60205',
    description: 'Propose the teardown of the deployment',
    risk: 'Nobody can ask for a teardown. Nothing becomes unsafe.',
  },
  {
    name: 'new-deployment',
    color: '0e8a16',
    description: 'Propose the deployment that the issue asks for',
    risk: 'The issue form “New deployment” opens no pull request. Nothing becomes unsafe.',
  },
];

function labelSetting(settings: RepositorySettings, { name, color, description, risk }: Label): Setting {
  return {
    key: `label.${name}`,
    title: `label ${name}`,
    wanted: description,
    needed: true,
    risk,
    remedy: `Issues › Labels › New label: ${name}.`,
    look: async () =>
      (await settings.hasLabel(name)) ? { kind: 'right' } : { kind: 'wrong', detail: 'It does not exist.' },
    set: async () => await settings.createLabel(name, color, description),
  };
}

function variableSetting(settings: RepositorySettings, name: string, value: string): Setting {
  return {
    key: `variable.${name}`,
    title: `variable ${name}`,
    wanted: value,
    needed: true,
    risk: 'The workflows use their default instead.',
    remedy: `Settings › Secrets and variables › Actions › Variables: ${name}.`,
    async look() {
      const found = await settings.variable(name);
      return found === value ? { kind: 'right' } : { kind: 'wrong', detail: `It is ${found ?? 'not set'}.` };
    },
    set: async () => await settings.setVariable(name, value),
  };
}

/** What no setting holds. */
function advice(results: readonly SettingResult[]): string[] {
  const opens = results.some(
    ({ key, state }) => key === 'actions.pull_requests' && (state === 'set' || state === 'already'),
  );
  return [
    'After the first plan that ends green, run `npx opensarlab bootstrap --pin-workflow-files on`: each role is then given to its own workflow files only. Before, GitHub’s tokens have to be seen to carry the claim.',
    ...(opens
      ? [
          'A pull request that a workflow opens waits for one click, “Approve workflows to run”, by somebody who may write. With a GitHub App it needs none.',
        ]
      : []),
  ];
}
