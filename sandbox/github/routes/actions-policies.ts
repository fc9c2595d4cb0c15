import { type ActionsPolicy, policyEvents } from '../model/actions-policy.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { PolicyBody } from '../openapi/undescribed-operations.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl } from '../present/repository.ts';
import { notFound, validationFailed } from '../rest/api-error.ts';
import { countedListReply } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/**
 * What may start workflows (docs.github.com/en/rest/actions/policies). For public repositories on every plan, for private
 * ones on Team and Enterprise (docs.github.com/en/actions/how-tos/administer/control-workflow-execution); the code on
 * Free is not documented, 404 is the only refusal the reference lists.
 */
export const actionsPolicyHandlers: RepositoryHandlers<
  | 'actions/list-repo-policies'
  | 'actions/create-repo-policy'
  | 'actions/get-repo-policy'
  | 'actions/update-repo-policy'
  | 'actions/delete-repo-policy'
> = {
  'actions/list-repo-policies': (call, repository) => {
    refuseOnFreePlan(repository);
    const own = (policy: ActionsPolicy): boolean => policy.source.type === 'Repository';
    const all = [...repository.actionsPolicies.values()].filter(
      (each) => call.query.has_parents !== false || own(each),
    );
    return countedListReply(call, 'policies', all, (policy) => presentPolicy(call.state, repository, policy));
  },

  'actions/create-repo-policy': ({ state, body }, repository) => {
    refuseOnFreePlan(repository);
    const now = state.now();
    const policy: ActionsPolicy = {
      id: state.nextId(),
      name: body.name,
      source: { type: 'Repository', name: repository.fullName },
      enforcement: body.enforcement,
      workflowPath: undefined,
      rules: [],
      repositoryConditions: {},
      createdAt: now,
      updatedAt: now,
    };
    applyBody(repository, policy, body);
    repository.actionsPolicies.set(policy.id, policy);
    return { status: 201, body: presentPolicy(state, repository, policy) };
  },

  'actions/get-repo-policy': ({ state, path }, repository) => {
    refuseOnFreePlan(repository);
    return { status: 200, body: presentPolicy(state, repository, policyOf(repository, path.policy_id)) };
  },

  'actions/update-repo-policy': ({ state, path, body }, repository) => {
    refuseOnFreePlan(repository);
    const policy = ownPolicy(repository, path.policy_id);
    const changed = structuredClone(policy);
    applyBody(repository, changed, body);
    Object.assign(policy, changed, { updatedAt: state.now() });
    return { status: 200, body: presentPolicy(state, repository, policy) };
  },

  'actions/delete-repo-policy': ({ path }, repository) => {
    refuseOnFreePlan(repository);
    repository.actionsPolicies.delete(ownPolicy(repository, path.policy_id).id);
    return { status: 204 };
  },
};

function refuseOnFreePlan(repository: Repository): void {
  if (repository.private && repository.tier === 'free') throw notFound();
}

function policyOf(repository: Repository, id: number): ActionsPolicy {
  const policy = repository.actionsPolicies.get(id);
  if (policy === undefined) throw notFound();
  return policy;
}

/** Those of an organization or enterprise are changed there. */
function ownPolicy(repository: Repository, id: number): ActionsPolicy {
  const policy = policyOf(repository, id);
  if (policy.source.type !== 'Repository') throw notFound();
  return policy;
}

/** "Omitting workflow_path preserves the policy's existing workflow targeting." */
function applyBody(repository: Repository, policy: ActionsPolicy, body: Partial<PolicyBody>): void {
  const invalid = (field: string) => validationFailed({ resource: 'ActionsPolicy', field, code: 'invalid' });
  if (body.enforcement === 'evaluate' && repository.tier !== 'enterprise') throw invalid('enforcement');
  policy.name = body.name ?? policy.name;
  policy.enforcement = body.enforcement ?? policy.enforcement;
  const paths = body.conditions?.workflow_path;
  if (paths !== undefined) {
    // "The API requires at least one included or excluded pattern"; `~ALL` stands alone, and is never excluded.
    if (paths.include.length + paths.exclude.length === 0) throw invalid('conditions');
    if (paths.include.includes('~ALL') && paths.include.length > 1) throw invalid('conditions');
    if (paths.exclude.includes('~ALL')) throw invalid('conditions');
    policy.workflowPath = { include: [...paths.include], exclude: [...paths.exclude] };
  }
  if (body.rules === undefined) return;
  for (const rule of body.rules) {
    if (rule.type !== 'restrict_action_events') continue;
    if (!rule.parameters.allowed_events.every((event) => policyEvents.includes(event))) throw invalid('rules');
  }
  policy.rules = body.rules;
}

function presentPolicy(state: GitHubState, repository: Repository, policy: ActionsPolicy): Record<string, unknown> {
  const { id, name, source, enforcement, workflowPath, rules, repositoryConditions } = policy;
  return {
    id,
    name,
    target: 'actions',
    source_type: source.type,
    source: source.name,
    enforcement,
    conditions: { ...repositoryConditions, ...(workflowPath === undefined ? {} : { workflow_path: workflowPath }) },
    rules,
    node_id: nodeId('AP', id),
    _links: { self: { href: `${repositoryUrl(state, repository)}/actions/policies/${id}` } },
    created_at: policy.createdAt.toISOString(),
    updated_at: policy.updatedAt.toISOString(),
  };
}
