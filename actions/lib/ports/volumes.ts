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
