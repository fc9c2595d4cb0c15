import type { Deployment, Group } from './deployment.ts';

/** The group that may become root in its servers. */
export const sudoGroup = 'sudo';

/** The group through which a profile is visible: its name with spaces as `_` (upstream's rule). */
export function groupOf(profileName: string): string {
  return profileName.replaceAll(' ', '_');
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
  for (const name of [...deployment.profiles.map((profile) => groupOf(profile.name)), sudoGroup]) {
    if (!groups.has(name)) groups.set(name, { name, all_users: false, enabled: true });
  }
  return [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
