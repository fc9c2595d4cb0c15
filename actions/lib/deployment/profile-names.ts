import type { Deployment, Group } from './deployment.ts';

/** The group that may become root in its servers. */
export const sudoGroup = 'sudo';

/** Image repositories that every deployment has for itself, so that no image of users can have their names. */
export const reservedImages: readonly string[] = ['hub', 'services'];

/** The group of a profile's name: spaces as `_` (upstream's rule). */
export function groupOf(profileName: string): string {
  return profileName.replaceAll(' ', '_');
}

/** The group through which a profile is visible: the declared one, or that of its name. */
export function visibilityGroup({ name, group }: { name: string; group?: string | undefined }): string {
  return group ?? groupOf(name);
}

/**
 * The name under which the hub's API starts a profile, e.g. `SAR 1` → `sar-1`: lower case, other characters than letters
 * and digits as one hyphen. Depends on the name alone, so that it stays when other profiles come and go.
 */
export function slugOf(profileName: string): string {
  return profileName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/**
 * All groups of a deployment, sorted by name: the declared ones, one per profile, and `sudo`. A group that is not
 * declared is enabled and for its members only.
 */
export function allGroups(deployment: Pick<Deployment, 'groups' | 'profiles'>): Group[] {
  const groups = new Map(deployment.groups.map((group) => [group.name, group]));
  for (const name of [...deployment.profiles.map(visibilityGroup), sudoGroup]) {
    if (!groups.has(name)) groups.set(name, { name, all_users: false, enabled: true });
  }
  return [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
