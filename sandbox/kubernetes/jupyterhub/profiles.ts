import type { Values } from '../helm/release.ts';
import { imageOf, list, record, valueAt } from './hub-values.ts';

/** A choice of server: how KubeSpawner's settings are overridden. */
export type SpawnProfile = { slug: string; isDefault: boolean; override: Values; fromCustom: boolean };

/**
 * The hub's profiles: `singleuser.profileList`, or, where a hub's own configuration files make them, what those read
 * from `custom.profiles`: a list of the same form, `{slug?, display_name, default?, kubespawner_override}`. Python is not
 * run here, so what such a file adds beyond that is not imitated.
 */
export function profilesOf(values: Values): SpawnProfile[] {
  const standard = list(valueAt(values, 'singleuser', 'profileList'));
  const fromCustom = standard.length === 0;
  const given = fromCustom ? list(valueAt(values, 'custom', 'profiles')) : standard;
  return given.map((entry) => {
    const profile = record(entry);
    const name = String(profile['display_name'] ?? profile['slug'] ?? '');
    return {
      slug: String(profile['slug'] ?? slugify(name)),
      isDefault: profile['default'] === true,
      override: record(profile['kubespawner_override']),
      fromCustom,
    };
  });
}

/** KubeSpawner's slug of a profile without one. */
const slugify = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/**
 * The profile of a start: the one asked for, else the default one, else the first (KubeSpawner `_get_profile`).
 * @returns a message when there is no such profile; undefined when the hub has no profiles
 */
export function chooseProfile(
  profiles: readonly SpawnProfile[],
  slug: unknown,
): SpawnProfile | { problem: string } | undefined {
  if (profiles.length === 0) return undefined;
  if (slug === undefined) return profiles.find(({ isDefault }) => isDefault) ?? profiles[0];
  const found = profiles.find((profile) => profile.slug === slug);
  if (found) return found;
  return {
    problem: `No such profile: ${String(slug)}. Options include: ${profiles.map((profile) => profile.slug).join(', ')}`,
  };
}

/** What a user's server gets in the end: the chart's `singleuser` values, overridden by the profile. */
export type ServerSettings = {
  image: string;
  nodeSelector: Record<string, string>;
  tolerations: unknown[];
  memoryGuarantee: unknown;
  cpuGuarantee: unknown;
  storageCapacity: string;
  labels: Record<string, string>;
  /** Absent = the namespace's default one. */
  serviceAccount: string | undefined;
  /** Whether the service account's token for Kubernetes is mounted. */
  mountsToken: boolean;
  deletesClaim: boolean;
};

export function serverSettings(values: Values, profile: SpawnProfile | undefined): ServerSettings {
  const singleuser = record(values['singleuser']);
  const override = profile?.override ?? {};
  const spawner = record(valueAt(values, 'hub', 'config', 'KubeSpawner'));
  const texts = (value: unknown): Record<string, string> =>
    Object.fromEntries(Object.entries(record(value)).map(([key, each]) => [key, String(each)]));
  const serviceAccount = override['service_account'] ?? singleuser['serviceAccountName'];
  return {
    image: typeof override['image'] === 'string' ? override['image'] : imageOf(values, 'singleuser', 'image'),
    nodeSelector: texts(override['node_selector'] ?? singleuser['nodeSelector']),
    tolerations: [
      ...list(valueAt(values, 'scheduling', 'userPods', 'tolerations')),
      ...list(override['tolerations'] ?? singleuser['extraTolerations']),
    ],
    memoryGuarantee: override['mem_guarantee'] ?? valueAt(singleuser, 'memory', 'guarantee'),
    cpuGuarantee: override['cpu_guarantee'] ?? valueAt(singleuser, 'cpu', 'guarantee'),
    storageCapacity: String(override['storage_capacity'] ?? valueAt(singleuser, 'storage', 'capacity') ?? '10Gi'),
    labels: { ...texts(singleuser['extraLabels']), ...texts(override['extra_labels']) },
    serviceAccount: typeof serviceAccount === 'string' ? serviceAccount : undefined,
    // Only for an account that is told, unless told otherwise (KubeSpawner `automount_service_account_token`).
    mountsToken: (override['automount_service_account_token'] ?? typeof serviceAccount === 'string') === true,
    // KubeSpawner deletes the claim together with the user unless told otherwise. A hub's own configuration decides
    // about profiles of its own making, so there the default holds.
    deletesClaim:
      (profile?.fromCustom ? undefined : override['delete_pvc']) !== false && spawner['delete_pvc'] !== false,
  };
}
