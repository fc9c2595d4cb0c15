import { Failure } from '../failure.ts';
import type { PreflightCheck, PreflightContext, PreflightResult } from './preflight-check.ts';
import { newResources } from './preflight-quotas.ts';

/** Zones in which EKS takes no subnets (Amazon EKS user guide, "Amazon EKS networking requirements for VPC and subnets"). */
const zonesWithoutEks: ReadonlySet<string> = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);

/** Whether the region has what the cluster is made of. */
export const regionChecks: readonly PreflightCheck[] = [
  {
    id: 'zones',
    title: 'Availability zones',
    run: async ({ deployment, states, ports }) => {
      // Subnets that are there stay where they are.
      if (states.get('cluster') !== undefined) return undefined;
      const { region } = deployment.aws;
      const zones = await ports.account.zones();
      const known = new Map(zones.map((zone) => [zone.name, zone]));
      const suffixes = [deployment.parameters.az_suffix, deployment.network.second_az_suffix];
      const problems = suffixes.flatMap((suffix) => {
        const zone = known.get(`${region}${suffix}`);
        if (zone === undefined) return [`there is no zone ${region}${suffix}`];
        if (!zone.isUsable) return [`${zone.name} is not open to the account`];
        return zonesWithoutEks.has(zone.id) ? [`EKS takes no subnets in ${zone.name} (${zone.id})`] : [];
      });
      if (problems.length === 0) {
        return {
          outcome: 'ok',
          detail: `${suffixes.map((suffix) => `${region}${suffix}`).join(' and ')} can be used.`,
        };
      }
      const fit = zones
        .filter(({ id, isUsable }) => isUsable && !zonesWithoutEks.has(id))
        .map(({ name }) => name.slice(region.length));
      return {
        outcome: 'blocker',
        detail: `In this account ${problems.join(', and ')}.`,
        hint: `Choose az_suffix and network.second_az_suffix from ${fit.join(', ')}.`,
      };
    },
  },
  {
    id: 'kubernetes-version',
    title: 'Kubernetes version',
    run: async ({ stacks, states, ports }) => {
      // A cluster that is there keeps its version until it is changed, which CloudFormation judges.
      if (states.get('cluster') !== undefined) return undefined;
      const version = stacks.find(({ kind }) => kind === 'cluster')?.parameters['KubernetesVersion'];
      if (typeof version !== 'string') return undefined;
      return judgeSupport(version, await ports.clusters.versionSupport(version));
    },
  },
  {
    id: 'add-ons',
    title: 'Add-ons of the cluster',
    run: async (context) => {
      const { stacks, states, ports } = context;
      const cluster = stacks.find(({ kind }) => kind === 'cluster');
      if (cluster === undefined || states.get('cluster') !== undefined) return undefined;
      const found: string[] = [];
      for (const value of Object.values(cluster.parameters)) {
        if (typeof value === 'string' || !('first' in value) || typeof value.first === 'string') continue;
        if ('machineImage' in value.first) found.push(await ports.machineImages.recommended(value.first.machineImage));
        else {
          const { addon, kubernetes } = value.first;
          found.push(`${addon} ${await ports.clusters.defaultAddonVersion(addon, kubernetes)}`);
        }
      }
      const kubernetes = cluster.parameters['KubernetesVersion'];
      for (const { addon, version } of pinnedAddons(context)) {
        if (typeof kubernetes !== 'string') continue;
        if (await ports.clusters.hasAddonVersion(addon, version, kubernetes)) found.push(`${addon} ${version}`);
        else throw addonUnfit(addon, version, kubernetes);
      }
      return found.length === 0 ? undefined : { outcome: 'ok', detail: `AWS has ${found.join(', ')}.` };
    },
  },
];

/** Failures of a check that are an answer: what is asked for is not there. */
export const answers: ReadonlySet<string> = new Set(['AddonUnknown', 'NoMachineImage']);

function addonUnfit(addon: string, version: string, kubernetes: string): Failure {
  return new Failure({
    code: 'AddonUnknown',
    source: 'aws',
    message: `EKS has no version ${version} of the add-on ${addon} for Kubernetes ${kubernetes}.`,
    hint: 'Write default, or a version that fits, into cluster/versions.yaml.',
  });
}

function pinnedAddons(context: PreflightContext): { addon: string; version: string }[] {
  return newResources(context).flatMap(({ type, properties: { AddonName, AddonVersion } }) =>
    type === 'AWS::EKS::Addon' && typeof AddonName === 'string' && typeof AddonVersion === 'string'
      ? [{ addon: AddonName, version: AddonVersion }]
      : [],
  );
}

function judgeSupport(version: string, support: 'standard' | 'extended' | 'none'): PreflightResult {
  const hint = 'Put a version with standard support into cluster/versions.yaml.';
  if (support === 'none') return { outcome: 'blocker', detail: `EKS has no Kubernetes ${version} (any more).`, hint };
  if (support === 'standard') return { outcome: 'ok', detail: `EKS supports Kubernetes ${version}.` };
  return {
    outcome: 'warning',
    detail: `Kubernetes ${version} is in extended support, which costs 0.50 USD an hour more.`,
    hint,
  };
}
