export type ReleaseStatus =
  | 'deployed'
  | 'failed'
  | 'superseded'
  | 'uninstalled'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

export type Values = Record<string, unknown>;

/** One revision of an installed chart. */
export type Release = {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly chart: string;
  /** URL of the chart's repository. */
  readonly repository: string;
  readonly chartVersion: string;
  readonly appVersion: string;
  status: ReleaseStatus;
  description: string;
  readonly updatedAt: Date;
  /** What the user gave, and that merged into the chart's defaults. */
  readonly userValues: Values;
  readonly values: Values;
  /** Keys of its objects in the cluster. */
  objectKeys: string[];
};

/** Where a cluster keeps the revisions of each release. */
type ReleaseHolder = { readonly releases: Map<string, Release[]> };

const releaseKey = (namespace: string, name: string): string => `${namespace}/${name}`;

/** All revisions of a release, oldest first; empty when there is none. */
export const historyOf = (cluster: ReleaseHolder, namespace: string, name: string): Release[] =>
  cluster.releases.get(releaseKey(namespace, name)) ?? [];

/** The newest revision. */
export const latestRelease = (cluster: ReleaseHolder, namespace: string, name: string): Release | undefined =>
  historyOf(cluster, namespace, name).at(-1);

export function addRevision(cluster: ReleaseHolder, release: Release): void {
  cluster.releases.set(releaseKey(release.namespace, release.name), [
    ...historyOf(cluster, release.namespace, release.name),
    release,
  ]);
}

export const forgetRelease = (cluster: ReleaseHolder, namespace: string, name: string): boolean =>
  cluster.releases.delete(releaseKey(namespace, name));

/** The newest revision of every release, in one namespace or in all. */
export const allReleases = (cluster: ReleaseHolder, namespace?: string): Release[] =>
  [...cluster.releases.values()]
    .flatMap((history) => history.at(-1) ?? [])
    .filter((release) => namespace === undefined || release.namespace === namespace);
