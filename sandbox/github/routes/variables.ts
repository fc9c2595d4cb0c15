import type { Environment } from '../model/environment.ts';
import type { Repository } from '../model/repository.ts';
import { apiDate } from '../present/date.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { countedListReply } from '../rest/pagination.ts';
import type { RepositoryHandlers, RestReply } from '../rest/rest-call.ts';

type Values = Map<string, string>;
type Change = { name?: string; value?: string };

/** "By default the page size is 10" for variables (docs.github.com/en/rest/actions/variables); the description knows it. */
export const variableHandlers: RepositoryHandlers<
  | 'actions/list-repo-variables'
  | 'actions/get-repo-variable'
  | 'actions/create-repo-variable'
  | 'actions/update-repo-variable'
  | 'actions/delete-repo-variable'
  | 'actions/list-environment-variables'
  | 'actions/get-environment-variable'
  | 'actions/create-environment-variable'
  | 'actions/update-environment-variable'
  | 'actions/delete-environment-variable'
> = {
  'actions/list-repo-variables': (call, repository) => listVariables(call, repository, repository.variables),
  'actions/get-repo-variable': ({ path }, repository) => getVariable(repository, repository.variables, path.name),
  'actions/create-repo-variable': ({ body }, repository) => createVariable(repository.variables, body),
  'actions/update-repo-variable': ({ path, body }, repository) => updateVariable(repository.variables, path.name, body),
  'actions/delete-repo-variable': ({ path }, repository) => deleteVariable(repository.variables, path.name),

  'actions/list-environment-variables': (call, repository) =>
    listVariables(call, repository, environmentNamed(repository, call.path.environment_name).variables),
  'actions/get-environment-variable': ({ path }, repository) =>
    getVariable(repository, environmentNamed(repository, path.environment_name).variables, path.name),
  'actions/create-environment-variable': ({ path, body }, repository) =>
    createVariable(environmentNamed(repository, path.environment_name).variables, body),
  'actions/update-environment-variable': ({ path, body }, repository) =>
    updateVariable(environmentNamed(repository, path.environment_name).variables, path.name, body),
  'actions/delete-environment-variable': ({ path }, repository) =>
    deleteVariable(environmentNamed(repository, path.environment_name).variables, path.name),
};

/** @throws ApiError 404 when there is no environment of that name */
export function environmentNamed(repository: Repository, name: string): Environment {
  const environment = repository.environments.get(name);
  if (environment === undefined) throw notFound();
  return environment;
}

function presentVariable(repository: Repository, name: string, value: string): Record<string, string> {
  // The sandbox keeps no dates of variables; they are as old as their repository.
  const date = apiDate(repository.createdAt);
  return { name, value, created_at: date, updated_at: date };
}

function listVariables(
  call: Parameters<typeof countedListReply>[0],
  repository: Repository,
  values: Values,
): Promise<RestReply> {
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return countedListReply(call, 'variables', sorted, ([name, value]) => presentVariable(repository, name, value));
}

function getVariable(repository: Repository, values: Values, name: string): RestReply {
  const key = keyOf(name);
  const value = values.get(key);
  if (value === undefined) throw notFound();
  return { status: 200, body: presentVariable(repository, key, value) };
}

function createVariable(values: Values, { name = '', value = '' }: Change): RestReply {
  const key = keyOf(name);
  if (values.has(key)) throw new ApiError(409, 'Already exists - Variable already exists');
  values.set(key, value);
  return { status: 201, body: {} };
}

function updateVariable(values: Values, name: string, change: Change): RestReply {
  const key = keyOf(name);
  const value = values.get(key);
  if (value === undefined) throw notFound();
  values.delete(key);
  values.set(keyOf(change.name ?? key), change.value ?? value);
  return { status: 204 };
}

function deleteVariable(values: Values, name: string): RestReply {
  if (!values.delete(keyOf(name))) throw notFound();
  return { status: 204 };
}

/** Names are kept in capitals (docs.github.com/en/actions/reference/workflows-and-actions/variables#naming-conventions). */
function keyOf(name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/i.test(name) || /^github_/i.test(name)) {
    const rule = 'may only contain alphanumeric characters and underscores, and may not start with a number or GITHUB_';
    throw new ApiError(422, `Variable names ${rule}`);
  }
  return name.toUpperCase();
}
