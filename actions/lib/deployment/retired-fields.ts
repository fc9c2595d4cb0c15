/** Fields of upstream's files that have no home here, with the sentence that says why and what to do. */
const retired: Readonly<Record<string, string>> = {
  '/parameters/code_commit_repo_name': 'Remove it: the repositories are always called NAME-container and NAME-cluster.',
  '/parameters/code_commit_branch_name': 'Remove it: the pipelines always build the branch main.',
  '/parameters/user_whitelist_bucket': 'Remove it and list the domains in users.allowed_email_domains.',
  '/parameters/user_whitelist_csv': 'Remove it and list the domains in users.allowed_email_domains.',
  '/parameters/vpc_id': 'Remove it: the deployment has its own VPC.',
  '/parameters/active_subnets': 'Remove it: the deployment has its own subnets.',
  '/parameters/all_subnets': 'Remove it: the deployment has its own subnets.',
  '/parameters/lambda_email_zip': 'Remove it: functions are part of the stack.',
  '/parameters/lambda_email_base': 'Remove it: functions are part of the stack.',
  '/parameters/lab_short_name': 'Use cost_tag_value: it names the deployment.',
  '/parameters/lab_domain': 'Use deployment_url.',
  '/parameters/portal_domain': 'Remove it: users sign in through the deployment’s own user pool.',
  '/parameters/eks_version': 'Remove it: cluster/versions.yaml pins the versions of all deployments.',
  '/parameters/kubectl_version': 'Remove it: cluster/versions.yaml pins the versions of all deployments.',
  '/parameters/jupyterhub_helm_version': 'Remove it: cluster/versions.yaml pins the versions of all deployments.',
  '/parameters/days_till_volume_deletion': 'Move it to the section storage.',
  '/parameters/days_till_snapshot_deletion': 'Move it to the section storage.',
  '/parameters/days_after_server_stop_till_warning_email': 'Move it to the section storage, as a list.',
  '/lab_profiles': 'Call the section profiles, and name images by image_name and image_tag.',
  '/dask_profiles': 'Remove it: Dask gateways are not part of a deployment.',
  '/service_accounts': 'Remove it: service accounts are not part of a deployment yet.',
};

/** Why this field of an upstream file is not ours; undefined when it never was one. */
export function whyRetired(path: string): string | undefined {
  return Object.hasOwn(retired, path) ? retired[path] : undefined;
}
