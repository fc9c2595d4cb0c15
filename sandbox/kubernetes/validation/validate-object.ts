import { ApiError } from '../api-error.ts';
import { type FieldType, structType, typeOfKind } from '../api-schema/api-schema.ts';
import type { NewObject } from '../cluster-state.ts';
import { groupOf, type Kind } from '../objects/kinds.ts';
import { parseQuantity } from '../quantity.ts';
import { PROTOCOLS, portOrNameErrors } from './container.ts';
import { duplicate, type FieldError, immutable, invalid, nonNegative, oneOf, required } from './field-error.ts';
import { configKey, dnsLabel, portNumber } from './name-syntax.ts';
import { networkPolicyErrors } from './network-policy.ts';
import { type LabelSelector, type Labels, labelErrors, objectMetaErrors, selectorErrors } from './object-meta.ts';
import { podErrors } from './pod.ts';
import { bindingErrors, roleErrors } from './rbac.ts';
import { claimErrors, storageClassErrors } from './storage.ts';
import { cronJobErrors, deploymentErrors } from './workload.ts';

/** Objects are at most 1 MiB (k8s.io/api, core/v1, `MaxSecretSize`). */
const MAXIMUM_DATA_BYTES = 1_048_576;

/**
 * What the API server validates once it has read an object: rules that no schema carries, per kind, from the packages
 * `pkg/apis/…/validation` of k8s.io/kubernetes 1.36, as far as manifests here can break them. What a schema calls required
 * is asked for as well.
 * @param before the object as it is, for fields that must not change
 * @throws ApiError Invalid with every field that is wrong
 */
export function validateObject(kind: Kind, object: NewObject, before?: NewObject): void {
  const found = [...objectMetaErrors(kind, object.metadata), ...kindErrors(object, before)];
  const known = new Set(found.map(({ field }) => field));
  const missing = missingFields(object).filter((field) => !known.has(field) && !covers(found, field));
  refuseInvalid(kind, object.metadata.name, [...found, ...missing.map((field) => required(field))]);
}

/**
 * Refuses an object for its fields, in the words of `Status.message` (k8s.io/apimachinery, pkg/api/errors, `NewInvalid`).
 * @throws ApiError Invalid, unless there is nothing wrong
 */
export function refuseInvalid(kind: Kind, name: string, errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const group = groupOf(kind);
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const qualified = group === '' ? kind.kind : `${kind.kind}.${group}`;
  throw new ApiError('Invalid', `${qualified} "${name}" is invalid: ${list}`, errors);
}

function kindErrors(object: NewObject, before: NewObject | undefined): FieldError[] {
  const spec = object['spec'] as object | undefined;
  const previous = before?.['spec'] as object | undefined;
  switch (object.kind) {
    case 'Pod':
      return podErrors('spec', spec);
    case 'Deployment':
      return deploymentErrors(spec, previous);
    case 'CronJob':
      return cronJobErrors(spec);
    case 'Service':
      return serviceErrors(spec);
    case 'NetworkPolicy':
      return networkPolicyErrors(spec);
    case 'PersistentVolumeClaim':
      return claimErrors(spec, previous);
    case 'StorageClass':
      return storageClassErrors(object as object, before as object | undefined);
    case 'Role':
    case 'ClusterRole':
      return roleErrors(object['rules'] as object[] | undefined, object.kind === 'Role');
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return bindingErrors(object as object, object.kind === 'RoleBinding', before as object | undefined);
    case 'ConfigMap':
    case 'Secret':
      return dataErrors(object, before);
    case 'PodDisruptionBudget':
      return budgetErrors(spec);
    case 'ResourceQuota':
      return quotaErrors(spec);
    case 'PriorityClass':
      return before === undefined ? [] : immutable('value', object['value'] ?? 0, before['value']);
    default:
      return [];
  }
}

/** `ValidateConfigMap`, `ValidateSecret` and their updates. */
function dataErrors(object: NewObject, before: NewObject | undefined): FieldError[] {
  const keys = (part: string): string[] => Object.keys((object[part] as object | undefined) ?? {});
  const parts = ['data', 'binaryData', 'stringData'];
  const size = parts.reduce((sum, part) => sum + JSON.stringify(object[part] ?? {}).length, 0);
  const isFrozen = before?.['immutable'] === true;
  return [
    ...parts.flatMap((part) =>
      keys(part).flatMap((key) => configKey(key).map((problem) => invalid(`${part}[${key}]`, key, problem))),
    ),
    ...(size > MAXIMUM_DATA_BYTES
      ? [{ field: 'data', message: `Too long: may not be more than ${MAXIMUM_DATA_BYTES} bytes` }]
      : []),
    ...(object.kind === 'Secret' && before !== undefined
      ? immutable('type', object['type'] ?? 'Opaque', before['type'])
      : []),
    ...(isFrozen && immutable('data', object['data'], before['data']).length > 0
      ? [{ field: 'data', message: 'Forbidden: field is immutable when `immutable` is set' }]
      : []),
  ];
}

/** pkg/apis/policy/validation, `ValidatePodDisruptionBudgetSpec`. */
function budgetErrors(
  spec: { minAvailable?: unknown; maxUnavailable?: unknown; selector?: LabelSelector } = {},
): FieldError[] {
  const { minAvailable, maxUnavailable } = spec;
  const both = minAvailable !== undefined && maxUnavailable !== undefined;
  const amount = (name: 'minAvailable' | 'maxUnavailable'): FieldError[] => {
    const value = spec[name];
    const field = `spec.${name}`;
    if (typeof value === 'number')
      return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
    if (value === undefined || /^(100|[1-9]?[0-9])%$/.test(String(value))) return [];
    return [
      invalid(
        field,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ];
  };
  return [
    ...(both ? [invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...amount('minAvailable'),
    ...amount('maxUnavailable'),
    ...selectorErrors('spec.selector', spec.selector),
  ];
}

/** pkg/apis/core/validation, `ValidateResourceQuotaSpec`. */
function quotaErrors({ hard = {} }: { hard?: Record<string, unknown> } = {}): FieldError[] {
  return Object.entries(hard).flatMap(([name, amount]) =>
    parseQuantity(amount) < 0
      ? [invalid(`spec.hard[${name}]`, String(amount), 'must be greater than or equal to 0')]
      : [],
  );
}

/** What the schema calls required and the server fills in or takes as zero all the same (v1/defaults.go of each group). */
const FILLED_IN: ReadonlySet<string> = new Set(['rbac.v1.RoleRef.apiGroup', 'scheduling.v1.PriorityClass.value']);

function missingFields(object: NewObject): string[] {
  const type = typeOfKind(object.apiVersion, object.kind);
  return type === undefined ? [] : missingOf(['ref', type], object, '');
}

function missingOf(type: FieldType, value: unknown, path: string): string[] {
  if (typeof type === 'string' || typeof value !== 'object' || value === null) return [];
  if (type[0] === 'ref') return missingFieldsOf(type[1], value as Record<string, unknown>, path);
  const [form, inner] = type;
  if (form === 'list') {
    return (value as unknown[]).flatMap((each, index) => missingOf(inner, each, `${path}[${index}]`));
  }
  return Object.entries(value).flatMap(([key, each]) => missingOf(inner, each, `${path}[${key}]`));
}

function missingFieldsOf(name: string, given: Readonly<Record<string, unknown>>, path: string): string[] {
  const { required: wanted, fields } = structType(name);
  const join = (key: string): string => (path === '' ? key : `${path}.${key}`);
  return [
    ...wanted.filter((key) => given[key] === undefined && !FILLED_IN.has(`${name}.${key}`)).map(join),
    ...Object.entries(given).flatMap(([key, each]) => {
      const field = fields[key];
      return field === undefined ? [] : missingOf(field, each, join(key));
    }),
  ];
}

/** Whether something is said already of the same field, of what holds it or of what it holds. */
const covers = (found: readonly FieldError[], path: string): boolean =>
  found.some(({ field }) => field.startsWith(`${path}.`) || field.startsWith(`${path}[`));

type ServiceSpec = {
  type?: string;
  clusterIP?: string;
  externalName?: string;
  selector?: Labels;
  sessionAffinity?: string;
  ports?: { name?: string; port?: number; targetPort?: number | string; nodePort?: number; protocol?: string }[];
};

/** k8s.io/kubernetes, pkg/apis/core/validation, `ValidateService`; node ports are allocated elsewhere (objects/apply.ts). */
function serviceErrors(spec: ServiceSpec = {}): FieldError[] {
  const { ports = [], type } = spec;
  const names = new Set<string>();
  const portless = type === 'ExternalName' || spec.clusterIP === 'None';
  return [
    ...(ports.length === 0 && !portless ? [required('spec.ports')] : []),
    ...ports.flatMap(({ name = '', port = 0, targetPort, protocol, nodePort }, index) => {
      const path = `spec.ports[${index}]`;
      const repeated = name !== '' && names.has(name) ? [duplicate(`${path}.name`, name)] : [];
      names.add(name);
      return [
        ...(name === '' && ports.length > 1 ? [required(`${path}.name`)] : []),
        ...(name === '' ? [] : dnsLabel(name).map((each) => invalid(`${path}.name`, name, each))),
        ...repeated,
        ...portNumber(port).map((each) => invalid(`${path}.port`, port, each)),
        ...oneOf(`${path}.protocol`, protocol, PROTOCOLS),
        ...(targetPort === undefined ? [] : portOrNameErrors(`${path}.targetPort`, targetPort)),
        ...nonNegative(`${path}.nodePort`, nodePort),
      ];
    }),
    ...labelErrors('spec.selector', spec.selector),
    ...oneOf('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']),
    ...oneOf('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
  ];
}
