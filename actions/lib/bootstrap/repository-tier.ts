import { Failure, toFailure } from '../failure.ts';
import type { RepositorySettings } from '../ports/repository-settings.ts';

/** The plans of GitHub that differ for private repositories; Pro is as Team. */
export const plans = ['free', 'team', 'enterprise'] as const;

export type Plan = (typeof plans)[number];

/**
 * What a repository has by its visibility and its owner's plan
 * (docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments, …/about-rulesets):
 * public: all; private on Free: no rulesets, no environments; on Pro and Team no reviewers; on Enterprise all.
 */
export type RepositoryTier = {
  visibility: 'public' | 'private' | 'internal';
  /** `paid`: Pro, Team or Enterprise, GitHub did not say which; `any`: does not matter. */
  plan: Plan | 'paid' | 'any' | 'unknown';
  /** How it is known, for a person. */
  seen: string;
};

/** What a tier has: true, false, or undefined when that is not known. */
export function hasReviewers({ plan }: RepositoryTier): boolean | undefined {
  if (plan === 'any' || plan === 'enterprise') return true;
  return plan === 'team' || plan === 'free' ? false : undefined;
}

/** For a person: `private, on Pro or Team`. */
export function describeTier({ visibility, plan }: RepositoryTier): string {
  const names: Record<RepositoryTier['plan'], string> = {
    free: ', on Free',
    team: ', on Pro or Team',
    enterprise: ', on Enterprise',
    paid: ', on Pro, Team or Enterprise',
    any: '',
    unknown: ', on an unknown plan',
  };
  return `${visibility}${names[plan]}`;
}

/** Names that GitHub gives plans: of a person (`GET /user`) and of an organization (`GET /orgs/{org}`). */
const planNames: Readonly<Record<string, Plan>> = {
  free: 'free',
  pro: 'team',
  team: 'team',
  enterprise: 'enterprise',
  business_plus: 'enterprise',
};

/**
 * Finds out which tier a repository is on: by its visibility, by the owner's plan where the token sees it, else by what
 * GitHub refuses.
 * @param declared the plan as a person says it, where GitHub does not show it
 * @throws Failure when not even the repository can be read
 */
export async function findTier(settings: RepositorySettings, declared: Plan | undefined): Promise<RepositoryTier> {
  const { visibility, defaultBranch } = await settings.about();
  if (visibility === 'public') return { visibility, plan: 'any', seen: 'public repositories have everything' };
  // Internal repositories belong to enterprises (docs.github.com/en/repositories/creating-and-managing-repositories/about-repositories).
  if (visibility === 'internal') return { visibility, plan: 'enterprise', seen: 'only enterprises have internal ones' };
  const name = await settings.ownerPlan();
  const known = name === undefined ? undefined : planNames[name];
  if (known !== undefined) return { visibility, plan: known, seen: `GitHub calls the owner’s plan ${name}` };
  if (declared !== undefined) return { visibility, plan: declared, seen: 'you said so' };
  try {
    await settings.branchRules(defaultBranch);
    return {
      visibility,
      plan: 'paid',
      seen: 'there are rulesets, so not Free; the plan itself is not shown to this token',
    };
  } catch (error) {
    const { message } = toFailure(error);
    // The API's own sentence for rulesets on Free.
    if (/upgrade to github/i.test(message)) return { visibility, plan: 'free', seen: 'GitHub refuses rulesets' };
    return { visibility, plan: 'unknown', seen: `the plan is not shown to this token, and: ${message}` };
  }
}

/**
 * Deploying needs environments: the roles in AWS trust no job outside one, and only an environment says which branch may
 * use it.
 * @throws Failure `NoEnvironments` for a private repository on Free
 */
export function refuseWithoutEnvironments(tier: RepositoryTier, repository: string): void {
  if (tier.plan !== 'free') return;
  throw new Failure({
    code: 'NoEnvironments',
    source: 'user',
    message: `${repository} is private and its owner on GitHub Free, which has no environments with rules for private repositories: nothing can be deployed from there.`,
    hint: waysOut,
  });
}

/** What an owner on Free can do. */
const waysOut =
  'Make the repository public, upgrade its owner to Pro or Team, or move the repository to an organization on Team or Enterprise; then run this again.';
