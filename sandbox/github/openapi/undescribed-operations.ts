import type { JsonSchema, OperationDescription, OperationParameter } from './description.ts';

/**
 * Operations that GitHub documents and its OpenAPI description (23.0.2) lacks, by names of our own. Written after
 * docs.github.com/en/rest/actions/policies, as of November 2026.
 */
export const UNDESCRIBED_OPERATIONS = [
  'actions/list-repo-policies',
  'actions/create-repo-policy',
  'actions/get-repo-policy',
  'actions/update-repo-policy',
  'actions/delete-repo-policy',
] as const;

export type UndescribedOperation = (typeof UNDESCRIBED_OPERATIONS)[number];

type RepositoryPath = { owner: string; repo: string };
type PolicyPath = RepositoryPath & { policy_id: number };

/** The body of a request for a policy; see the schema below. */
export type PolicyBody = {
  name: string;
  enforcement: 'disabled' | 'active' | 'evaluate';
  conditions?: { workflow_path?: { include: string[]; exclude: string[] } };
  rules?: (
    | { type: 'restrict_action_events'; parameters: { allowed_events: string[] } }
    | { type: 'restrict_actions_actors'; parameters: { allowed_actors: { id: number; type: string }[] } }
  )[];
};

type Json<Body> = { content: { 'application/json': Body } };

/** In the form of `operations` of @octokit/openapi-types. */
export type UndescribedOperations = {
  'actions/list-repo-policies': {
    parameters: { path: RepositoryPath; query?: { per_page?: number; page?: number; has_parents?: boolean } };
  };
  'actions/create-repo-policy': { parameters: { path: RepositoryPath }; requestBody: Json<PolicyBody> };
  'actions/get-repo-policy': { parameters: { path: PolicyPath } };
  'actions/update-repo-policy': { parameters: { path: PolicyPath }; requestBody: Json<Partial<PolicyBody>> };
  'actions/delete-repo-policy': { parameters: { path: PolicyPath } };
};

const enforcement: JsonSchema = { type: 'string', enum: ['disabled', 'active', 'evaluate'] };
const texts: JsonSchema = { type: 'array', items: { type: 'string' } };
const workflowPath: JsonSchema = {
  type: 'object',
  properties: { include: texts, exclude: texts },
  required: ['include', 'exclude'],
};

function ruleOf(type: string, parameter: string, list: JsonSchema): JsonSchema {
  const parameters = { type: 'object', properties: { [parameter]: list }, required: [parameter] };
  return { type: 'object', properties: { type: { type: 'string', enum: [type] }, parameters }, required: ['type'] };
}

const actor: JsonSchema = {
  type: 'object',
  properties: { id: { type: 'integer' }, type: { type: 'string' } },
  required: ['id', 'type'],
};
const rules: JsonSchema = {
  type: 'array',
  items: {
    anyOf: [
      ruleOf('restrict_actions_actors', 'allowed_actors', { type: 'array', items: actor }),
      ruleOf('restrict_action_events', 'allowed_events', texts),
    ],
  },
};

/** "The object may be empty …, or contain only workflow_path." */
const conditions: JsonSchema = {
  type: 'object',
  properties: { workflow_path: workflowPath },
  additionalProperties: false,
};

const policy: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    target: { type: 'string', enum: ['actions'] },
    source_type: { type: 'string', enum: ['Repository', 'Organization', 'Enterprise'] },
    source: { type: 'string' },
    enforcement,
    conditions: { type: 'object' },
    rules,
    created_at: { type: 'string', format: 'date-time' },
    updated_at: { type: 'string', format: 'date-time' },
  },
  required: ['id', 'name', 'target', 'source_type', 'source', 'enforcement'],
};

function inPath(name: string, type: 'string' | 'integer'): OperationParameter {
  return { name, in: 'path', required: true, schema: { type } };
}

function inQuery(name: string, schema: JsonSchema): OperationParameter {
  return { name, in: 'query', required: false, schema };
}

const repository = [inPath('owner', 'string'), inPath('repo', 'string')];
const one = [...repository, inPath('policy_id', 'integer')];
const list = '/repos/{owner}/{repo}/actions/policies';
const properties = { name: { type: 'string' }, enforcement, conditions, rules };

/** What the documentation says of each, in the form of GitHub's description. */
export const undescribedOperations: Readonly<Record<UndescribedOperation, OperationDescription>> = {
  'actions/list-repo-policies': {
    method: 'GET',
    path: list,
    parameters: [
      ...repository,
      inQuery('per_page', { type: 'integer', default: 30 }),
      inQuery('page', { type: 'integer', default: 1 }),
      inQuery('has_parents', { type: 'boolean', default: true }),
    ],
    responses: {
      200: {
        type: 'object',
        properties: { total_count: { type: 'integer' }, policies: { type: 'array', items: policy } },
        required: ['total_count', 'policies'],
      },
    },
  },
  'actions/create-repo-policy': {
    method: 'POST',
    path: list,
    parameters: repository,
    body: { required: true, schema: { type: 'object', properties, required: ['name', 'enforcement'] } },
    responses: { 201: policy },
  },
  'actions/get-repo-policy': {
    method: 'GET',
    path: `${list}/{policy_id}`,
    parameters: one,
    responses: { 200: policy },
  },
  'actions/update-repo-policy': {
    method: 'PUT',
    path: `${list}/{policy_id}`,
    parameters: one,
    body: { required: false, schema: { type: 'object', properties } },
    responses: { 200: policy },
  },
  'actions/delete-repo-policy': {
    method: 'DELETE',
    path: `${list}/{policy_id}`,
    parameters: one,
    responses: { 204: null },
  },
};
