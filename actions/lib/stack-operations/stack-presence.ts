import { Failure, toFailure } from '../failure.ts';
import type { AwsPorts, LiveProperties } from '../ports/aws-ports.ts';
import type { ChangeSetChange, PropertyDifference, StackResource } from '../ports/cloudformation.ts';
import { type ResourceType, rowOf } from '../resources/resource-types.ts';
import { type DeclaredResources, differencesOf } from './declared-comparison.ts';

/** A resource that a stack holds, in people's words. */
export type HeldResource = {
  /** The stack's name. */
  stack: string;
  logicalId: string;
  type: string;
  physicalId: string;
  /** `node group sar-cluster/users (UserNodes)` */
  title: string;
};

/**
 * What the owners say about a stack's resources. CloudFormation remembers what it made and does not look whether it is
 * still there; a stack's status and outputs say nothing about it (user guide, "Detect unmanaged configuration changes").
 */
export type StackPresence = {
  /** Deleted, or on their way out; the first would be missed most. */
  gone: HeldResource[];
  /** Those that are not as the stack made them, in the order of their names. */
  changed: ChangedResource[];
  /** Those of whose owner no answer came, with the reason. */
  unasked: { resource: HeldResource; failure: Failure }[];
  /** Those of types that this program knows nobody to ask about. */
  unverifiable: HeldResource[];
};

/** A resource with properties that somebody changed outside of this repository. */
export type ChangedResource = { resource: HeldResource; differences: PropertyDifference[] };

/**
 * Tells of one stack what its owners say; the first question asks about all stacks together, so that calls are few.
 * @param declared what the stack was given; without it, only what CloudFormation itself compares counts as changed
 */
export type PresenceReader = (stackName: string, declared?: DeclaredResources) => Promise<StackPresence>;

type Asking = {
  cloudFormation: Pick<AwsPorts['cloudFormation'], 'listResources' | 'resourceDrift'>;
  existence: AwsPorts['existence'];
};

/** What was read of one stack, before it is compared with what the stack was given. */
type StackReading = Omit<StackPresence, 'changed'> & {
  detected: ChangedResource[];
  held: readonly StackResource[];
  live: { resource: HeldResource; properties: LiveProperties }[];
};

/**
 * A reader for these stacks, which asks once: what it says is of the moment of the first question.
 * @param stackNames stacks that exist
 * @param options.readsSecrets also looks at what is shown with a secret; who may not, leaves that to CloudFormation's role
 *   in a change set
 */
export function presenceReader(
  stackNames: readonly string[],
  ports: Asking,
  { readsSecrets = true }: { readsSecrets?: boolean } = {},
): PresenceReader {
  let reading: Promise<ReadonlyMap<string, StackReading | Failure>> | undefined;
  return async (name, declared) => {
    reading ??= readStacks(stackNames, ports, readsSecrets);
    const found = (await reading).get(name) ?? (await readStacks([name], ports, readsSecrets)).get(name);
    if (found instanceof Failure) throw found;
    return found === undefined ? nothing() : compared(found, declared);
  };
}

/** Of a stack that holds nothing. */
export function nothing(): StackPresence {
  return { gone: [], changed: [], unasked: [], unverifiable: [] };
}

function compared(
  { gone, unasked, unverifiable, detected, held, live }: StackReading,
  declared?: DeclaredResources,
): StackPresence {
  const found = live.flatMap(({ resource, properties }) => {
    const differences = declared === undefined ? [] : differencesOf(resource, properties, declared, held);
    return differences.length === 0 ? [] : [{ resource, differences }];
  });
  const changed = [...detected, ...found].sort((a, b) => (a.resource.logicalId < b.resource.logicalId ? -1 : 1));
  return { gone, changed, unasked, unverifiable };
}

/** Whether a stack's owners have all of it, as far as they were asked. */
export function isAsMade({ gone, changed, unasked }: StackPresence): boolean {
  return gone.length + changed.length + unasked.length === 0;
}

/** Never rejects: a stack whose resources cannot be listed has the reason in place of what was read. */
async function readStacks(
  stackNames: readonly string[],
  ports: Asking,
  readsSecrets: boolean,
): Promise<ReadonlyMap<string, StackReading | Failure>> {
  const readings = new Map<string, StackReading | Failure>();
  const listed = await Promise.all(
    stackNames.map(async (stack) => {
      try {
        const held = (await ports.cloudFormation.listResources(stack)).filter(isHeld);
        readings.set(stack, { gone: [], unasked: [], unverifiable: [], detected: [], held, live: [] });
        return held.map((resource) => heldResource(stack, resource));
      } catch (error) {
        readings.set(stack, toFailure(error));
        return [];
      }
    }),
  );
  const resources = listed.flat().filter(({ type }) => readsSecrets || rowOf(type)?.showsSecret !== true);
  const detecting = resources.filter(({ type }) => rowOf(type)?.look === 'detected');
  const others = resources.filter(({ type }) => rowOf(type)?.look !== 'detected');
  const [unsupported] = await Promise.all([
    detectEach(detecting, readings, ports),
    readOwners(others, readings, ports),
  ]);
  // Of what CloudFormation cannot look at, its owner may still say whether it is there.
  await readOwners(unsupported, readings, ports);
  for (const reading of readings.values()) {
    if (!(reading instanceof Failure)) reading.gone.sort(byLoss);
  }
  return readings;
}

type Readings = ReadonlyMap<string, StackReading | Failure>;

/** Resources at the same time; each is looked at by itself. */
const concurrency = 16;

/** @returns those of which CloudFormation cannot tell */
async function detectEach(
  resources: readonly HeldResource[],
  readings: Readings,
  { cloudFormation }: Asking,
): Promise<HeldResource[]> {
  const unsupported: HeldResource[] = [];
  const queue = resources.values();
  const worker = async (): Promise<void> => {
    for (const resource of queue) {
      const reading = readingOf(readings, resource);
      try {
        const drift = await cloudFormation.resourceDrift(resource.stack, resource.logicalId);
        if (drift.status === 'deleted') reading.gone.push(resource);
        else if (drift.status === 'unsupported') unsupported.push(resource);
        else if (drift.status === 'modified') reading.detected.push({ resource, differences: drift.differences });
      } catch (error) {
        reading.unasked.push({ resource, failure: toFailure(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return unsupported;
}

async function readOwners(
  resources: readonly HeldResource[],
  readings: Readings,
  { existence }: Asking,
): Promise<void> {
  const asked: HeldResource[] = [];
  for (const resource of resources) {
    const row = rowOf(resource.type);
    if (row === undefined) readingOf(readings, resource).unverifiable.push(resource);
    else if (row.look === 'compared' || (row.confirmedBy !== 'stack' && row.confirmedBy !== 'owner'))
      asked.push(resource);
    else if (row.look === 'detected') readingOf(readings, resource).unverifiable.push(resource);
  }
  if (asked.length === 0) return;
  const answers = await existence.readAll(asked);
  for (const [index, resource] of asked.entries()) {
    const answer = answers[index];
    const reading = readingOf(readings, resource);
    if (answer instanceof Failure) reading.unasked.push({ resource, failure: answer });
    else if (answer?.presence === 'gone' || answer?.presence === 'going') reading.gone.push(resource);
    else if (answer?.presence !== 'exists') reading.unverifiable.push(resource);
    else if (answer.live !== undefined) reading.live.push({ resource, properties: answer.live });
    else if (rowOf(resource.type)?.look === 'compared') reading.unasked.push({ resource, failure: unread(resource) });
  }
}

/** It is there, but its properties did not come with the answer about many. */
function unread({ title }: HeldResource): Failure {
  return new Failure({
    code: 'PropertiesUnread',
    source: 'aws',
    message: `${title} is there, but AWS did not tell its properties.`,
    hint: 'Run this again. If it stays so, look whether the role of this run may list what it reads.',
  });
}

function readingOf(readings: Readings, { stack }: HeldResource): StackReading {
  const reading = readings.get(stack);
  if (reading === undefined || reading instanceof Failure) throw new RangeError(stack);
  return reading;
}

/** What an operation has deleted or left out of the stack is none of its resources any more. */
function isHeld({ physicalId, status }: StackResource): boolean {
  return physicalId !== '' && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED';
}

function heldResource(stack: string, { logicalId, type, physicalId }: StackResource): HeldResource {
  const title = `${rowOf(type)?.noun ?? type} ${shortName(type, physicalId)} (${logicalId})`;
  return { stack, logicalId, type, physicalId, title };
}

/** Without what all ARNs begin with, and without the cluster of an add-on, whose id is `CLUSTER|NAME`. */
function shortName(type: string, physicalId: string): string {
  if (type === 'AWS::EKS::Addon') return physicalId.slice(physicalId.indexOf('|') + 1);
  return physicalId.includes('|') ? physicalId : physicalId.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '');
}

type Making = Pick<ChangeSetChange, 'action' | 'replacement' | 'logicalId'>;

/** Changes after which a resource is new, or wanted no more. */
function isMaking({ action, replacement }: Making): boolean {
  return action === 'Add' || action === 'Import' || action === 'Remove' || replacement === 'True';
}

/** What stays gone after a change: all but what it makes again, and what it removes or replaces, which may be gone already. */
export function missingAfter(gone: readonly HeldResource[], changes: readonly Making[]): HeldResource[] {
  const making = changes.filter(isMaking);
  return gone.filter(({ logicalId, type }) => {
    return wayBackOf(type) !== undefined || !making.some((change) => change.logicalId === logicalId);
  });
}

/** What a new one of that type is no repair for, and the way back. */
const waysBack: Partial<Record<ResourceType, string>> = {
  // AWS KMS developer guide, "Deleting AWS KMS keys"; the cluster, which has a name of its own, cannot get another key.
  'AWS::KMS::Key':
    'What it encrypted can be read with no other key. Cancel its deletion while it still waits for it (aws kms cancel-key-deletion, then enable-key). If it is gone for good, destroy the deployment and deploy it anew. Then run this again.',
};

function wayBackOf(type: string): string | undefined {
  return Object.entries(waysBack).find(([known]) => known === type)?.[1];
}

/** What stays otherwise than the stack made it, after a change: properties that the change does not set. */
export function changedAfter(
  changed: readonly ChangedResource[],
  changes: readonly (Making & { paths: readonly string[] })[],
): ChangedResource[] {
  return changed.flatMap(({ resource, differences }) => {
    const own = changes.filter(({ logicalId }) => logicalId === resource.logicalId);
    if (own.some(isMaking)) return [];
    const set = new Set(own.flatMap(({ paths }) => paths.map(propertyName)));
    const left = differences.filter(({ property }) => !set.has(propertyName(property)));
    return left.length === 0 ? [] : [{ resource, differences: left }];
  });
}

/** `/Properties/ScalingConfig/MaxSize` and `ScalingConfig/MaxSize` as `ScalingConfig`. */
function propertyName(path: string): string {
  const [first = '', second] = path.replace(/^\//, '').split('/');
  return first === 'Properties' && second !== undefined ? second : first;
}

/** What is missed most comes first, then by name, so that the same input gives the same sentence. */
function byLoss(a: HeldResource, b: HeldResource): number {
  return rankOf(a) - rankOf(b) || (a.logicalId < b.logicalId ? -1 : 1);
}

function rankOf({ type }: HeldResource): number {
  const loss = rowOf(type)?.loss;
  return loss === undefined || loss === 'machinery' ? Number.MAX_SAFE_INTEGER : loss.rank;
}

/** How many resources a sentence names; with a cluster, all that is in it goes. */
const named = 8;

function list(resources: readonly HeldResource[]): string {
  const titles = resources.slice(0, named).map(({ title }) => title);
  const more = resources.length - titles.length;
  return more > 0 ? `${titles.join(', ')} and ${more} more` : titles.join(', ');
}

/** That resources of a stack are gone; undefined when none is. */
export function goneFailure(stack: string, gone: readonly HeldResource[]): Failure | undefined {
  if (gone.length === 0) return undefined;
  const were = gone.length === 1 ? 'was' : 'were';
  const wayBack = gone.map(({ type }) => wayBackOf(type)).find((way) => way !== undefined);
  return new Failure({
    code: 'ResourcesGone',
    source: 'user',
    message: `Of stack ${stack}, ${list(gone)} ${were} deleted outside of this repository.`,
    // Which types drift-aware change sets make again, no document says (user guide, "Using drift-aware change sets").
    hint:
      wayBack ??
      `CloudFormation does not make it again. Put it back by hand as stack ${stack} has it, or destroy the deployment and deploy it anew. Then run this again.`,
  });
}

/** That resources of a stack have other properties than it gave them; undefined when none has. */
export function changedFailure(stack: string, changed: readonly ChangedResource[]): Failure | undefined {
  if (changed.length === 0) return undefined;
  const what = changed.slice(0, named).map(describeChanged);
  const more = changed.length - what.length;
  return new Failure({
    code: 'ResourcesChanged',
    source: 'user',
    message: `Of stack ${stack}, somebody changed outside of this repository: ${what.join('; ')}${more > 0 ? ` and ${more} more` : ''}.`,
    hint: 'CloudFormation does not change this back. Set it to what is declared by hand, or declare what is wanted, then run this again.',
  });
}

/** Longest value that a sentence shows. */
const shownCharacters = 120;

function describeChanged({ resource, differences }: ChangedResource): string {
  const parts = differences.map(({ property, declared, actual }) => {
    return `${property} is ${shownValue(actual)} and not ${shownValue(declared)}`;
  });
  return `${resource.title}: ${parts.join(', ')}`;
}

function shownValue(value: string | undefined): string {
  if (value === undefined || value === '') return 'not set';
  return value.length > shownCharacters ? `${value.slice(0, shownCharacters)}…` : value;
}

/** What a change puts back, for people; undefined when there is nothing. */
export function repairNote(gone: readonly HeldResource[], changed: readonly ChangedResource[]): string | undefined {
  const made = gone.length === 0 ? [] : [`makes again what was deleted outside of this repository: ${list(gone)}`];
  const titles = changed.map(({ resource }) => resource);
  const set = titles.length === 0 ? [] : [`sets back what was changed outside of it: ${list(titles)}`];
  const parts = [...made, ...set];
  return parts.length === 0 ? undefined : `Deploy ${parts.join(', and ')}.`;
}

/** That nobody can say whether a stack is as declared; undefined when every owner that was asked has answered. */
export function unaskedFailure(stack: string, unasked: StackPresence['unasked']): Failure | undefined {
  const [first] = unasked;
  if (first === undefined) return undefined;
  const { failure } = first;
  return new Failure({
    code: 'ResourcesUnverified',
    source: failure.source,
    message: `Nobody can say whether stack ${stack} is as declared, because no answer came about ${list(unasked.map(({ resource }) => resource))}: ${failure.message}`,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    cause: failure,
  });
}

/** What is said beside `unchanged` where there are resources that nobody can be asked about; undefined without any. */
export function unverifiableNote(unverifiable: readonly HeldResource[]): string | undefined {
  if (unverifiable.length === 0) return undefined;
  return `This program knows nobody to ask whether these are still there: ${list(unverifiable)}.`;
}
