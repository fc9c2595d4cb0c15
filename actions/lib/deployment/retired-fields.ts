const inStack = 'Remove it: the deployment has its own network, which its stack makes.';
const pinned = 'Remove it: cluster/versions.yaml pins the versions of all deployments.';
const lifecycle = 'Move it to the section storage.';
const dask = 'Remove it: Dask gateways are not part of a deployment.';

/** Fields of upstream's files that have no home here, with the sentence that says why and what to do. */
const retired: Readonly<Record<string, string>> = {
  '/parameters/vpc_id': inStack,
  '/parameters/active_subnets': inStack,
  '/parameters/all_subnets': inStack,
  '/parameters/lambda_email_zip': 'Remove it: functions are part of the stack.',
  '/parameters/lambda_email_base': 'Remove it: functions are part of the stack.',
  '/parameters/lab_short_name': 'Use cost_tag_value: it names the deployment.',
  '/parameters/lab_domain': 'Use deployment_url.',
  '/parameters/portal_domain': 'Remove it: users sign in through the deployment’s own user pool.',
  '/parameters/eks_version': pinned,
  '/parameters/kubectl_version': pinned,
  '/parameters/aws_ebs_csi_driver_version': pinned,
  '/parameters/aws_k8s_cni_version': pinned,
  '/parameters/cluster_autoscaler_helm_version': pinned,
  '/parameters/jupyterhub_helm_version': pinned,
  '/parameters/jupyterhub_hub_image_version': pinned,
  '/parameters/istio_version': 'Remove it: Istio is not part of a deployment.',
  '/parameters/dask_helm_version': dask,
  '/parameters/days_till_volume_deletion': lifecycle,
  '/parameters/days_till_snapshot_deletion': lifecycle,
  '/parameters/days_after_server_stop_till_warning_email':
    'Move it to the section storage, as a list such as [30, 37].',
  '/parameters/days_after_server_stop_till_deletion_email':
    'Remove it: the mail goes out on the day of storage.days_till_snapshot_deletion.',
  '/parameters/utc_hour_of_day_snapshot_cron_runs': 'Remove it: the hour is not a setting.',
  '/parameters/utc_hour_of_day_volume_cron_runs': 'Remove it: the hour is not a setting.',
  '/nodes/*/is_dask_controller': dask,
  '/nodes/*/is_dask_worker': dask,
  '/profiles/*/image_url': 'Use image_name, the name of a folder below images/, and image_tag.',
  '/profiles/*/egress_profile': 'Remove it: what servers may reach is not restricted per profile.',
  '/service_accounts/*/trusts': 'Remove it: only servers of the profiles that name the service account may use it.',
  '/lab_profiles': 'Call the section profiles, and name images by image_name and image_tag.',
  '/dask_profiles': dask,
};

/** Fields that have another name here and hold what the retired one held. */
const renamed: Readonly<Record<string, string>> = {
  '/parameters/lab_short_name': 'cost_tag_value',
  '/parameters/lab_domain': 'deployment_url',
  '/profiles/*/image_url': 'image_name',
  '/lab_profiles': 'profiles',
};

/** What this field of an upstream file is called here, in the same group; undefined when it has no such home. */
export function renamedTo(path: string): string | undefined {
  const general = generalized(path);
  return Object.hasOwn(renamed, general) ? renamed[general] : undefined;
}

/** Why this field of an upstream file is not ours; undefined when it never was one. @param path JSON pointer */
export function whyRetired(path: string): string | undefined {
  const general = generalized(path);
  return Object.hasOwn(retired, general) ? retired[general] : undefined;
}

function generalized(path: string): string {
  return path.replace(/\/[0-9]+(?=\/)/, '/*');
}
