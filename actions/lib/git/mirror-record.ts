import type { FileChanges } from './tree.ts';

/** Which of a deployment's two repositories. */
export type RepositoryKind = 'container' | 'cluster';

/** What the mirror did, or would do, with one repository; a plain value for plans, records and reports. */
export type MirrorRecord = {
  kind: RepositoryKind;
  /** Name in CodeCommit, e.g. `sar-cluster`. */
  repository: string;
  change: 'created' | 'updated' | 'unchanged';
  upstreamUrl: string;
  upstreamRef: string;
  upstreamCommit: string;
  /** The commit of `main` afterwards. */
  commit: string;
  /** What the overlay changes in the upstream tree; undefined when nothing had to be computed. */
  files?: FileChanges;
  /** Things somebody should know, a sentence each: Git LFS pointers, submodules, unused hook scripts. */
  notes?: string[];
  /** Branches that keep what stood in the way of the mirror. */
  kept?: { branch: string; commit: string }[];
};
