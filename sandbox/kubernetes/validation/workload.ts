import { type FieldError, forbidden, immutable, invalid, nonNegative, oneOf, required } from './field-error.ts';
import { isSelected, type LabelSelector, selectorErrors } from './object-meta.ts';
import { type PodTemplate, podTemplateErrors } from './pod.ts';

type DeploymentSpec = {
  replicas?: number;
  selector?: LabelSelector;
  template?: PodTemplate;
  strategy?: { type?: string; rollingUpdate?: object };
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
};
type CronJobSpec = {
  schedule?: string;
  concurrencyPolicy?: string;
  startingDeadlineSeconds?: number;
  successfulJobsHistoryLimit?: number;
  failedJobsHistoryLimit?: number;
  jobTemplate?: { spec?: { template?: PodTemplate; backoffLimit?: number } };
};

/** k8s.io/kubernetes, pkg/apis/apps/validation, `ValidateDeploymentSpec` and `ValidateDeploymentUpdate`. */
export function deploymentErrors(spec: DeploymentSpec = {}, before?: DeploymentSpec): FieldError[] {
  const { selector, template, strategy } = spec;
  const labels = template?.metadata?.labels;
  const isEmpty = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
  const ofSelector =
    selector === undefined
      ? [required('spec.selector')]
      : isEmpty
        ? [invalid('spec.selector', selector, 'empty selector is invalid for deployment')]
        : [];
  const matches = isSelected(selector ?? {}, labels);
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...ofSelector,
    ...selectorErrors('spec.selector', selector),
    ...(matches
      ? []
      : [invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
    ...podTemplateErrors('spec.template', template, (field, policy) => oneOf(field, policy, ['Always'])),
    ...(template?.spec?.activeDeadlineSeconds === undefined
      ? []
      : [
          forbidden('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in ReplicaSet is not Supported'),
        ]),
    ...oneOf('spec.strategy', strategy?.type, ['Recreate', 'RollingUpdate']),
    ...(strategy?.type === 'Recreate' && strategy.rollingUpdate !== undefined
      ? [forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
      : []),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds),
    ...(before === undefined ? [] : immutable('spec.selector', selector, before.selector)),
  ];
}

/** k8s.io/kubernetes, pkg/apis/batch/validation, `validateCronJobSpec`. The schedule's fields are robfig/cron's. */
export function cronJobErrors(spec: CronJobSpec = {}): FieldError[] {
  const { schedule = '', jobTemplate } = spec;
  return [
    ...(schedule === '' ? [required('spec.schedule')] : scheduleErrors(schedule)),
    ...oneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...podTemplateErrors('spec.jobTemplate.spec.template', jobTemplate?.spec?.template, jobRestartErrors),
    ...nonNegative('spec.jobTemplate.spec.backoffLimit', jobTemplate?.spec?.backoffLimit),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

/** `ValidateJobSpec`: what may also be a default is called missing. */
const jobRestartErrors = (field: string, policy: string): FieldError[] =>
  policy === 'Always'
    ? [required(field, 'valid values: "OnFailure", "Never"')]
    : oneOf(field, policy, ['OnFailure', 'Never']);

function scheduleErrors(schedule: string): FieldError[] {
  if (/TZ/.test(schedule)) {
    return [invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  }
  if (/^@(annually|daily|hourly|midnight|monthly|weekly|yearly)$|^@every \S+$/.test(schedule)) return [];
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5) {
    const found = `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
    return [invalid('spec.schedule', schedule, found)];
  }
  const wrong = fields.find((each) => !/^[0-9A-Za-z*/?,-]+$/.test(each));
  return wrong === undefined ? [] : [invalid('spec.schedule', schedule, `failed to parse int from ${wrong}`)];
}
