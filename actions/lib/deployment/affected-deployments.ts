/** A deployment that a change concerns, and why, in words for people. */
export type AffectedDeployment = { name: string; reason: string };

/** Folders whose content goes into every deployment. */
const sharedFolders = ['images/', 'cluster/', 'schemas/', 'actions/'] as const;

/** Deployment folders have names that could be deployments; `_example` and the like are never deployed. */
const folderOf = (path: string): string | undefined => /^deployments\/([^/_][^/]*)\//.exec(path)?.[1];

/**
 * Which deployments a change concerns, derived from the tree.
 * @param existing names of the deployment folders after the change
 * @param paths changed paths from the repository's root; undefined: not known, so all are concerned
 */
export function affectedDeployments(
  existing: readonly string[],
  paths: readonly string[] | undefined,
): { present: AffectedDeployment[]; removed: AffectedDeployment[] } {
  const deployable = existing.filter((name) => !name.startsWith('_')).sort();
  if (paths === undefined) {
    return { present: deployable.map((name) => ({ name, reason: 'there is nothing to compare with' })), removed: [] };
  }
  const shared = sharedFolders.find((folder) => paths.some((path) => path.startsWith(folder)));
  const touched = new Set(paths.map(folderOf).filter((name) => name !== undefined));
  const present = deployable
    .filter((name) => shared !== undefined || touched.has(name))
    .map((name) => ({ name, reason: touched.has(name) ? 'its folder changed' : `${shared} changed` }));
  const removed = [...touched]
    .filter((name) => !existing.includes(name))
    .sort()
    .map((name) => ({ name, reason: 'its folder is gone' }));
  return { present, removed };
}
