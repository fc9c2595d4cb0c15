import type { Deployment, Profile } from '../deployment/deployment.ts';
import { allGroups, groupOf, slugOf, visibilityGroup } from '../deployment/profile-names.ts';
import { serviceAccountLabel } from './service-account-roles.ts';

/** A profile as the hub's configuration reads it from `custom.profiles`. */
export type HubProfile = {
  display_name: string;
  slug: string;
  /** The group that sees it. */
  group: string;
  description: string;
  default: boolean;
  /** Attributes of KubeSpawner. */
  kubespawner_override: Record<string, unknown>;
};

/** A group as the hub's configuration reads it from `custom.groups`. */
export type HubGroup = { name: string; all_users: boolean; enabled: boolean };

/**
 * The profiles for `custom.profiles`.
 * @param registry host of the images, e.g. `123456789012.dkr.ecr.us-west-2.amazonaws.com`
 */
export function hubProfiles(deployment: Deployment, registry: string): HubProfile[] {
  return deployment.profiles.map((profile) => ({
    display_name: profile.name,
    slug: slugOf(profile.name),
    group: visibilityGroup(profile),
    description: profile.description,
    default: profile.default,
    kubespawner_override: spawnerOverride(deployment, profile, registry),
  }));
}

/** The groups for `custom.groups`. */
export function hubGroups(deployment: Deployment): HubGroup[] {
  return allGroups(deployment).map(({ name, all_users, enabled }) => ({ name, all_users, enabled }));
}

function spawnerOverride(deployment: Deployment, profile: Profile, registry: string): Record<string, unknown> {
  const image = `${registry}/${deployment.parameters.container_namespace}/${profile.image_name}:${profile.image_tag}`;
  return {
    image,
    node_selector: { server_type: profile.node_name },
    storage_capacity: profile.storage_capacity,
    ...limits(profile),
    default_url: frontEnd(profile),
    delete_pvc: profile.delete_user_volumes,
    environment: { OPENSARLAB_PROFILE_NAME: profile.name },
    extra_labels: {
      server_type: profile.node_name,
      profile_name: groupOf(profile.name),
      ...(profile.service_account === undefined ? {} : { [serviceAccountLabel]: profile.service_account }),
    },
    ...identity(profile),
    ...hook(profile),
  };
}

/** KubeSpawner takes text only with a unit, and plain bytes only as a number (traitlets ByteSpecification of JupyterHub). */
function spawnerMemory(text: string | undefined): string | number | undefined {
  return text === undefined || /[KMGT]$/.test(text) ? text : Math.floor(Number(text));
}

function limits(profile: Profile): Record<string, unknown> {
  const pairs = {
    mem_guarantee: spawnerMemory(profile.memory_guarantee),
    mem_limit: spawnerMemory(profile.memory_limit),
    cpu_guarantee: profile.cpu_guarantee,
    cpu_limit: profile.cpu_limit,
  };
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined));
}

/**
 * KubeSpawner mounts the token of a service account that it is told; that would let users talk to Kubernetes, and Pod
 * Identity does without (KubeSpawner, `automount_service_account_token`).
 */
function identity({ service_account: name }: Profile): Record<string, unknown> {
  return name === undefined ? {} : { service_account: name, automount_service_account_token: false };
}

function frontEnd(profile: Profile): string {
  if (profile.classic) return '/nbclassic/tree';
  return profile.desktop ? '/desktop' : '/lab';
}

function hook(profile: Profile): Record<string, unknown> {
  if (profile.hook_script === undefined) return {};
  const command = ['/bin/bash', `/etc/singleuser/hooks/${profile.hook_script}`];
  return { lifecycle_hooks: { postStart: { exec: { command } } } };
}
