import { Failure, toFailure } from '../failure.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { ChangeSetChange, StackResource } from '../ports/cloudformation.ts';
import { rowOf } from '../resources/resource-types.ts';

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
  /** Those of whose owner no answer came, with the reason. */
  unasked: { resource: HeldResource; failure: Failure }[];
  /** Those of types that this program knows nobody to ask about. */
  unverifiable: HeldResource[];
};

/** Tells of one stack what its owners say; the first question asks about all stacks together, so that calls are few. */
export type PresenceReader = (stackName: string) => Promise<StackPresence>;

type Asking = { cloudFormation: Pick<AwsPorts['cloudFormation'], 'listResources'>; existence: AwsPorts['existence'] };

/**
 * A reader for these stacks, which asks once: what it says is of the moment of the first question.
 * @param stackNames stacks that exist
 */
export function presenceReader(stackNames: readonly string[], ports: Asking): PresenceReader {
  let reading: Promise<ReadonlyMap<string, StackPresence | Failure>> | undefined;
  return async (name) => {
    reading ??= readPresence(stackNames, ports);
    const found = (await reading).get(name) ?? (await readPresence([name], ports)).get(name);
    if (found instanceof Failure) throw found;
    return found ?? { gone: [], unasked: [], unverifiable: [] };
  };
}

/** Never rejects: a stack whose resources cannot be listed has the reason in place of its presence. */
async function readPresence(
  stackNames: readonly string[],
  { cloudFormation, existence }: Asking,
): Promise<ReadonlyMap<string, StackPresence | Failure>> {
  const presences = new Map<string, StackPresence | Failure>();
  const listed = await Promise.all(
    stackNames.map(async (stack) => {
      try {
        const resources = await cloudFormation.listResources(stack);
        presences.set(stack, { gone: [], unasked: [], unverifiable: [] });
        return resources.filter(isHeld).map((resource) => heldResource(stack, resource));
      } catch (error) {
        presences.set(stack, toFailure(error));
        return [];
      }
    }),
  );
  const asked: HeldResource[] = [];
  for (const resource of listed.flat()) {
    const confirmedBy = rowOf(resource.type)?.confirmedBy;
    if (confirmedBy === undefined) presenceOf(presences, resource).unverifiable.push(resource);
    else if (confirmedBy !== 'stack' && confirmedBy !== 'owner') asked.push(resource);
  }
  const answers = await existence.checkAll(asked);
  for (const [index, resource] of asked.entries()) {
    const answer = answers[index];
    const presence = presenceOf(presences, resource);
    if (answer instanceof Failure) presence.unasked.push({ resource, failure: answer });
    else if (answer === 'gone' || answer === 'going') presence.gone.push(resource);
    else if (answer !== 'exists') presence.unverifiable.push(resource);
  }
  for (const presence of presences.values()) {
    if (!(presence instanceof Failure)) presence.gone.sort(byLoss);
  }
  return presences;
}

function presenceOf(presences: ReadonlyMap<string, StackPresence | Failure>, { stack }: HeldResource): StackPresence {
  const presence = presences.get(stack);
  if (presence === undefined || presence instanceof Failure) throw new RangeError(stack);
  return presence;
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

/** What stays gone after a change: all but what the change itself removes or replaces, which may be gone already. */
export function missingAfter(
  gone: readonly HeldResource[],
  changes: readonly Pick<ChangeSetChange, 'action' | 'replacement' | 'logicalId'>[],
): HeldResource[] {
  const making = changes.filter(({ action, replacement }) => action === 'Remove' || replacement === 'True');
  return gone.filter(({ logicalId }) => !making.some((change) => change.logicalId === logicalId));
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
  return new Failure({
    code: 'ResourcesGone',
    source: 'user',
    message: `Of stack ${stack}, ${list(gone)} ${were} deleted outside of this repository.`,
    // Drift-aware change sets compare with what is there, `DELETED` too (user guide, "Using drift-aware change sets"; API
    // reference, ResourceChange, `ResourceDriftStatus`); which types they make again, no document says.
    hint: `Put back what is gone: in the CloudFormation console, make a drift-aware change set of ${stack} with its existing template, read it, and execute it. If that is refused, destroy the deployment and deploy it anew. Then run this again.`,
  });
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
