import { matchesRefPattern } from './ref-pattern.ts';
import type { Repository } from './repository.ts';

/** `evaluate` is for Enterprise only and blocks nothing (docs.github.com/en/rest/repos/rules, `enforcement`). */
export type Enforcement = 'disabled' | 'active' | 'evaluate';

export type PullRequestRule = {
  type: 'pull_request';
  parameters: {
    required_approving_review_count: number;
    dismiss_stale_reviews_on_push: boolean;
    require_code_owner_review: boolean;
    require_last_push_approval: boolean;
    required_review_thread_resolution: boolean;
    /** Absent: all that the repository allows. */
    allowed_merge_methods?: ('merge' | 'squash' | 'rebase')[];
  };
};

export type StatusCheckRule = {
  type: 'required_status_checks';
  parameters: {
    /** True: the head must contain the tip of the base branch. */
    strict_required_status_checks_policy: boolean;
    do_not_enforce_on_create?: boolean;
    /** `integration_id`: the app that must have made the check; absent: anybody. */
    required_status_checks: { context: string; integration_id?: number }[];
  };
};

export type MergeQueueRule = { type: 'merge_queue'; parameters: Readonly<Record<string, unknown>> };

/**
 * A rule as the REST API has it; the types that the sandbox knows. A ruleset with any other is refused when it is made,
 * so that none is silently without effect.
 */
export type Rule =
  | { type: 'creation' | 'update' | 'deletion' | 'non_fast_forward' | 'required_linear_history' }
  | PullRequestRule
  | StatusCheckRule
  | MergeQueueRule;

/** Who may act against the rules: `actor_id` of a role is 5 for repository administrators, 4 write, 2 maintain. */
export type BypassActor = {
  actor_id: number | null;
  actor_type: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'DeployKey' | 'User';
  bypass_mode: 'always' | 'pull_request' | 'exempt';
};

/** A ruleset of a repository, or of its organization (docs.github.com/en/rest/repos/rules). */
export type Ruleset = {
  id: number;
  name: string;
  target: 'branch' | 'tag';
  source: { type: 'Repository' | 'Organization'; name: string };
  enforcement: Enforcement;
  bypassActors: BypassActor[];
  /** Full refs, patterns, `~DEFAULT_BRANCH`, `~ALL`. */
  refs: { include: string[]; exclude: string[] };
  rules: Rule[];
  createdAt: Date;
  updatedAt: Date;
};

/** A rule that holds for a ref, and the ruleset it comes from. */
export type EffectiveRule = { rule: Rule; ruleset: Ruleset };

/** The id of the app GitHub Actions on github.com, which makes every check run of a workflow (`GET /apps/github-actions`). */
export const ACTIONS_APP_ID = 15_368;

/** What decides which rules a ref has. */
type RuledRepository = Pick<Repository, 'rulesets' | 'defaultBranch'>;

/**
 * The active rules of a ref. "Multiple rulesets can apply at the same time"; all of them count, the strictest wins
 * (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets).
 * @param ref full name, e.g. `refs/heads/main`
 */
export function rulesOfRef(repository: RuledRepository, ref: string): EffectiveRule[] {
  const kind = ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  return [...repository.rulesets.values()]
    .filter(({ target, enforcement }) => target === kind && enforcement === 'active')
    .filter(({ refs }) => coversRef(repository, refs, ref))
    .flatMap((ruleset) => ruleset.rules.map((rule) => ({ rule, ruleset })));
}

/** Rules of one type for a ref. */
export function rulesOfType<Type extends Rule['type']>(
  repository: RuledRepository,
  ref: string,
  type: Type,
): { rule: Extract<Rule, { type: Type }>; ruleset: Ruleset }[] {
  return rulesOfRef(repository, ref).flatMap(({ rule, ruleset }) => (isOfType(rule, type) ? [{ rule, ruleset }] : []));
}

function isOfType<Type extends Rule['type']>(rule: Rule, type: Type): rule is Extract<Rule, { type: Type }> {
  return rule.type === type;
}

function coversRef(repository: RuledRepository, { include, exclude }: Ruleset['refs'], ref: string): boolean {
  const matches = (pattern: string): boolean => {
    if (pattern === '~ALL') return true;
    if (pattern === '~DEFAULT_BRANCH') return ref === `refs/heads/${repository.defaultBranch}`;
    return matchesRefPattern(pattern, ref);
  };
  return include.some(matches) && !exclude.some(matches);
}
