import type { Failure } from '../failure.ts';
import type { CloudFormation } from './cloudformation.ts';
import type { Records } from './records.ts';

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

export type Certificate = {
  arn: string;
  /** `ISSUED`, `PENDING_VALIDATION`, `EXPIRED` … */
  status: string;
  /** Common name and alternative names, wildcards as they are. */
  names: string[];
  expiresAt?: Date;
};

/** What the verbs ask about an account before and after a deployment. */
export type Account = {
  /** Of the credentials in use. */
  identity(): Promise<{ accountId: string; arn: string }>;
  certificate(arn: string): Promise<Certificate | undefined>;
  /** Amazon SES in this region. */
  mailAccount(): Promise<{ productionAccess: boolean; sendingEnabled: boolean }>;
  /** Undefined when SES knows no such address or domain. */
  mailIdentity(identity: string): Promise<{ verified: boolean } | undefined>;
  secretExists(name: string): Promise<boolean>;
  /** The document, JSON text, of the policy's version in force; undefined when there is no such policy. */
  policyDocument(arn: string): Promise<string | undefined>;
  /** Those of the types that the zone offers. */
  offeredInstanceTypes(types: readonly string[], zone: string): Promise<string[]>;
  /** Virtual CPUs by instance type; unknown types are left out. */
  virtualCpus(types: readonly string[]): Promise<Record<string, number>>;
  /** What the region has by now of what a new cluster takes. */
  networkUse(): Promise<NetworkUse>;
  /** NAT gateways that count in a zone. @param zone e.g. `us-west-2a` */
  natGateways(zone: string): Promise<number>;
  /** Of the region, as this account sees them. */
  zones(): Promise<Zone[]>;
  /** Undefined when there is no role of this name. */
  role(name: string): Promise<Role | undefined>;
  /** What tokens of an identity provider may be meant for; undefined when the account has no such provider. */
  audiencesOf(providerArn: string): Promise<string[] | undefined>;
  /** Undefined when AWS states no value for this account. */
  quota(serviceCode: string, quotaCode: string): Promise<number | undefined>;
  /** Undefined when AWS has never seen the key, or this account may not ask (only the paying account may). */
  costTagStatus(key: string): Promise<'Active' | 'Inactive' | undefined>;
};

/** What a region holds of an account, counted where only the number matters. */
export type NetworkUse = {
  /** The default one too. */
  vpcs: number;
  /** Elastic IP addresses. */
  addresses: number;
  /** Names of EKS clusters. */
  clusters: string[];
  /** Names of application load balancers. */
  loadBalancers: string[];
};

export type Zone = {
  name: string;
  /** The same place in every account, e.g. `usw2-az1`. */
  id: string;
  /** False for a zone that is closed to the account, or out of order. */
  isUsable: boolean;
};

export type Role = {
  /** Its trust policy, JSON text. */
  trust: string;
  tags: Record<string, string>;
};

/** What the verbs need of Amazon S3. */
export type Buckets = {
  /** True when the bucket exists and this account owns it. */
  exists(bucket: string): Promise<boolean>;
  /**
   * Deletes every object, version, delete marker and unfinished upload; the bucket itself stays, because its stack
   * deletes it. A bucket that is gone is no error.
   * @returns how many entries were deleted
   */
  empty(bucket: string): Promise<number>;
};

export type Build = {
  id: string;
  status: 'SUCCEEDED' | 'FAILED' | 'FAULT' | 'TIMED_OUT' | 'IN_PROGRESS' | 'STOPPED';
  startedAt: Date;
  finishedAt?: Date;
  /** The commit it was asked to build. */
  commit?: string;
  /** Plain-text environment variables of this build. */
  environment: Record<string, string>;
  /** First phase that failed, with CodeBuild's own words. */
  failedPhase?: { name: string; message: string };
  logUrl?: string;
  /** Where CloudWatch Logs has its output. */
  log?: LogStreamName;
};

export type BuildRequest = {
  project: string;
  /** Overrides of plain-text variables. */
  environment: Record<string, string>;
  /** A CodeCommit repository's HTTPS clone URL, and the commit to check out. */
  source: { cloneUrl: string; commit: string };
  requestToken: string;
};

/** What the verbs need of AWS CodeBuild. */
export type Builds = {
  projectExists(project: string): Promise<boolean>;
  /** @returns the build's id */
  start(request: BuildRequest): Promise<string>;
  find(buildId: string): Promise<Build | undefined>;
  /** Newest first, at most `limit`; empty when there is no such project. */
  recent(project: string, limit: number): Promise<Build[]>;
  stop(buildId: string): Promise<void>;
};

/** What the verbs need of Amazon EKS. */
export type Clusters = {
  /** Undefined when there is no such cluster. */
  find(name: string): Promise<{ status: string; deletionProtection: boolean; vpcId: string | undefined } | undefined>;
  /**
   * The version of an add-on that EKS gives clusters of a Kubernetes version, e.g. `v1.21.1-eksbuild.3` for 1.36.
   * @throws Failure `AddonUnknown` when it has none
   */
  defaultAddonVersion(addon: string, kubernetesVersion: string): Promise<string>;
  /** Whether EKS has this version of an add-on for a Kubernetes version. */
  hasAddonVersion(addon: string, version: string, kubernetesVersion: string): Promise<boolean>;
  /** In what support EKS has a version of Kubernetes for new clusters; `none` when it has it no more or not yet. */
  versionSupport(kubernetesVersion: string): Promise<'standard' | 'extended' | 'none'>;
  /** Turns deletion protection off and waits for nothing. */
  allowDeletion(name: string): Promise<void>;
};

/** A resource by CloudFormation's type name and physical id. */
export type ResourceIdentity = { type: string; physicalId: string };

/**
 * What its own service says about a resource: `going` is on its way out (deleting, shutting down), `unverifiable` means
 * that this product cannot ask about the type.
 */
export type Presence = 'exists' | 'going' | 'gone' | 'unverifiable';

/**
 * Properties as their owner has them now, by CloudFormation's name; values in the owner's form, in which names are
 * compared without regard to case. A property that is not here is one that the owner did not tell.
 */
export type LiveProperties = Readonly<Record<string, unknown>>;

/** What its own service says about a resource; the properties only for types whose row says `compared`. */
export type Reading = { presence: Presence; live?: LiveProperties };

/** Asks the service that owns a resource whether it is there. */
export type Existence = {
  /** @throws Failure when the service could not be asked */
  check(resource: ResourceIdentity): Promise<Presence>;
  /**
   * The same of many, with their properties, in as few requests as their services allow. What cannot be asked has its
   * failure, and hides no other.
   * @returns an answer for each, in the given order
   */
  readAll(resources: readonly ResourceIdentity[]): Promise<(Reading | Failure)[]>;
};

/** What the verbs need of Amazon ECR. */
export type ImageRepositories = {
  /** The repositories right under exactly this namespace: `sar-container` finds `sar-container/hub`. */
  list(namespace: string): Promise<{ name: string; arn: string }[]>;
  /** Undefined when the repository or the tag does not exist. */
  findImage(repository: string, tag: string): Promise<{ digest: string } | undefined>;
  /** Deletes all images. A repository that is gone is no error. @returns how many were deleted */
  empty(repository: string): Promise<number>;
  /** Deletes the repository with its images. A repository that is gone is no error. */
  delete(repository: string): Promise<void>;
};

export type LogGroup = { name: string; arn: string; storedBytes: number; retentionDays?: number };

/** One stream of a log group. */
export type LogStreamName = { group: string; stream: string };

/** What the verbs need of Amazon CloudWatch Logs. */
export type LogGroups = {
  /** Undefined when there is none with exactly this name. */
  find(name: string): Promise<LogGroup | undefined>;
  /** The newest lines of a stream, oldest first, at most `limit`; none when there is no such stream. */
  lastLines(log: LogStreamName, limit: number): Promise<string[]>;
  /** A group that is gone is no error. */
  delete(name: string): Promise<void>;
};

/** What the verbs need of the images that AWS offers for machines. */
export type MachineImages = {
  /**
   * The image that AWS recommends now, e.g. `ami-0123456789abcdef0`.
   * @param parameter name of the public parameter of AWS Systems Manager that holds its id
   * @throws Failure `NoMachineImage` when AWS has none
   */
  recommended(parameter: string): Promise<string>;
};

/** One run of a pipeline. */
export type PipelineExecution = {
  id: string;
  status: 'Cancelled' | 'InProgress' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Superseded' | 'Failed';
  startedAt: Date;
  updatedAt: Date;
  /** Commit ids by source action; empty until the source stage has run. */
  commits: Record<string, string>;
};

/** The action that made an execution fail. */
export type FailedAction = {
  stage: string;
  action: string;
  message: string;
  /** The CodeBuild build behind it, if it was one. */
  buildId?: string;
};

/** What the verbs need of AWS CodePipeline. */
export type Pipelines = {
  /** Names of the stages in order, or undefined when there is no such pipeline. */
  findStages(pipeline: string): Promise<string[] | undefined>;
  /** Newest first, at most `limit`; empty when there is no such pipeline. */
  recentExecutions(pipeline: string, limit: number): Promise<PipelineExecution[]>;
  findExecution(pipeline: string, executionId: string): Promise<PipelineExecution | undefined>;
  /** Starts it for exactly that commit of the source action. @returns the execution's id */
  start(pipeline: string, source: { action: string; commit: string }, requestToken: string): Promise<string>;
  /** Abandons what is at work; an execution that has ended meanwhile is no error. */
  stop(pipeline: string, executionId: string, reason: string): Promise<void>;
  /** Nothing enters the stage any more. */
  closeStage(pipeline: string, stage: string, reason: string): Promise<void>;
  findFailedAction(pipeline: string, executionId: string): Promise<FailedAction | undefined>;
};

export type Repository = { name: string; arn: string; cloneUrl: string };

/** What the verbs need of AWS CodeCommit's API; Git itself is another port. */
export type Repositories = {
  find(name: string): Promise<Repository | undefined>;
  /** @throws Failure `CodeCommitUnavailable` when the account may not use CodeCommit */
  create(name: string, description: string, tags: Record<string, string>): Promise<Repository>;
  /** The commit a branch points at, or undefined when there is no such branch or repository. */
  branchHead(name: string, branch: string): Promise<string | undefined>;
  /** A repository that is gone is no error. */
  delete(name: string): Promise<void>;
  /** @throws Failure when the account may not use CodeCommit or the role may not list */
  list(): Promise<string[]>;
};

/** What the verbs need of the Resource Groups Tagging API. */
export type Tagging = {
  /**
   * ARNs in the region of what carries, or once carried, exactly this tag. Only candidates: AWS lists deleted
   * resources for a while, and never untagged ones (GetResources).
   */
  findArns(tag: Tag): Promise<string[]>;
};

export type UserPool = {
  id: string;
  name: string;
  signUpClosed: boolean;
  deletionProtection: boolean;
  /** Cognito's own estimate; absent when it gives none (API reference, DescribeUserPool, `EstimatedNumberOfUsers`). */
  accounts?: number;
};

/** What the verbs need of Amazon Cognito user pools. */
export type UserPools = {
  find(poolId: string): Promise<UserPool | undefined>;
  /** Ids of the pools with exactly this name. */
  findByName(name: string): Promise<string[]>;
  /**
   * Lets only administrators create users, and keeps everything else as it is. UpdateUserPool sets whatever it is not
   * given back to its default, so the pool is read first and written back whole.
   */
  closeSignUp(poolId: string): Promise<void>;
  /** Gives a user this address, which counts as verified; a user that does not exist is made and invited by mail. */
  provideUser(poolId: string, userName: string, address: string): Promise<'changed' | 'invited'>;
  /** Turns deletion protection off, and keeps everything else as it is. */
  allowDeletion(poolId: string): Promise<void>;
};

export type Volume = {
  id: string;
  arn: string;
  /** `creating`, `available`, `in-use`, `deleting`, `deleted`, `error`. */
  state: string;
  sizeGib: number;
  tags: Record<string, string>;
  createdAt?: Date;
  /** Since when it is attached; absent while it is not. EC2 keeps nothing about earlier attachments. */
  attachedAt?: Date;
  /** True for a machine's own disk, which ends with the machine. */
  endsWithMachine?: boolean;
};

export type Snapshot = {
  id: string;
  arn: string;
  volumeId: string;
  /** `pending`, `completed`, `error`, `recoverable`, `recovering`. */
  state: string;
  /** Of the volume it was made of; AWS bills what changed, which is less. */
  sizeGib: number;
  tags: Record<string, string>;
  startedAt?: Date;
};

/** One tag that a resource must carry with exactly this value. */
export type Tag = { key: string; value: string };

/** What the verbs need of Amazon EBS. */
export type Volumes = {
  find(tag: Tag): Promise<Volume[]>;
  /** Own snapshots only. */
  findSnapshots(tag: Tag): Promise<Snapshot[]>;
  createSnapshot(volumeId: string, description: string, tags: Record<string, string>): Promise<Snapshot>;
  /** A volume that is gone is no error. @throws Failure `VolumeInUse` when it is attached */
  delete(volumeId: string): Promise<void>;
  /** A snapshot that is gone is no error. @throws Failure `InvalidSnapshot.InUse` when an image uses it */
  deleteSnapshot(snapshotId: string): Promise<void>;
  /** Network interfaces of a VPC that nothing uses; the VPC CNI leaves such behind when nodes die. */
  findUnusedInterfaces(vpcId: string): Promise<{ id: string; description: string }[]>;
  deleteInterface(interfaceId: string): Promise<void>;
};

/** An OpenID Connect provider of an account. */
type IdentityProvider = {
  arn: string;
  /** What tokens may be meant for, e.g. `sts.amazonaws.com`. */
  audiences: string[];
};

/** What `doctor --fix` may change in an account. */
export type AccountRepairs = {
  /** Asks AWS for a larger quota; it answers within hours to days. */
  requestQuota(quota: { service: string; code: string; value: number }): Promise<'asked' | 'asked already'>;
  /** @throws Failure `CostTagRefused` for a key that Billing has not seen yet, and those of AWS */
  activateCostTag(key: string): Promise<void>;
};

/** What the bootstrap asks of AWS IAM. */
export type IdentityProviders = {
  /** @param arn undefined is answered when the account has no such provider */
  find(arn: string): Promise<IdentityProvider | undefined>;
};
