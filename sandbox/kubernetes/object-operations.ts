import { ApiError } from './api-error.ts';
import { findObject, type KubernetesObject, type NewObject } from './cluster-state.ts';
import { waitUntil } from './helm/wait.ts';
import { applyObject, deleteObject } from './objects/apply.ts';
import { groupOf, type Kind, kindOfManifest, kindOfWord, qualifiedName } from './objects/kinds.ts';
import { viewKind } from './objects/view.ts';
import { reconcile } from './reconcile.ts';
import { checkAccess, LONGEST_WAIT_SECONDS, notFound, type ToolCall, type ToolOperation } from './tool-call.ts';
import { objectMetaErrors } from './validation/object-meta.ts';
import { refuseInvalid } from './validation/validate-object.ts';

/** Which objects a command is about. Without names: all of the kind, or those the selector picks. */
export type Target = {
  word: string;
  names: string[];
  /** Undefined = all namespaces. */
  namespace: string | undefined;
  selector: string | undefined;
};

export type ManifestFile = { file: string; object: NewObject };
export type Applied = { name: string; result: 'created' | 'configured' | 'unchanged' };

/** `kubectl apply` and `kubectl create`: all kinds are checked before anything is changed. */
function apply(
  call: ToolCall,
  input: { manifests: ManifestFile[]; namespace: string | undefined; mustBeNew: boolean },
): Applied[] {
  const placed = input.manifests.map(({ file, object }) => {
    const kind = kindOfManifest(object.apiVersion, object.kind, { name: object.metadata.name, file });
    const namespace = kind.namespaced ? (object.metadata.namespace ?? input.namespace ?? 'default') : undefined;
    checkAccess(call, input.mustBeNew ? 'create' : 'patch', kind, namespace);
    return {
      file,
      kind,
      object: namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } },
    };
  });
  const applied = placed.map(({ file, kind, object }): Applied => {
    const { name, namespace } = object.metadata;
    const before = findObject(call.cluster, kind.kind, namespace, name);
    if (before && input.mustBeNew) {
      throw new ApiError(
        'AlreadyExists',
        `${kind.plural}${groupOf(kind) === '' ? '' : `.${groupOf(kind)}`} "${name}" already exists`,
      );
    }
    const after = applyAsKubectl(call, object, file, before === undefined);
    const same = before !== undefined && JSON.stringify(before) === JSON.stringify(after.object);
    return { name: qualifiedName(kind, name), result: after.created ? 'created' : same ? 'unchanged' : 'configured' };
  });
  reconcile(call.world, call.cluster);
  return applied;
}

/** One object; a refusal is worded as kubectl words it (k8s.io/kubectl, pkg/cmd/util/helpers.go, `checkErr`). */
function applyAsKubectl(
  call: ToolCall,
  object: NewObject,
  file: string,
  isNew: boolean,
): ReturnType<typeof applyObject> {
  try {
    return applyObject(call.world, call.cluster, object, { file, fieldValidation: 'Strict' });
  } catch (error) {
    if (!(error instanceof ApiError) || error.causes.length === 0) throw error;
    const { reason, causes, message } = error;
    if (reason === 'BadRequest') {
      throw new ApiError(reason, `error when ${isNew ? 'creating' : 'patching'} "${file}": ${message}`, causes);
    }
    const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
    const list = texts.length === 1 ? (texts[0] ?? '') : ['', ...texts.map((text) => `* ${text}`)].join('\n');
    throw new ApiError(reason, `The ${object.kind} "${object.metadata.name}" is invalid: ${list}`, causes);
  }
}

/** What a target picks now. @throws ApiError NotFound for a name that does not exist, unless that is allowed */
function pick(call: ToolCall, target: Target, ignoreNotFound: boolean): { kind: Kind; objects: KubernetesObject[] } {
  const kind = kindOfWord(target.word);
  reconcile(call.world, call.cluster);
  const all = viewKind(call.world, call.cluster, kind.kind, kind.namespaced ? target.namespace : undefined);
  const matches = target.selector === undefined ? () => true : parseSelector(target.selector);
  if (target.names.length === 0) return { kind, objects: all.filter(({ metadata }) => matches(metadata.labels ?? {})) };
  const objects = target.names.flatMap((name) => {
    const found = all.find(({ metadata }) => metadata.name === name);
    if (!found && !ignoreNotFound) notFound(kind.plural, groupOf(kind), name);
    return found ?? [];
  });
  return { kind, objects };
}

/** `kubectl get` */
function get(
  call: ToolCall,
  input: { target: Target; ignoreNotFound: boolean },
): { kind: string; apiVersion: string; items: KubernetesObject[] } {
  const kind = kindOfWord(input.target.word);
  checkAccess(call, input.target.names.length > 0 ? 'get' : 'list', kind, input.target.namespace);
  const { objects } = pick(call, input.target, input.ignoreNotFound);
  return { kind: kind.kind, apiVersion: kind.apiVersions[0] ?? '', items: objects };
}

export type DeleteInput = {
  target: Target;
  ignoreNotFound: boolean;
  wait: boolean;
  timeoutSeconds: number | undefined;
};

/** `kubectl delete`: waits until the objects are gone, unless told not to. */
async function remove(call: ToolCall, input: DeleteInput): Promise<string[]> {
  const kind = kindOfWord(input.target.word);
  checkAccess(call, 'delete', kind, input.target.namespace);
  if (kind.kind === 'Node')
    throw new ApiError('NotImplemented', 'The sandbox does not delete nodes; their instances make them.');
  const { objects } = pick(call, input.target, input.ignoreNotFound);
  const isThere = ({ metadata }: KubernetesObject): boolean =>
    findObject(call.cluster, kind.kind, metadata.namespace, metadata.name)?.metadata.uid === metadata.uid;
  for (const { metadata } of objects) {
    const stored = findObject(call.cluster, kind.kind, metadata.namespace, metadata.name);
    if (stored) deleteObject(call.world, call.cluster, stored);
  }
  const gone = (): boolean => {
    reconcile(call.world, call.cluster);
    return !objects.some(isThere);
  };
  if (input.wait && !(await waitUntil(call.world, input.timeoutSeconds ?? LONGEST_WAIT_SECONDS, gone))) {
    const left = objects.filter(isThere).map(({ metadata }) => `${kind.plural}/${metadata.name}`);
    throw new ApiError('Timeout', `timed out waiting for the condition on ${left.join(', ')}`);
  }
  return objects.map(({ metadata }) => qualifiedName(kind, metadata.name).replace('/', ' "').concat('"'));
}

export type WaitInput = { target: Target; condition: string; timeoutSeconds: number };

/** `kubectl wait --for=condition=…` and `--for=delete`. */
async function waitFor(call: ToolCall, input: WaitInput): Promise<string[]> {
  const kind = kindOfWord(input.target.word);
  checkAccess(call, 'get', kind, input.target.namespace);
  const isDeletion = input.condition === 'delete';
  const { objects } = pick(call, input.target, isDeletion);
  if (objects.length === 0 && !isDeletion) throw new ApiError('NotFound', 'no matching resources found');
  const [, type = '', status = 'True'] = /^condition=([^=]+)(?:=(.+))?$/.exec(input.condition) ?? [];
  if (!isDeletion && type === '') throw new ApiError('BadRequest', `unrecognized condition: "${input.condition}"`);
  const names = objects.map(({ metadata }) => metadata.name);
  const met = (): boolean => {
    const { objects: now } = pick(call, { ...input.target, names }, true);
    return isDeletion
      ? names.length === 0 || now.length === 0
      : now.length === names.length && now.every((object) => hasCondition(object, type, status));
  };
  if (!(await waitUntil(call.world, input.timeoutSeconds, met))) {
    throw new ApiError(
      'Timeout',
      `timed out waiting for the condition on ${names.map((name) => `${kind.plural}/${name}`).join(', ')}`,
    );
  }
  return names.map((name) => qualifiedName(kind, name));
}

function hasCondition(object: KubernetesObject, type: string, status: string): boolean {
  const { conditions = [] } = (object['status'] ?? {}) as { conditions?: { type?: string; status?: string }[] };
  return conditions.some((each) => each.type?.toLowerCase() === type.toLowerCase() && each.status === status);
}

export type MetadataInput = {
  target: Target;
  field: 'annotations' | 'labels';
  set: Record<string, string>;
  remove: string[];
  overwrite: boolean;
};

/** `kubectl annotate` and `kubectl label`. */
function changeMetadata(call: ToolCall, input: MetadataInput): string[] {
  const kind = kindOfWord(input.target.word);
  checkAccess(call, 'patch', kind, input.target.namespace);
  const { objects } = pick(call, input.target, false);
  return objects.map(({ metadata: { name, namespace } }) => {
    const stored = findObject(call.cluster, kind.kind, namespace, name);
    if (!stored) return notFound(kind.plural, groupOf(kind), name);
    const before = stored.metadata[input.field] ?? {};
    const clash = Object.entries(input.set).find(([key, value]) => Object.hasOwn(before, key) && before[key] !== value);
    if (clash && !input.overwrite) {
      throw new ApiError(
        'BadRequest',
        `--overwrite is false but found the following declared ${input.field.slice(0, -1)}(s): '${clash[0]}' already has a value (${before[clash[0]]})`,
      );
    }
    const kept = Object.entries(before).filter(([key]) => !input.remove.includes(key));
    const changed = { ...Object.fromEntries(kept), ...input.set };
    refuseInvalid(kind, name, objectMetaErrors(kind, { ...stored.metadata, [input.field]: changed }));
    stored.metadata[input.field] = changed;
    return qualifiedName(kind, name);
  });
}

/** Operations on objects of any kind. */
export const objectOperations = { apply, get, delete: remove, wait: waitFor, changeMetadata } satisfies Record<
  string,
  ToolOperation
>;

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Reads a label selector, e.g. `app=jupyterhub,component!=hub,tier in (a, b),!x`
 * (kubernetes.io/docs/concepts/overview/working-with-objects/labels, "API").
 * @throws ApiError BadRequest
 */
function parseSelector(text: string): Requirement {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRequirement);
  return (labels) => requirements.every((requirement) => requirement(labels));
}

function parseRequirement(text: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((each) => each.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const compared = /^([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)$/.exec(text);
  if (compared) {
    const [, key = '', operator, value] = compared;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const existing = /^(!?)([^=!\s]+)$/.exec(text);
  if (!existing)
    throw new ApiError('BadRequest', `unable to parse requirement: found '${text}', expected: '!', identifier`);
  const [, not, key = ''] = existing;
  return (labels) => Object.hasOwn(labels, key) === (not === '');
}
