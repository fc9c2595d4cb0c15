import fc from 'fast-check';

/** A field's plausible values; `undefined` among them: it may be missing. */
type Fields = Readonly<Record<string, readonly unknown[]>>;

/** A group of fields as upstream's people filled it in. */
export type UpstreamData = Record<string, unknown>;

const account = '123456789012';
const zone = 'us-west-2';

const shared: Fields = {
  cost_tag_key: ['osl-billing', 'CostCenter'],
  cost_tag_value: ['radar', 'Radar-Class', 'radar_2'],
  admin_user_name: ['jdoe', 'JDoe'],
  certificate_arn: [`arn:aws:acm:${zone}:${account}:certificate/0a1b2c3d-1111-2222-3333-444455556666`],
  container_namespace: ['radar-container', 'radar', 'asf/radar'],
};

const urls = ['https://radar.example.org', 'radar.example.org', 'https://Radar.example.org/', 'load balancer'];

const parameters2022: Fields = {
  code_commit_repo_name: ['radar-cluster'],
  code_commit_branch_name: ['main'],
  ...shared,
  admin_email_address: ['jdoe@example.org'],
  admin_email_address_sns_arn: [
    `arn:aws:ses:${zone}:${account}:identity/example.org`,
    `arn:aws:ses:${zone}:${account}:identity/jdoe@example.org`,
  ],
  deployment_url: [...urls, 'Load Balancer'],
  az_suffix: ['a', 'C', 'us-west-2b'],
  ical_url: [undefined, 'https://calendar.example.org/x.ics?a=1&b=2', 'webcal://calendar.example.org/x.ics', 'None'],
  user_whitelist_bucket: [undefined, 'radar-users', null],
  user_whitelist_csv: [undefined, 'users.csv', 'None'],
  vpc_id: [undefined, 'vpc-0123'],
  active_subnets: [undefined, 'subnet-1'],
  all_subnets: [undefined, 'subnet-1,subnet-2'],
  lambda_email_zip: [undefined, 'lambda_email_zip_0a1b2c3d.py.zip'],
  lambda_email_base: [undefined, 'lambda_email_zip_0a1b2c3d'],
};

const parameters2024: Fields = {
  lab_short_name: ['radar', 'smce-prod'],
  ...shared,
  lab_domain: urls,
  portal_domain: ['https://opensciencelab.example.org'],
  days_till_volume_deletion: [0, 5, 365_000],
  days_till_snapshot_deletion: [46, 365_000],
  days_after_server_stop_till_warning_email: [30, '30,37, 41', '1,365000'],
  days_after_server_stop_till_deletion_email: [46],
  utc_hour_of_day_snapshot_cron_runs: [10],
  utc_hour_of_day_volume_cron_runs: [9],
  eks_version: [1.3, '1.29'],
  kubectl_version: ['1.29.3/2024-04-19'],
  aws_ebs_csi_driver_version: ['2.29.0'],
  jupyterhub_helm_version: ['3.3.7'],
  jupyterhub_hub_image_version: ['4.1.5'],
  aws_k8s_cni_version: ['v1.18.0'],
  cluster_autoscaler_helm_version: ['9.36.0'],
  istio_version: ['None', '1.21.0'],
  dask_helm_version: ['None', '2024.1.0'],
};

const hub: Fields = {
  name: ['hub', 'core'],
  instance: ['t3a.xlarge', 't3a.medium'],
  min_number: [1, 0],
  max_number: [1, 2],
  node_policy: ['hub'],
  root_volume_size: [undefined, 16, 100],
  is_hub: [true, false, undefined],
};

const machine: Fields = {
  instance: ['m5a.2xlarge, m5.2xlarge', 'm6a.2xlarge'],
  min_number: [0, '1'],
  max_number: [5, 25],
  node_policy: ['user', 'archive'],
  root_volume_size: [undefined, 20, '100', 16_345],
};

const profile: Fields = {
  description: ['Basic SAR', 'A "large" <b>machine</b> & more', 'Two\nlines'],
  image_name: ['sar', 'Helloworld'],
  image_tag: ['latest', 'b1f4e84', 1_234_567, '2022-08-17-10-11-12'],
  node_name: ['sar1'],
  storage_capacity: ['500Gi', '1Ti', '500G', 536_870_912_000, '100Mi'],
  hook_script: [undefined, 'sar.sh', 'None'],
  memory_guarantee: [undefined, '6G', '512Mi'],
  memory_limit: [undefined, '16G', '16Gi'],
  cpu_guarantee: [undefined, 0.5, '1', '500m'],
  cpu_limit: [undefined, 4, 8],
  delete_user_volumes: [undefined, true, false, 'yes'],
  classic: [undefined, true, false],
  default: [undefined, true, false],
};

const profile2024: Fields = {
  ...profile,
  desktop: [undefined, true, false],
  service_account: [undefined, 'archive-reader'],
  egress_profile: [undefined, 'none', 'None', 'default', 'university'],
};

const serviceAccount = {
  name: 'archive-reader',
  namespace: 'jupyter',
  permissions: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::archive/*' }],
};
const trusts = [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' }];

function filled(fields: Fields): fc.Arbitrary<UpstreamData> {
  const values = Object.fromEntries(Object.entries(fields).map(([name, choice]) => [name, fc.constantFrom(...choice)]));
  return fc
    .record(values)
    .map((group) => Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined)));
}

/** So many groups, with names in order. */
function named(fields: Fields, names: readonly string[], most = names.length): fc.Arbitrary<UpstreamData[]> {
  return fc
    .array(filled(fields), { minLength: 1, maxLength: most })
    .map((groups) => groups.map((group, index) => ({ name: names[index], ...group })));
}

/** Upstream's `opensarlab.yaml` of 2022 with every field filled in plausibly. */
export const data2022: fc.Arbitrary<UpstreamData> = fc.record({
  parameters: filled(parameters2022),
  nodes: fc.tuple(filled(hub), named(machine, ['sar1', 'sar2'])).map(([first, rest]) => [first, ...rest]),
  profiles: named(profile, ['SAR 1', 'SAR 2 (large)', 'SAR’s 3']),
});

const dask = filled({ ...machine, node_policy: ['dask_worker'], is_dask_worker: [true], is_spot: [undefined, true] });

/** Upstream's `opensciencelab.yaml` of 2024 with every field filled in plausibly. */
export const data2024: fc.Arbitrary<UpstreamData> = fc.record({
  parameters: filled(parameters2024),
  nodes: fc
    .tuple(filled(hub), fc.array(dask, { maxLength: 1 }), named({ ...machine, is_spot: [undefined, true] }, ['sar1']))
    .map(([first, workers, rest]) => [first, ...workers.map((worker) => ({ name: 'worker', ...worker })), ...rest]),
  service_accounts: fc.boolean().map((more) => [{ ...serviceAccount, ...(more ? { trusts } : {}) }]),
  dask_profiles: fc.constant([{ name: 'Example 1', description: 'x', image_url: 'x/y:z', node_name: 'worker' }]),
  lab_profiles: named(profile2024, ['SAR 1', 'm6a.4xlarge']),
});
