import type { Label } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { presentLabel } from '../present/label.ts';
import { notFound, validationFailed } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

const DEFAULT_COLOR = 'ededed';

/** The labels a repository has (docs.github.com/en/rest/issues/labels). */
export const labelHandlers: RepositoryHandlers<
  | 'issues/list-labels-for-repo'
  | 'issues/create-label'
  | 'issues/get-label'
  | 'issues/update-label'
  | 'issues/delete-label'
> = {
  'issues/list-labels-for-repo': (call, repository) =>
    listReply(call, [...repository.labels.values()], (label) => presentLabel(call.state, repository, label)),

  'issues/create-label': ({ state, body }, repository) => {
    const { name, description } = body;
    refuseTaken(repository, name);
    const label = { id: state.nextId(), name, color: colorOf(body.color ?? DEFAULT_COLOR), description };
    repository.labels.set(name.toLowerCase(), label);
    return { status: 201, body: presentLabel(state, repository, label) };
  },

  'issues/get-label': ({ state, path }, repository) => ({
    status: 200,
    body: presentLabel(state, repository, existingLabel(repository, path.name)),
  }),

  'issues/update-label': ({ state, path, body }, repository) => {
    const label = existingLabel(repository, path.name);
    const name = body.new_name ?? label.name;
    if (name.toLowerCase() !== label.name.toLowerCase()) refuseTaken(repository, name);
    repository.labels.delete(label.name.toLowerCase());
    label.name = name;
    label.color = colorOf(body.color ?? label.color);
    label.description = body.description ?? label.description;
    repository.labels.set(name.toLowerCase(), label);
    return { status: 200, body: presentLabel(state, repository, label) };
  },

  'issues/delete-label': ({ path }, repository) => {
    const label = existingLabel(repository, path.name);
    repository.labels.delete(label.name.toLowerCase());
    for (const issue of repository.issues.values()) issue.labels = issue.labels.filter((each) => each !== label);
    return { status: 204 };
  },
};

function existingLabel(repository: Repository, name: string): Label {
  const label = repository.labels.get(name.toLowerCase());
  if (label === undefined) throw notFound();
  return label;
}

function refuseTaken(repository: Repository, name: string): void {
  if (name.trim() === '') throw validationFailed({ resource: 'Label', field: 'name', code: 'missing_field' });
  if (repository.labels.has(name.toLowerCase())) {
    throw validationFailed({ resource: 'Label', field: 'name', code: 'already_exists' });
  }
}

/** "The hexadecimal color code for the label, without the leading #". */
function colorOf(color: string): string {
  if (/^[0-9a-f]{6}$/i.test(color)) return color.toLowerCase();
  throw validationFailed({ resource: 'Label', field: 'color', code: 'invalid' });
}
