import type { Repository } from '../model/repository.ts';
import type { Ruleset } from '../model/ruleset.ts';
import type { GitHubState } from '../model/state.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl, repositoryWebUrl } from './repository.ts';

/** `repository-ruleset` of GitHub's description, as lists show it: without rules and conditions. */
export function presentRulesetSummary(
  state: GitHubState,
  repository: Repository,
  ruleset: Ruleset,
): Record<string, unknown> {
  const { id, name, target, source, enforcement } = ruleset;
  return {
    id,
    name,
    target,
    source_type: source.type,
    source: source.name,
    enforcement,
    node_id: nodeId('RRS', id),
    _links: {
      self: { href: `${repositoryUrl(state, repository)}/rulesets/${id}` },
      html: { href: `${repositoryWebUrl(state, repository)}/rules/${id}` },
    },
    created_at: ruleset.createdAt.toISOString(),
    updated_at: ruleset.updatedAt.toISOString(),
  };
}

/** The whole ruleset. "The bypass_actors property is only returned if the user has write access to the ruleset." */
export function presentRuleset(
  state: GitHubState,
  repository: Repository,
  ruleset: Ruleset,
  withBypassActors: boolean,
): Record<string, unknown> {
  return {
    ...presentRulesetSummary(state, repository, ruleset),
    ...(withBypassActors ? { bypass_actors: ruleset.bypassActors, current_user_can_bypass: 'never' } : {}),
    conditions: { ref_name: ruleset.refs },
    rules: ruleset.rules,
  };
}
