import { type Container, containerErrors, type SeccompProfile, seccompErrors } from './container.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  nonNegative,
  oneOf,
  required,
  unsupported,
} from './field-error.ts';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from './name-syntax.ts';
import { annotationErrors, type Labels, labelErrors } from './object-meta.ts';

type Toleration = { key?: string; operator?: string; value?: string; effect?: string; tolerationSeconds?: number };
type Expression = { key?: string; operator?: string; values?: string[] };
export type Pod = {
  containers?: Container[];
  initContainers?: Container[];
  volumes?: { name?: string; [source: string]: unknown }[];
  restartPolicy?: string;
  dnsPolicy?: string;
  serviceAccountName?: string;
  priorityClassName?: string;
  nodeSelector?: Labels;
  tolerations?: Toleration[];
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: { matchExpressions?: Expression[] }[] };
    };
  };
  securityContext?: { seccompProfile?: SeccompProfile };
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
};
export type PodTemplate = { metadata?: { labels?: Labels; annotations?: Labels }; spec?: Pod };

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const NODE_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];

/** A pod: k8s.io/kubernetes, pkg/apis/core/validation, `ValidatePodSpec`. */
export function podErrors(field: string, pod: Pod = {}): FieldError[] {
  const { containers = [], volumes = [] } = pod;
  const names = new Set(volumes.map(({ name = '' }) => name));
  return [
    ...volumeErrors(`${field}.volumes`, volumes),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...containerErrors(`${field}.containers`, containers, names),
    ...containerErrors(`${field}.initContainers`, pod.initContainers ?? [], names),
    ...oneOf(`${field}.restartPolicy`, pod.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(`${field}.dnsPolicy`, pod.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...labelErrors(`${field}.nodeSelector`, pod.nodeSelector),
    ...seccompErrors(`${field}.securityContext.seccompProfile`, pod.securityContext?.seccompProfile),
    ...nameErrors(`${field}.serviceAccountName`, pod.serviceAccountName),
    ...nameErrors(`${field}.priorityClassName`, pod.priorityClassName),
    ...affinityErrors(`${field}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`, pod),
    ...tolerationErrors(`${field}.tolerations`, pod.tolerations),
    ...nonNegative(`${field}.terminationGracePeriodSeconds`, pod.terminationGracePeriodSeconds),
  ];
}

/** `ValidatePodTemplateSpec`, and how a controller judges the policy for restarts, which is `Always` where none is given. */
export function podTemplateErrors(
  field: string,
  template: PodTemplate = {},
  judgeRestarts: (field: string, policy: string) => FieldError[],
): FieldError[] {
  const { restartPolicy = 'Always' } = template.spec ?? {};
  const own = podErrors(`${field}.spec`, template.spec);
  const known = own.some((error) => error.field === `${field}.spec.restartPolicy`);
  return [
    ...labelErrors(`${field}.metadata.labels`, template.metadata?.labels),
    ...annotationErrors(`${field}.metadata.annotations`, template.metadata?.annotations),
    ...own,
    ...(known ? [] : judgeRestarts(`${field}.spec.restartPolicy`, restartPolicy)),
  ];
}

function volumeErrors(field: string, volumes: NonNullable<Pod['volumes']>): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap(({ name = '', ...sources }, index) => {
    const path = `${field}[${index}]`;
    const given = Object.keys(sources);
    const claim = (sources['persistentVolumeClaim'] ?? {}) as { claimName?: string };
    const repeated = names.has(name) ? [duplicate(`${path}.name`, name)] : [];
    names.add(name);
    return [
      ...given.slice(1).map((source) => forbidden(`${path}.${source}`, 'may not specify more than 1 volume type')),
      ...(given.includes('persistentVolumeClaim') && !claim.claimName
        ? [required(`${path}.persistentVolumeClaim.claimName`)]
        : []),
      ...(name === '' ? [required(`${path}.name`)] : dnsLabel(name).map((each) => invalid(`${path}.name`, name, each))),
      ...repeated,
    ];
  });
}

/** `ValidateTolerations`. */
function tolerationErrors(field: string, tolerations: readonly Toleration[] = []): FieldError[] {
  return tolerations.flatMap(({ key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds }, index) => {
    const path = `${field}[${index}]`;
    const ofOperator =
      operator === 'Exists'
        ? value === ''
          ? []
          : [invalid(`${path}.operator`, value, "value must be empty when `operator` is 'Exists'")]
        : operator === 'Equal'
          ? labelValue(value).map((problem) => invalid(`${path}.operator`, value, problem))
          : [unsupported(`${path}.operator`, operator, ['Equal', 'Exists'])];
    return [
      ...(key === '' ? [] : qualifiedName(key).map((problem) => invalid(`${path}.key`, key, problem))),
      ...(key === '' && operator !== 'Exists'
        ? [
            invalid(
              `${path}.operator`,
              operator,
              'operator must be Exists when `key` is empty, which means "match all values and all keys"',
            ),
          ]
        : []),
      ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
        ? [invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
        : []),
      ...ofOperator,
      ...(effect === '' ? [] : oneOf(`${path}.effect`, effect, EFFECTS)),
    ];
  });
}

/** `ValidateNodeSelector`. */
function affinityErrors(field: string, { affinity }: Pod): FieldError[] {
  const selector = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (selector === undefined) return [];
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return terms.flatMap(({ matchExpressions = [] }, term) =>
    matchExpressions.flatMap(({ key = '', operator = '', values = [] }, index) => {
      const path = `${field}.nodeSelectorTerms[${term}].matchExpressions[${index}]`;
      const isSet = operator === 'In' || operator === 'NotIn';
      return [
        ...(NODE_OPERATORS.includes(operator)
          ? []
          : [invalid(`${path}.operator`, operator, 'not a valid selector operator')]),
        ...(isSet && values.length === 0
          ? [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
          : []),
        ...qualifiedName(key).map((problem) => invalid(`${path}.key`, key, problem)),
      ];
    }),
  );
}

const nameErrors = (field: string, name = ''): FieldError[] =>
  name === '' ? [] : dnsSubdomain(name).map((problem) => invalid(field, name, problem));
