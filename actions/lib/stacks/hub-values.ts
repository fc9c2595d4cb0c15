import type { Deployment } from '../deployment/deployment.ts';
import { hubGroups, hubProfiles } from './hub-profiles.ts';
import type { Versions } from './versions.ts';

/**
 * The users as which the smoke test starts servers, each one at a time; nobody can sign in under these names. As many
 * machines start at once at most.
 */
const smokeUsers = [1, 2, 3, 4, 5].map((number) => `opensarlab-smoke-${number}`);

/** What the smoke test may do at the hub: with its own users, whose servers it also talks to, and with nobody else's. */
const smokeScopes = smokeUsers.flatMap((user) =>
  ['admin:users', 'admin:servers', 'access:servers'].map((scope) => `${scope}!user=${user}`),
);

/** Host of the account's image registry (Amazon ECR user guide, private registry; China has its own domain). */
function registryOf(deployment: Pick<Deployment, 'aws'>): string {
  const { account_id, region } = deployment.aws;
  return `${account_id}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/**
 * Helm values of the JupyterHub chart that depend on the declaration; the rest is in `cluster/jupyterhub/values.yaml`.
 * The chart refuses unknown keys, so everything of ours is below `custom`.
 */
export function hubValues(deployment: Deployment): Record<string, unknown> {
  const { parameters, name } = deployment;
  return {
    custom: {
      deployment: name,
      cluster_name: `${name}-cluster`,
      region: deployment.aws.region,
      admin_users: [parameters.admin_user_name],
      smoke_users: smokeUsers,
      ...(parameters.ical_url === undefined ? {} : { ical_url: parameters.ical_url }),
      groups: hubGroups(deployment),
      profiles: hubProfiles(deployment, registryOf(deployment)),
      storage: deployment.storage,
    },
    hub: {
      image: { name: `${registryOf(deployment)}/${parameters.container_namespace}/hub` },
      loadRoles: { 'smoke-test': { scopes: smokeScopes } },
    },
  };
}

/** Helm values of the cluster-autoscaler chart. Its service account's permissions come from Pod Identity. */
export function autoscalerValues(deployment: Deployment): Record<string, unknown> {
  return {
    cloudProvider: 'aws',
    awsRegion: deployment.aws.region,
    autoDiscovery: { clusterName: `${deployment.name}-cluster` },
    rbac: { serviceAccount: { name: 'cluster-autoscaler' } },
    nodeSelector: { 'hub.jupyter.org/node-purpose': 'core' },
    extraArgs: {
      'balance-similar-node-groups': false,
      'ignore-daemonsets-utilization': true,
      'scale-down-unneeded-time': '5m',
      'skip-nodes-with-local-storage': false,
    },
  };
}

/** What the smoke test starts, as whom, and which image has to run then. */
export function smokeTest(deployment: Deployment): { users: string[]; profiles: { slug: string; image: unknown }[] } {
  const profiles = hubProfiles(deployment, registryOf(deployment));
  return {
    users: smokeUsers,
    profiles: profiles.map(({ slug, kubespawner_override: { image } }) => ({ slug, image })),
  };
}

/** Shell variables with the pinned versions, sourced by the install script. */
export function versionVariables(versions: Versions): string {
  const { charts, images, tools } = versions;
  const pairs = {
    JUPYTERHUB_CHART_VERSION: charts.jupyterhub.version,
    JUPYTERHUB_CHART_REPOSITORY: charts.jupyterhub.repository,
    AUTOSCALER_CHART_VERSION: charts['cluster-autoscaler'].version,
    AUTOSCALER_CHART_REPOSITORY: charts['cluster-autoscaler'].repository,
    HUB_BASE_IMAGE: images.hub.version,
    SERVICES_BASE_IMAGE: images.node.version,
    HELM_VERSION: tools.helm.version,
  };
  return Object.entries(pairs)
    .map(([key, value]) => `${key}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}
