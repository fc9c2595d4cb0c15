import type { PlanRow } from '../plan/plan-row.ts';
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
  /**
   * What `main` gets otherwise than CodeCommit has it; where it has none, otherwise than upstream. Undefined when the
   * repository is unchanged.
   */
  files?: FileChanges;
  /** Of `files`, the final templates: the change sets of their stacks tell more; only of a mirror that is looked at. */
  derived?: string[];
  /** The same in the smallest parts that are approved; only of a mirror that is looked at and not written. */
  rows?: PlanRow[];
  /** Things somebody should know, a sentence each: Git LFS pointers, submodules, unused hook scripts. */
  notes?: string[];
  /** Branches that keep what stood in the way of the mirror. */
  kept?: { branch: string; commit: string }[];
};
