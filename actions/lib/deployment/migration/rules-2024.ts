import { quoteValue } from '../quote-value.ts';
import { drop, dropUnlessUnused, type FieldRule, integersOf, isNothing, keepInteger } from './field-rules.ts';
import { deploymentUrl, type FieldRules, sharedParameterRules } from './rules-2022.ts';

const pinned = drop('cluster/versions.yaml pins the versions of all deployments.');
const hourly = drop('The services of the cluster look after volumes and snapshots at times of their own.');

/** Rules for `parameters` of the file of 2024. */
export function parameterRules2024(name: string): FieldRules {
  return {
    ...sharedParameterRules(name),
    lab_short_name: shortName(name),
    lab_domain: deploymentUrl,
    portal_domain: dropUnlessUnused(
      'There was none.',
      'There is no Portal: users sign in through the deployment’s own user pool. Accounts and groups of the Portal do not come along; invite the users, or open sign-up in users.sign_up.',
    ),
    days_till_volume_deletion: inStorage,
    days_till_snapshot_deletion: inStorage,
    days_after_server_stop_till_warning_email: warningDays,
    days_after_server_stop_till_deletion_email: drop('That mail is sent when the data are deleted.'),
    utc_hour_of_day_snapshot_cron_runs: hourly,
    utc_hour_of_day_volume_cron_runs: hourly,
    eks_version: pinned,
    kubectl_version: pinned,
    aws_ebs_csi_driver_version: pinned,
    jupyterhub_helm_version: pinned,
    jupyterhub_hub_image_version: pinned,
    aws_k8s_cni_version: pinned,
    cluster_autoscaler_helm_version: pinned,
    istio_version: dropUnlessUnused(
      'It was switched off.',
      'There is no Istio: what servers may reach is not limited by egress profiles.',
    ),
    dask_helm_version: dropUnlessUnused('It was switched off.', 'There is no Dask gateway.'),
  };
}

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
    note: { kind: 'changed', message: 'It is in the section storage now.' },
  };
};

const warningDays: FieldRule = (field) => {
  const days = integersOf(field);
  if (days === undefined) {
    return { note: { kind: 'decision', message: `${quoteValue(field.text)} is no list of days; the default counts.` } };
  }
  const to = 'storage.days_after_server_stop_till_warning_email';
  const value = [...new Set(days)].sort((a, b) => a - b);
  return { to, value, note: { kind: 'changed', message: 'It is a list in the section storage now.' } };
};
