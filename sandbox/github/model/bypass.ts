import type { Repository } from './repository.ts';
import type { BypassActor, Ruleset } from './ruleset.ts';
import type { Grant } from './token.ts';

/** `actor_id` of repository roles (docs.github.com/en/rest/repos/rules, `bypass_actors`). */
const ROLES: Readonly<Record<number, readonly string[]>> = { 5: ['admin'], 4: ['admin', 'write'], 2: ['admin'] };

/**
 * Whether a ruleset does not hold for whoever has the token. `pull_request` lets it be passed by merging a pull request
 * only (docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#granting-bypass-permissions-for-your-branch-or-tag-ruleset).
 */
export function bypasses(repository: Repository, ruleset: Ruleset, grant: Grant, by: 'push' | 'pull_request'): boolean {
  return ruleset.bypassActors.some(
    (actor) => (actor.bypass_mode !== 'pull_request' || by === 'pull_request') && isActor(repository, actor, grant),
  );
}

function isActor(repository: Repository, actor: BypassActor, grant: Grant): boolean {
  switch (actor.actor_type) {
    case 'Integration':
      return grant.kind === 'app' && grant.app.id === actor.actor_id;
    case 'User':
      return grant.kind === 'user' && grant.account.id === actor.actor_id;
    case 'RepositoryRole': {
      const role = grant.account.id === repository.owner.id ? 'admin' : grant.account.permission;
      return grant.kind === 'user' && (ROLES[actor.actor_id ?? 0] ?? []).includes(role);
    }
    default:
      throw new Error(`The sandbox's GitHub does not know who a bypass actor of type ${actor.actor_type} is.`);
  }
}
