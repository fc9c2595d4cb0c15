import type { NewObject } from '../cluster-state.ts';
import type { Kind } from '../objects/kinds.ts';
import { type FieldError, forbidden, invalid, required } from './field-error.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './name-syntax.ts';

export type Labels = Readonly<Record<string, string>>;
export type LabelSelector = {
  matchLabels?: Labels;
  matchExpressions?: { key?: string; operator?: string; values?: string[] }[];
};

/** Kinds whose names are DNS labels: pkg/apis/core/validation, `ValidateNamespaceName`, `ValidateServiceName`. */
const NAMED_BY_LABEL: readonly string[] = ['Namespace', 'Service'];
/** RBAC takes any name that is a segment of a path: k8s.io/kubernetes, pkg/apis/rbac/validation, `ValidateRBACName`. */
const NAMED_BY_SEGMENT: readonly string[] = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
/** 63 less the suffix that a CronJob's jobs get: pkg/apis/batch/validation, `ValidateCronJobCreate`. */
const LONGEST_CRON_JOB = 52;
const ANNOTATIONS_BYTES = 262_144;

/** Name, labels and annotations (k8s.io/apimachinery, pkg/api/validation/objectmeta.go). */
export function objectMetaErrors(kind: Kind, { name, labels, annotations }: NewObject['metadata']): FieldError[] {
  return [
    ...nameProblems(kind.kind, name).map((problem) => invalid('metadata.name', name, problem)),
    ...labelErrors('metadata.labels', labels),
    ...annotationErrors('metadata.annotations', annotations),
  ];
}

function nameProblems(kind: string, name: string): string[] {
  if (NAMED_BY_LABEL.includes(kind)) return dnsLabel(name);
  if (NAMED_BY_SEGMENT.includes(kind)) {
    return name === '.' || name === '..'
      ? [`may not be '${name}'`]
      : /[/%]/.test(name)
        ? ["may not contain '/' or '%'"]
        : [];
  }
  if (kind === 'CronJob' && name.length > LONGEST_CRON_JOB) return ['must be no more than 52 characters'];
  return dnsSubdomain(name);
}

export const labelErrors = (field: string, labels: Labels = {}): FieldError[] =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedName(key).map((problem) => invalid(field, key, problem)),
    ...labelValue(value).map((problem) => invalid(field, value, problem)),
  ]);

export function annotationErrors(field: string, annotations: Labels = {}): FieldError[] {
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return [
    ...Object.keys(annotations).flatMap((key) =>
      qualifiedName(key.toLowerCase()).map((problem) => invalid(field, key, problem)),
    ),
    ...(size > ANNOTATIONS_BYTES
      ? [{ field, message: `Too long: may not be more than ${ANNOTATIONS_BYTES} bytes` }]
      : []),
  ];
}

/** k8s.io/apimachinery, pkg/apis/meta/v1/validation, `ValidateLabelSelector`. */
export function selectorErrors(field: string, selector: LabelSelector = {}): FieldError[] {
  const expressions = (selector.matchExpressions ?? []).flatMap(({ key = '', operator, values = [] }, index) => {
    const path = `${field}.matchExpressions[${index}]`;
    const isSet = operator === 'In' || operator === 'NotIn';
    const ofOperator = isSet
      ? values.length === 0
        ? [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
        : []
      : operator === 'Exists' || operator === 'DoesNotExist'
        ? values.length > 0
          ? [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
          : []
        : [invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator')];
    return [
      ...ofOperator,
      ...qualifiedName(key).map((problem) => invalid(`${path}.key`, key, problem)),
      ...values.flatMap((value, at) =>
        labelValue(value).map((problem) => invalid(`${path}.values[${at}]`, value, problem)),
      ),
    ];
  });
  return [...labelErrors(`${field}.matchLabels`, selector.matchLabels), ...expressions];
}

/** Whether labels are what a selector asks for. */
export function isSelected({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    matchExpressions.every(({ key = '', operator, values = [] }) => {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      return (operator === 'Exists') === (value !== undefined);
    })
  );
}
