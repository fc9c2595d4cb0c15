import type { AwsWorld } from '../../world.ts';

export type ClusterVersion = {
  version: string;
  releaseDate: Date;
  endOfStandardSupport: Date;
  endOfExtendedSupport: Date;
};

const version = (name: string, release: string, standard: string, extended: string): ClusterVersion => ({
  version: name,
  releaseDate: new Date(release),
  endOfStandardSupport: new Date(standard),
  endOfExtendedSupport: new Date(extended),
});

/** The release calendar (eks/latest/userguide/kubernetes-versions.html), newest first. */
const VERSIONS: readonly ClusterVersion[] = [
  version('1.36', '2026-06-02', '2027-08-02', '2028-08-02'),
  version('1.35', '2026-01-28', '2027-03-27', '2028-03-27'),
  version('1.34', '2025-10-06', '2026-12-02', '2027-12-02'),
  version('1.33', '2025-05-28', '2026-07-29', '2027-07-29'),
  version('1.32', '2025-01-25', '2026-03-23', '2027-03-23'),
  version('1.31', '2024-09-26', '2025-11-26', '2026-11-26'),
  version('1.30', '2024-05-23', '2025-07-23', '2026-07-23'),
];

export type SupportStatus = 'STANDARD_SUPPORT' | 'EXTENDED_SUPPORT' | 'UNSUPPORTED';

/** In what support a version is at the world's time. */
export function supportStatus(
  world: AwsWorld,
  { endOfStandardSupport, endOfExtendedSupport }: ClusterVersion,
): SupportStatus {
  const now = world.clock.now();
  if (now < endOfStandardSupport) return 'STANDARD_SUPPORT';
  return now < endOfExtendedSupport ? 'EXTENDED_SUPPORT' : 'UNSUPPORTED';
}

/** All versions of the calendar, newest first. */
export const allClusterVersions = (): readonly ClusterVersion[] => VERSIONS;

/** The version that a new cluster gets when none is named. */
export const defaultClusterVersion = (): string => VERSIONS[0]?.version ?? '';

/** Undefined for a version that EKS does not have or no longer supports. */
export const findClusterVersion = (world: AwsWorld, name: string): ClusterVersion | undefined =>
  VERSIONS.find((each) => each.version === name && supportStatus(world, each) !== 'UNSUPPORTED');
