import type { DeploymentBranches, RepositorySettings } from '../ports/repository-settings.ts';
import { describeTier, hasReviewers, type RepositoryTier } from './repository-tier.ts';
import { type Finding, onlyByHand, type Setting } from './setting.ts';

/** One for each role. Pull requests are planned by the default branch's workflow, so one branch suits all. */
export const environments = ['plan', 'deploy', 'destroy', 'audit'] as const;

/** "You can enter up to six people or teams" (docs.github.com, deployments and environments). */
const mostReviewers = 6;

/** A job that names an environment that is not there makes it, without any rule. */
export function environmentSetting(settings: RepositorySettings, name: string, branch: string): Setting {
  return {
    key: `environment.${name}`,
    title: `environment ${name}`,
    wanted: `jobs from branch ${branch} only`,
    needed: true,
    // Not by name, so that several environments are explained once.
    risk: `A workflow on any branch can use it. AWS still gives the role to ${branch} only; secrets and approvals of the environment are not held to that.`,
    remedy: `Settings › Environments, in each: “Selected branches and tags”, with ${branch} and no other.`,
    look: async () => judge((await settings.environment(name))?.branches, branch),
    set: async () => await settings.allowBranch(name, branch),
  };
}

/** What to do about the branches that an environment lets in. */
function judge(found: DeploymentBranches | undefined, branch: string): Finding {
  if (found === undefined) {
    return { kind: 'wrong', detail: 'It does not exist: the first job that names it would make it, without rules.' };
  }
  if (found === 'all') return { kind: 'wrong', detail: 'It lets every branch in.' };
  if (found === 'protected') {
    return { kind: 'differs', detail: `It lets protected branches in; ${branch} must be one, and no other.` };
  }
  const others = found.filter((name) => name !== branch);
  if (others.length > 0) {
    const detail = `It also lets ${others.join(', ')} in: the roles trust jobs from branch ${branch} only.`;
    return { kind: 'differs', detail };
  }
  return found.includes(branch) ? { kind: 'right' } : { kind: 'wrong', detail: 'It lets no branch in.' };
}

/**
 * Somebody must approve a run of `destroy`; for `deploy` only when people are named. Whoever is there stays.
 * @param named logins of those who are to approve; empty: for `destroy` the administrators
 */
export function reviewersSetting(
  settings: RepositorySettings,
  tier: RepositoryTier,
  name: 'destroy' | 'deploy',
  named: readonly string[],
): Setting {
  const optional = name === 'deploy' && named.length === 0;
  return {
    key: `environment.${name}.reviewers`,
    title: `environment ${name}: reviewers`,
    wanted: optional ? 'somebody, where a merge alone shall not be enough' : 'somebody must approve each run',
    needed: !optional,
    risk:
      name === 'destroy'
        ? `Here (${describeTier(tier)}) merging a labelled teardown with its sealed plan starts it at once: the merge, with the reviews that it needs, is the only approval.`
        : `Here (${describeTier(tier)}) merging deploys what the sealed plan shows: the merge, with the reviews that it needs, is the only approval.`,
    remedy: reviewersRemedy(tier, name),
    async look() {
      const found = (await settings.environment(name))?.reviewers ?? [];
      if (found.length > 0) return { kind: 'right', note: found.join(', ') };
      const offered = hasReviewers(tier);
      if (offered === false) return { kind: 'not offered', detail: 'This plan has none for private repositories.' };
      if (optional) return { kind: 'differs', detail: 'Nobody has to approve a run: merging is enough.' };
      return { kind: 'wrong', detail: 'Nobody has to approve a run.' };
    },
    async set() {
      await settings.addReviewers(name, await reviewerIds(settings, named));
    },
  };
}

function reviewersRemedy(tier: RepositoryTier, name: 'destroy' | 'deploy'): string {
  const offered = hasReviewers(tier);
  if (offered === false) {
    return 'Rely on the review of pull requests; reviewers of environments need a public repository or Enterprise.';
  }
  const option = name === 'destroy' ? '--reviewer' : '--deploy-reviewer';
  const way = `Settings › Environments › ${name} › Required reviewers, or bootstrap --configure-github ${option} LOGIN.`;
  return offered
    ? way
    : `${way} Pro and Team have none for private repositories: if that is the plan, say --plan team.`;
}

async function reviewerIds(settings: RepositorySettings, named: readonly string[]): Promise<number[]> {
  if (named.length > 0) return await Promise.all(named.map((login) => settings.personId(login)));
  const administrators = (await settings.writers()).filter(({ administrator }) => administrator);
  if (administrators.length >= 1 && administrators.length <= mostReviewers) return administrators.map(({ id }) => id);
  throw onlyByHand(
    `${administrators.length} people administer the repository; an environment takes 1 to ${mostReviewers}: name them with --reviewer.`,
  );
}
