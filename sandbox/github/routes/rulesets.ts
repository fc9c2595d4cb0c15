import type { Repository } from '../model/repository.ts';
import { type BypassActor, type Rule, type Ruleset, rulesOfRef } from '../model/ruleset.ts';
import type { GitHubState } from '../model/state.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl, repositoryWebUrl } from '../present/repository.ts';
import { ApiError, notFound, notInSandbox, validationFailed } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import type { BodyOf, RepositoryHandlers, RestCall } from '../rest/rest-call.ts';

type Body = Partial<BodyOf<'repos/create-repo-ruleset'>>;

/** The rule types of the model; a record, so that none is forgotten. */
const knownTypes: Readonly<Record<Rule['type'], true>> = {
  creation: true,
  update: true,
  deletion: true,
  non_fast_forward: true,
  required_linear_history: true,
  pull_request: true,
  required_status_checks: true,
  merge_queue: true,
};

/** Rulesets of a repository (docs.github.com/en/rest/repos/rules). */
export const rulesetHandlers: RepositoryHandlers<
  | 'repos/get-repo-rulesets'
  | 'repos/create-repo-ruleset'
  | 'repos/get-repo-ruleset'
  | 'repos/update-repo-ruleset'
  | 'repos/delete-repo-ruleset'
  | 'repos/get-branch-rules'
> = {
  'repos/get-repo-rulesets': (call, repository) => {
    refuseOnFreePlan(repository);
    const own = (ruleset: Ruleset): boolean => ruleset.source.type === 'Repository';
    const all = [...repository.rulesets.values()].filter((each) => call.query.includes_parents !== false || own(each));
    return listReply(call, all, (ruleset) => presentRulesetSummary(call.state, repository, ruleset));
  },

  'repos/create-repo-ruleset': ({ state, body }, repository) => {
    refuseOnFreePlan(repository);
    refuseTaken(repository, body.name, undefined);
    const now = state.now();
    const ruleset: Ruleset = {
      id: state.nextId(),
      name: body.name,
      target: 'branch',
      source: { type: 'Repository', name: repository.fullName },
      enforcement: 'active',
      bypassActors: [],
      refs: { include: [], exclude: [] },
      rules: [],
      createdAt: now,
      updatedAt: now,
    };
    applyBody(repository, ruleset, body);
    repository.rulesets.set(ruleset.id, ruleset);
    return { status: 201, body: presentRuleset(state, repository, ruleset, true) };
  },

  'repos/get-repo-ruleset': (call, repository) => {
    refuseOnFreePlan(repository);
    const ruleset = rulesetOf(repository, call.path.ruleset_id);
    return { status: 200, body: presentRuleset(call.state, repository, ruleset, mayAdminister(call)) };
  },

  'repos/update-repo-ruleset': ({ state, path, body }, repository) => {
    refuseOnFreePlan(repository);
    const ruleset = rulesetOf(repository, path.ruleset_id);
    // Those of an organization are changed there: `PUT /orgs/{org}/rulesets/{ruleset_id}`.
    if (ruleset.source.type !== 'Repository') throw notFound();
    if (body.name !== undefined) refuseTaken(repository, body.name, ruleset.id);
    const changed = structuredClone(ruleset);
    applyBody(repository, changed, body);
    repository.rulesets.set(ruleset.id, Object.assign(ruleset, changed, { updatedAt: state.now() }));
    return { status: 200, body: presentRuleset(state, repository, ruleset, true) };
  },

  'repos/delete-repo-ruleset': ({ path }, repository) => {
    refuseOnFreePlan(repository);
    const ruleset = rulesetOf(repository, path.ruleset_id);
    if (ruleset.source.type !== 'Repository') throw notFound();
    repository.rulesets.delete(ruleset.id);
    return { status: 204 };
  },

  // "All active rules that apply to the branch, regardless of the level at which they are configured."
  'repos/get-branch-rules': (call, repository) => {
    refuseOnFreePlan(repository);
    return listReply(call, rulesOfRef(repository, `refs/heads/${call.path.branch}`), ({ rule, ruleset }) => ({
      ...rule,
      ruleset_source_type: ruleset.source.type,
      ruleset_source: ruleset.source.name,
      ruleset_id: ruleset.id,
    }));
  },
};

/**
 * "Rulesets are available in public repositories with GitHub Free …, and in public and private repositories with GitHub
 * Pro, Team, and Enterprise Cloud" (…/managing-rulesets/about-rulesets). The sentence is what the API answers then.
 */
function refuseOnFreePlan(repository: Repository): void {
  if (!repository.private || repository.tier !== 'free') return;
  throw new ApiError(403, 'Upgrade to GitHub Pro or make this repository public to enable this feature.');
}

function mayAdminister({ grant }: Pick<RestCall, 'grant'>): boolean {
  return grant?.kind === 'user' && grant.account.permission === 'admin';
}

function rulesetOf(repository: Repository, id: number): Ruleset {
  const ruleset = repository.rulesets.get(id);
  if (ruleset === undefined) throw notFound();
  return ruleset;
}

function refuseTaken(repository: Repository, name: string, id: number | undefined): void {
  for (const other of repository.rulesets.values()) {
    if (other.id === id || other.source.type !== 'Repository' || other.name !== name) continue;
    throw validationFailed({ resource: 'Ruleset', field: 'name', code: 'custom', message: 'Name must be unique' });
  }
}

/** What the request leaves out stays. */
function applyBody(repository: Repository, ruleset: Ruleset, body: Body): void {
  if (body.target === 'push') throw notInSandbox('push rulesets');
  // "evaluate is only available with GitHub Enterprise".
  if (body.enforcement === 'evaluate' && repository.tier !== 'enterprise') {
    throw validationFailed({ resource: 'Ruleset', field: 'enforcement', code: 'invalid' });
  }
  ruleset.name = body.name ?? ruleset.name;
  ruleset.target = body.target ?? ruleset.target;
  ruleset.enforcement = body.enforcement ?? ruleset.enforcement;
  if (body.bypass_actors !== undefined) ruleset.bypassActors = body.bypass_actors.map(bypassActorOf);
  const refs = body.conditions?.ref_name;
  if (refs !== undefined) ruleset.refs = { include: refs.include ?? [], exclude: refs.exclude ?? [] };
  if (body.rules !== undefined) ruleset.rules = body.rules.map(ruleOf);
}

function bypassActorOf(actor: NonNullable<Body['bypass_actors']>[number]): BypassActor {
  return {
    actor_id: actor.actor_id ?? null,
    actor_type: actor.actor_type,
    bypass_mode: actor.bypass_mode ?? 'always',
  };
}

/** The request was checked against GitHub's description of each rule type; here remain those that the model knows. */
function ruleOf(rule: NonNullable<Body['rules']>[number]): Rule {
  if (!Object.hasOwn(knownTypes, rule.type)) throw notInSandbox(`rules of type ${rule.type}`);
  return rule as Rule;
}

/** `repository-ruleset` of GitHub's description, as lists show it: without rules and conditions. */
function presentRulesetSummary(state: GitHubState, repository: Repository, ruleset: Ruleset): Record<string, unknown> {
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
function presentRuleset(
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
