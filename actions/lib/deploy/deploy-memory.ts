import { Failure } from '../failure.ts';
import type { PlanRow } from '../plan/plan-row.ts';
import type { RecordContent, Records } from '../ports/records.ts';
import { deployRecordKey, deployRecordPrefix, type RunIdentity, receiptPrefix } from '../records/record-keys.ts';
import type { DeployRecord } from './deploy-record.ts';

/** What a deployment's run leaves in the records bucket. */
export type DeployMemory = RunIdentity & {
  version: 1;
  deployment: string;
  /** The commit that was deployed. */
  commit: string;
  /** Everything that has been approved and is in force after a successful run; after another one, what was in force before. */
  approved: PlanRow[];
  /** Values that were looked up and deployed, by `stack parameter`. */
  lookedUp: Record<string, string>;
  record: DeployRecord;
};

/** From where on approvals count, and what was approved before. */
export type Baseline = {
  /** Commit of the newest successful deployment or teardown; undefined when there was none. */
  commit: string | undefined;
  /** When its record was written. */
  at: Date | undefined;
  /** Where it was deployed; undefined when it is not deployed, as far as records tell. */
  region: string | undefined;
  approved: PlanRow[];
  lookedUp: Record<string, string>;
};

export async function writeMemory(records: Records, memory: DeployMemory, at: Date): Promise<string> {
  const key = deployRecordKey(memory.deployment, at, memory, memory.record.outcome);
  await records.writeOnce(key, JSON.stringify(memory));
  return key;
}

/**
 * The newest successful record of a deployment. A receipt ends what was approved before: whatever comes after it is new.
 * @throws Failure `RecordMalformed`; what reading throws: a memory that cannot be read is not an empty one
 */
export async function readBaseline(records: Records, deployment: string): Promise<Baseline> {
  const [deployed, receipts] = await Promise.all([
    records.list(deployRecordPrefix(deployment)),
    records.list(receiptPrefix(deployment)),
  ]);
  const teardown = receipts.at(-1);
  const success = deployed.findLast(({ key }) => key.endsWith('-succeeded'));
  if (success !== undefined && (teardown === undefined || teardown.writtenAt < success.writtenAt)) {
    const { commit, approved, lookedUp, record } = parseMemory(await required(records, success.key), deployment);
    return { commit, at: success.writtenAt, region: record.region, approved, lookedUp };
  }
  if (teardown === undefined)
    return { commit: undefined, at: undefined, region: undefined, approved: [], lookedUp: {} };
  const { body, key } = await required(records, teardown.key);
  const { commit } = JSON.parse(body) as { commit?: unknown };
  if (typeof commit !== 'string') throw malformed(key);
  return { commit, at: teardown.writtenAt, region: undefined, approved: [], lookedUp: {} };
}

/**
 * What the newest run of a deployment left, whatever its outcome; undefined when none did since it was last destroyed.
 * @throws Failure `RecordMalformed`; what reading throws
 */
export async function newestMemory(records: Records, deployment: string): Promise<DeployMemory | undefined> {
  const [deployed, receipts] = await Promise.all([
    records.list(deployRecordPrefix(deployment)),
    records.list(receiptPrefix(deployment)),
  ]);
  const [newest, teardown] = [deployed.at(-1), receipts.at(-1)];
  if (newest === undefined || (teardown !== undefined && teardown.writtenAt >= newest.writtenAt)) return undefined;
  return parseMemory(await required(records, newest.key), deployment);
}

async function required(records: Records, key: string): Promise<RecordContent> {
  const found = await records.read(key);
  if (found !== undefined) return found;
  throw new Failure({
    code: 'RecordMissing',
    source: 'aws',
    message: `The record ${key} was listed, and then it was not there.`,
    hint: 'Run again. If it stays so, look who deletes objects of the records bucket.',
  });
}

function parseMemory({ key, body }: RecordContent, deployment: string): DeployMemory {
  const memory = JSON.parse(body) as Partial<DeployMemory>;
  const isOurs = memory.version === 1 && memory.deployment === deployment && typeof memory.commit === 'string';
  if (!isOurs || !Array.isArray(memory.approved) || memory.record === undefined) throw malformed(key);
  return { ...memory, lookedUp: memory.lookedUp ?? {} } as DeployMemory;
}

function malformed(key: string): Failure {
  return new Failure({
    code: 'RecordMalformed',
    source: 'product',
    message: `The record ${key} is not one that this program writes.`,
    hint: 'An administrator of the account can look at its earlier versions in the records bucket.',
  });
}
