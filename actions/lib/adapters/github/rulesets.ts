import type { BranchRule, RepositorySettings, WantedRule } from '../../ports/repository-settings.ts';
import { askGitHub, createOnce, type GitHubConnection, orUndefined } from './connection.ts';

type Ruleset = Awaited<ReturnType<GitHubConnection['octokit']['rest']['repos']['getRepoRuleset']>>['data'];
type Rule = NonNullable<Ruleset['rules']>[number];
type RulesOf<Type extends Rule['type']> = Extract<Rule, { type: Type }>;

/** Rules of branches by rulesets (docs.github.com/en/rest/repos/rules). */
export function rulesetSettings(
  github: GitHubConnection,
): Pick<RepositorySettings, 'branchRules' | 'bypassersOf' | 'addRule'> {
  const { octokit, owner, repo } = github;
  return {
    async branchRules(branch) {
      const rules = await askGitHub('list the rules of the branch', () =>
        octokit.paginate(octokit.rest.repos.getBranchRules, { owner, repo, branch, per_page: 100 }),
      );
      return rules.map(readRule);
    },
    async bypassersOf({ id, source }) {
      // One of an organization is shown with those who may pass it to the organization's owners only.
      const found = await orUndefined('read a ruleset', () =>
        octokit.rest.repos.getRepoRuleset({ owner, repo, ruleset_id: id }),
      );
      if (found?.data.bypass_actors === undefined) return [`those whom ${source.name} names`];
      return found.data.bypass_actors.map(bypasser);
    },
    addRule: async (name, rule) => await addRule(github, name, rule),
  };
}

function readRule(
  rule: Rule & { ruleset_id?: number; ruleset_source?: string; ruleset_source_type?: string },
): BranchRule {
  const source = { type: rule.ruleset_source_type ?? 'Repository', name: rule.ruleset_source ?? '' };
  const found = { type: rule.type, ruleset: { id: rule.ruleset_id ?? 0, source } };
  if (rule.type === 'pull_request') {
    return { ...found, reviews: rule.parameters?.required_approving_review_count ?? 0 };
  }
  if (rule.type !== 'required_status_checks') return found;
  const checks = rule.parameters?.required_status_checks ?? [];
  return { ...found, checks: checks.map(({ context, integration_id: app }) => ({ context, app })) };
}

/** Ids of `RepositoryRole` (docs.github.com/en/rest/repos/rules, `bypass_actors`). */
const roles: Readonly<Record<number, string>> = { 2: 'maintainers', 4: 'everybody who may write', 5: 'administrators' };

function bypasser({
  actor_type: type,
  actor_id: id,
  bypass_mode: mode,
}: NonNullable<Ruleset['bypass_actors']>[number]) {
  // The description of the answer lacks `User`, that of the request has it.
  const names: Record<typeof type | 'User', string> = {
    OrganizationAdmin: 'owners of the organization',
    RepositoryRole: roles[id ?? 0] ?? `people with the role ${id}`,
    Integration: `the app ${id}`,
    Team: `the team ${id}`,
    DeployKey: 'deploy keys',
    User: `the person ${id}`,
  };
  return mode === 'pull_request' ? `${names[type]} (in pull requests)` : names[type];
}

async function addRule(github: GitHubConnection, name: string, wanted: WantedRule): Promise<void> {
  const { octokit, owner, repo } = github;
  const find = async (): Promise<Ruleset | undefined> => await ownRuleset(github, name);
  const existing = await find();
  const enforcement = 'active' as const;
  await askGitHub('set the rules of the branch', async () => {
    if (existing === undefined) {
      const conditions = { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } };
      const rules = [merged(undefined, wanted)];
      await createOnce(github, {
        find,
        create: async () =>
          (await octokit.rest.repos.createRepoRuleset({ owner, repo, name, enforcement, conditions, rules })).data,
      });
      return;
    }
    const rules = existing.rules ?? [];
    const same = rules.find(({ type }) => type === wanted.type);
    const changed = [...rules.filter((rule) => rule !== same), merged(same, wanted)];
    const conditions = { ref_name: withDefaultBranch(existing) };
    const change = { owner, repo, ruleset_id: existing.id, enforcement, conditions, rules: changed };
    await octokit.rest.repos.updateRepoRuleset(change);
  });
}

async function ownRuleset({ octokit, owner, repo }: GitHubConnection, name: string): Promise<Ruleset | undefined> {
  const all = await askGitHub('list the rulesets', () =>
    octokit.paginate(octokit.rest.repos.getRepoRulesets, { owner, repo, includes_parents: false, per_page: 100 }),
  );
  const own = all.find((ruleset) => ruleset.name === name && (ruleset.target ?? 'branch') === 'branch');
  if (own === undefined) return undefined;
  // The list has no rules.
  const found = await orUndefined('read the ruleset', () =>
    octokit.rest.repos.getRepoRuleset({ owner, repo, ruleset_id: own.id }),
  );
  return found?.data;
}

function withDefaultBranch({ conditions }: Ruleset): { include: string[]; exclude: string[] } {
  const refs = conditions !== null && conditions !== undefined && 'ref_name' in conditions ? conditions.ref_name : {};
  const include = refs?.include ?? [];
  const reaches = include.includes('~DEFAULT_BRANCH') || include.includes('~ALL');
  return { include: reaches ? include : [...include, '~DEFAULT_BRANCH'], exclude: refs?.exclude ?? [] };
}

/** The rule as wanted, or as it is where that is stricter. */
function merged(existing: Rule | undefined, wanted: WantedRule): Rule {
  switch (wanted.type) {
    case 'pull_request':
      return pullRequestRule(isOf(existing, 'pull_request') ? existing : undefined, wanted.reviews);
    case 'required_status_checks':
      return statusCheckRule(isOf(existing, 'required_status_checks') ? existing : undefined, wanted);
    case 'deletion':
    case 'non_fast_forward':
      return { type: wanted.type };
  }
}

function isOf<Type extends Rule['type']>(rule: Rule | undefined, type: Type): rule is RulesOf<Type> {
  return rule?.type === type;
}

function pullRequestRule(existing: RulesOf<'pull_request'> | undefined, reviews: number): Rule {
  const known = existing?.parameters;
  return {
    type: 'pull_request',
    parameters: {
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: false,
      require_last_push_approval: false,
      required_review_thread_resolution: false,
      ...known,
      required_approving_review_count: Math.max(known?.required_approving_review_count ?? 0, reviews),
    },
  };
}

function statusCheckRule(
  existing: RulesOf<'required_status_checks'> | undefined,
  { context, app }: WantedRule & { type: 'required_status_checks' },
): Rule {
  const known = existing?.parameters;
  const others = (known?.required_status_checks ?? []).filter((check) => check.context !== context);
  return {
    type: 'required_status_checks',
    parameters: {
      // Deploy compares with the sealed plan; asking everybody to merge main into every branch would add nothing.
      strict_required_status_checks_policy: false,
      ...known,
      required_status_checks: [...others, { context, ...(app === undefined ? {} : { integration_id: app }) }],
    },
  };
}
