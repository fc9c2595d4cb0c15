import { quoteValue } from '../quote-value.ts';
import {
  drop,
  dropUnlessUnused,
  type FieldRule,
  type FieldRules,
  integersOf,
  isNothing,
  keepInteger,
} from './field-rules.ts';
import { deploymentUrl } from './rules-2022.ts';

const pinned = drop('cluster/versions.yaml pins the versions of all deployments.');
const hourly = drop('Nothing runs by the hour: volumes and snapshots stay until the teardown.');
const unlimited = dropUnlessUnused('It was switched off.', 'There is no Istio: what servers may reach is not limited.');

/** Rules for what `parameters` got from 2023 on. @param name the deployment's name, after any change */
export function parameterRules2024(name: string): FieldRules {
  return {
    lab_short_name: shortName(name),
    lab_domain: deploymentUrl,
    portal_domain: dropUnlessUnused(
      'There was none.',
      'There is no Portal: users sign in through the deployment’s own user pool. Accounts and groups of the Portal do not come along; invite the users, or open sign-up in users.sign_up.',
    ),
    days_till_volume_deletion: inStorage,
    days_till_snapshot_deletion: inStorage,
    days_after_server_stop_till_warning_email: warningDays,
    days_after_server_stop_till_deletion_email: drop('No such mail is sent.'),
    utc_hour_of_day_snapshot_cron_runs: hourly,
    utc_hour_of_day_volume_cron_runs: hourly,
    portal_namespace: drop('There is no Portal.'),
    ...versionRules,
    istio_version: unlimited,
    domain_whitelist_bucket: unlimited,
    domain_whitelist_bucket_name: unlimited,
    dask_helm_version: dropUnlessUnused('It was switched off.', 'There is no Dask gateway.'),
  };
}

/** Versions, which files of 2023 had in `parameters` or in a section `cluster`. */
export const versionRules: FieldRules = Object.fromEntries(
  [
    'eks_version',
    'kubectl_version',
    'helm_3_version',
    'aws_ebs_csi_driver_version',
    'jupyterhub_helm_version',
    'jupyterhub_hub_image_version',
    'aws_k8s_cni_version',
    'cluster_autoscaler_helm_version',
  ].map((field) => [field, pinned]),
);

/** The section `istio` of 2023. */
export const istioRules: FieldRules = {
  is_enabled: ({ value }) =>
    value === false
      ? { note: { kind: 'dropped', message: 'It was switched off.' } }
      : { note: { kind: 'decision', message: 'There is no Istio: what servers may reach is not limited.' } },
  domain_whitelist_bucket: unlimited,
  domain_whitelist_bucket_name: unlimited,
};

function shortName(name: string): FieldRule {
  return ({ text }) => {
    if (isNothing(text) || text === name)
      return { note: { kind: 'dropped', message: 'cost_tag_value names the deployment.' } };
    return {
      note: {
        kind: 'decision',
        message: `cost_tag_value ${quoteValue(name)} names the deployment; addresses with /lab/${text}/ in them end.`,
      },
    };
  };
}

const inStorage: FieldRule = (field) => {
  const outcome = keepInteger(field);
  if (outcome.to === undefined) return outcome;
  return {
    ...outcome,
    to: `storage.${outcome.to}`,
    note: {
      kind: 'changed',
      message: 'It is in the section storage now. Nothing acts on it yet: volumes stay until the teardown.',
    },
  };
};

const warningDays: FieldRule = (field) => {
  const days = integersOf(field);
  if (days === undefined) {
    return { note: { kind: 'decision', message: `${quoteValue(field.text)} is no list of days; the default counts.` } };
  }
  const to = 'storage.days_after_server_stop_till_warning_email';
  const value = [...new Set(days)].sort((a, b) => a - b);
  return {
    to,
    value,
    note: {
      kind: 'changed',
      message: 'It is a list in the section storage now. Nothing acts on it yet: no such mail is sent.',
    },
  };
};
