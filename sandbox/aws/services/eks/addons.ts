import { randomUUID } from 'node:crypto';
import { load } from 'js-yaml';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { after } from '../ec2/ec2-state.ts';
import { type Addon, type Cluster, lifecycleStatus, refuseParameter } from './eks-state.ts';

/** Virtual seconds from the start to ACTIVE, and to gone. */
const ADDON_SECONDS = { create: 40, delete: 15 };

/**
 * Add-ons of AWS (eks/latest/userguide/workloads-add-ons-available-eks.html) with the version a new one gets. The
 * sandbox does not know every version that was ever published: a version must only have the right form.
 */
const KNOWN_ADDONS: Readonly<Record<string, string>> = {
  'vpc-cni': 'v1.21.1-eksbuild.3',
  coredns: 'v1.13.2-eksbuild.1',
  'kube-proxy': 'v1.35.0-eksbuild.2', // for 1.35; see defaultAddonVersions
  'eks-pod-identity-agent': 'v1.3.10-eksbuild.2',
  'aws-ebs-csi-driver': 'v1.64.0-eksbuild.1',
  'snapshot-controller': 'v8.4.0-eksbuild.1',
  'metrics-server': 'v0.8.0-eksbuild.5',
  'amazon-cloudwatch-observability': 'v4.9.0-eksbuild.1',
};

/**
 * The version that a new add-on gets in a cluster of some version, by name. That of kube-proxy has the cluster's minor
 * version (eks/latest/userguide/managing-kube-proxy.html, versions by Kubernetes version).
 */
export function defaultAddonVersions(kubernetesVersion: string): Readonly<Record<string, string>> {
  return { ...KNOWN_ADDONS, 'kube-proxy': `v${kubernetesVersion}.0-eksbuild.2` };
}

/** Top-level keys of the EBS CSI add-on's configuration schema (DescribeAddonConfiguration). */
const EBS_CSI_KEYS = [
  'additionalDaemonSets',
  'controller',
  'defaultStorageClass',
  'fips',
  'node',
  'sidecars',
  'volumeModification',
];

export type NewAddon = Pick<Addon, 'name' | 'configurationValues' | 'serviceAccountRoleArn' | 'tags'> & {
  version: string | undefined;
};

/**
 * CreateAddon (API_CreateAddon.html).
 * @throws AwsError InvalidParameterException, ResourceInUseException
 */
export function makeAddon(world: AwsWorld, cluster: Cluster, made: NewAddon): Addon {
  const version = checkAddon(cluster, made);
  if (cluster.addons.has(made.name)) {
    throw new AwsError('ResourceInUseException', 'Addon already exists.', 409);
  }
  const addon: Addon = {
    ...made,
    version,
    arn: `arn:aws:eks:${cluster.region}:${world.accountId}:addon/${cluster.name}/${made.name}/${randomUUID()}`,
    createdAt: world.clock.now(),
    readyAt: after(world, ADDON_SECONDS.create),
  };
  cluster.addons.set(addon.name, addon);
  return addon;
}

/**
 * The version the add-on gets.
 * @throws AwsError InvalidParameterException
 */
export function checkAddon(cluster: Cluster, made: Pick<NewAddon, 'name' | 'version' | 'configurationValues'>): string {
  const defaults = defaultAddonVersions(cluster.version);
  const standard = Object.hasOwn(defaults, made.name) ? defaults[made.name] : undefined;
  if (standard === undefined) return refuseParameter(`Addon ${made.name} specified is not supported`);
  const version = made.version ?? standard;
  const minor = /^v1\.(\d+)\.\d+-eksbuild\.\d+$/.exec(version)?.[1];
  // kube-proxy may not be newer than the API server (kubernetes.io/releases/version-skew-policy, kube-proxy).
  const tooNew = made.name === 'kube-proxy' && Number(minor) > Number(cluster.version.split('.')[1]);
  if (tooNew || !/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(version)) {
    refuseParameter('Addon version specified is not supported');
  }
  const configuration = parseConfiguration(made.configurationValues);
  const unknown = Object.keys(configuration).filter(
    (key) => made.name === 'aws-ebs-csi-driver' && !EBS_CSI_KEYS.includes(key),
  );
  if (unknown.length > 0) {
    refuseParameter(
      `ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$: property '${unknown.join("', '")}' is not defined in the schema and the schema does not allow additional properties]`,
    );
  }
  return version;
}

/** An add-on's configuration as an object; JSON is YAML too. */
export function parseConfiguration(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = load(text);
  } catch (error) {
    return refuseParameter(
      `ConfigurationValue is not in JSON or YAML format: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuseParameter('ConfigurationValue is not in JSON or YAML format');
  }
  return value as Record<string, unknown>;
}

/** DeleteAddon; its pod identity associations go with it, and what is gone already is no error. */
export function removeAddon(world: AwsWorld, cluster: Cluster, name: string): void {
  const addon = cluster.addons.get(name);
  if (!addon || addon.goneAt !== undefined) return;
  addon.goneAt = after(world, ADDON_SECONDS.delete);
  for (const [id, { ownerArn }] of cluster.podIdentities) if (ownerArn === addon.arn) cluster.podIdentities.delete(id);
}

/** Whether a cluster has an add-on that works. */
export function hasActiveAddon(world: AwsWorld, cluster: Cluster, name: string): boolean {
  const addon = cluster.addons.get(name);
  return addon !== undefined && lifecycleStatus(world, addon) === 'ACTIVE';
}

/** Pods get addresses from the VPC CNI: EKS's own, or the add-on (eks/latest/userguide/managing-vpc-cni.html). */
export const hasNetworkPlugin = (world: AwsWorld, cluster: Cluster): boolean =>
  cluster.selfManagedAddons || hasActiveAddon(world, cluster, 'vpc-cni');
