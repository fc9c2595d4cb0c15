import { Failure } from '../failure.ts';
import type { TeardownSeal } from '../plan/seal.ts';
import type { Snapshot, Volume } from '../ports/aws-ports.ts';
import { rowOf } from '../resources/resource-types.ts';
import type { InventoryItem } from './inventory.ts';
import { finalSnapshotTag } from './retention.ts';
import { isDataVolume, lastUseOf } from './teardown-data.ts';
import type { TeardownPlan } from './teardown-plan.ts';

/** Remembers over interruptions which homes were used since the plan: once servers are stopped, EC2 does not tell any more. */
export type UsedHomes = { read(): Promise<string[]>; add(volumeIds: readonly string[]): Promise<void> };

/** What a person approved to lose. */
export type TeardownConsent = { seal: TeardownSeal; sealedAt: Date; usedHomes: UsedHomes };

/** The same, ready to be asked about each thing. */
export type SealedConsent = {
  sealedAt: Date;
  /** Homes, databases and other data volumes. */
  volumes: ReadonlySet<string>;
  snapshots: ReadonlySet<string>;
  pools: ReadonlySet<string>;
  /** Names of image repositories, CodeCommit repositories and log groups. */
  named: ReadonlySet<string>;
  stacks: ReadonlySet<string>;
  options: NonNullable<TeardownPlan['options']>;
  /** Ids of volumes that were used since the plan; grows while the teardown runs. */
  usedSince: Set<string>;
};

/**
 * Reads what a seal consents to. A seal's plan is not looked at by whoever reads the seal, so that is done here.
 * @throws Failure `SealMalformed` when it does not list what may be lost
 */
export async function openConsent({ seal, sealedAt, usedHomes }: TeardownConsent): Promise<SealedConsent> {
  const { data, options, basis } = seal.plan;
  if (basis !== 'inventory' || data === undefined || options === undefined)
    throw malformed('it was not made from an inventory');
  const volumes = [...list(data.homes), ...list(data.databases), ...list(data.otherVolumes)];
  return {
    sealedAt,
    volumes: new Set(volumes.map(({ id }) => text(id))),
    snapshots: new Set(list(data.snapshots).map(({ id }) => text(id))),
    pools: new Set(list(data.pools).map(({ id }) => text(id))),
    named: new Set([...list(data.images), ...list(data.repositories), ...list(data.logs)].map(text)),
    stacks: new Set(list(data.stacks).map(text)),
    options: {
      cognito: options.cognito !== false,
      logs: options.logs !== false,
      code_commit: options.code_commit !== false,
      final_snapshots: options.final_snapshots !== false,
    },
    usedSince: new Set(await usedHomes.read()),
  };
}

/** Notes which of the listed volumes were used since the plan, before anything is stopped. */
export async function noteUse(
  consent: SealedConsent,
  usedHomes: UsedHomes,
  volumes: readonly Volume[],
  snapshots: readonly Snapshot[],
): Promise<void> {
  const used = usedVolumes(volumes, snapshots, consent.sealedAt).filter((id) => !consent.usedSince.has(id));
  if (used.length > 0) await usedHomes.add(used);
  for (const id of used) consent.usedSince.add(id);
}

/**
 * Ids of volumes that something says were used after a time: they are attached, the hub noted a start or stop, or somebody
 * made a snapshot. Snapshots of the daily policy say nothing; they carry its tag (docs.aws.amazon.com/ebs, "Amazon Data
 * Lifecycle Manager", `aws:dlm:lifecycle-policy-id`).
 */
export function usedVolumes(volumes: readonly Volume[], snapshots: readonly Snapshot[], since: Date): string[] {
  const saved = new Set(
    snapshots
      .filter(({ tags, startedAt }) => startedAt !== undefined && startedAt > since && !isAutomatic(tags))
      .map(({ volumeId }) => volumeId),
  );
  return volumes.filter(isDataVolume).flatMap((volume) => {
    const use = lastUseOf(volume);
    const isUsed = use.kind === 'now' || (use.kind === 'at' && new Date(use.at) >= since) || saved.has(volume.id);
    return isUsed ? [volume.id] : [];
  });
}

function isAutomatic(tags: Readonly<Record<string, string>>): boolean {
  return finalSnapshotTag in tags || 'aws:dlm:lifecycle-policy-id' in tags;
}

/** Whether a volume may be deleted: it was listed, or it is a machine's own disk. */
export function mayDeleteVolume(
  volume: Pick<Volume, 'id' | 'endsWithMachine'>,
  consent: SealedConsent | undefined,
): boolean {
  return consent === undefined || !isDataVolume(volume) || consent.volumes.has(volume.id);
}

/** Whether a snapshot may be deleted: it was listed, or it is one of a listed volume. */
export function mayDeleteSnapshot(
  { id, volumeId }: Pick<Snapshot, 'id' | 'volumeId'>,
  consent: SealedConsent | undefined,
): boolean {
  return consent === undefined || consent.snapshots.has(id) || consent.volumes.has(volumeId);
}

export function mayDeletePool(id: string, consent: SealedConsent | undefined): boolean {
  return consent === undefined || consent.pools.has(id);
}

/** @param name of an image repository, a CodeCommit repository or a log group; what is in buckets goes with their stacks */
export function mayDeleteNamed(name: string, consent: SealedConsent | undefined): boolean {
  return consent === undefined || consent.named.has(name);
}

/** True for an item that appeared since the plan and that holds data, so it stays. */
export function appearedSince(item: InventoryItem, consent: SealedConsent | undefined): boolean {
  if (consent === undefined) return false;
  switch (rowOf(item.type)?.data) {
    case 'volumes':
      return item.volume !== undefined && !mayDeleteVolume(item.volume, consent);
    case 'snapshots':
      return item.snapshot !== undefined && !mayDeleteSnapshot(item.snapshot, consent);
    case 'pools':
      return !mayDeletePool(item.physicalId, consent);
    case 'images':
    case 'repositories':
    case 'logs':
      return !mayDeleteNamed(item.physicalId, consent);
    // What is in buckets goes with their stacks, and those follow from what is listed.
    case 'buckets':
    case 'stacks':
    case 'none':
    case undefined:
      return false;
  }
}

function list<T>(value: readonly T[] | undefined): readonly T[] {
  if (Array.isArray(value)) return value;
  throw malformed('a list of what would be lost is missing');
}

function text(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw malformed('something that would be lost has no name');
}

function malformed(why: string): Failure {
  return new Failure({
    code: 'SealMalformed',
    source: 'product',
    message: `The sealed teardown plan cannot be believed: ${why}.`,
    hint: 'Bring the folder back with `adopt: destroy-only` and put the label destroy on that pull request.',
  });
}
