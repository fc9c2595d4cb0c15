import type { Account } from './account.ts';
import type { Buckets } from './buckets.ts';
import type { Builds } from './builds.ts';
import type { CloudFormation } from './cloudformation.ts';
import type { Clusters } from './clusters.ts';
import type { Existence } from './existence.ts';
import type { ImageRepositories } from './image-repositories.ts';
import type { LogGroups } from './log-groups.ts';
import type { MachineImages } from './machine-images.ts';
import type { Pipelines } from './pipelines.ts';
import type { Records } from './records.ts';
import type { Repositories } from './repositories.ts';
import type { Tagging } from './tagging.ts';
import type { UserPools } from './user-pools.ts';
import type { Volumes } from './volumes.ts';

/** One account and region of AWS, as far as the verbs know it. */
export type AwsPorts = {
  account: Account;
  cloudFormation: CloudFormation;
  pipelines: Pipelines;
  builds: Builds;
  buckets: Buckets;
  images: ImageRepositories;
  clusters: Clusters;
  machineImages: MachineImages;
  volumes: Volumes;
  userPools: UserPools;
  repositories: Repositories;
  logGroups: LogGroups;
  tagging: Tagging;
  existence: Existence;
  /** Of the whole account, whatever the region. */
  records: Records;
  /** Requests sent so far, retries included. */
  callCount(): number;
};
