import { Failure } from '../failure.ts';
import type { ChangeSetChange, StackResource, StackState } from '../ports/cloudformation.ts';
import { isOf } from '../resources/resource-types.ts';
import type { NextAdministrator } from '../stack-operations/next-administrator.ts';
import type { DesiredResource, DesiredValue } from '../stacks/desired-values.ts';
import { loadTemplate } from '../stacks/template.ts';
import { canonicalJson } from './canonical-json.ts';
import type { PlanRow, RowAct } from './plan-row.ts';
import { changedLeaves, escaped, leavesOf, own, readContext, type ValueRow } from './value-rows.ts';

/** A stack as its rows need it. */
export type RowsOfStack = {
  /** The stack's name. */
  place: string;
  desired: ReadonlyMap<string, DesiredResource>;
  tags: Readonly<Record<string, string>>;
};

/** Rows of what a change set would do, in its order. */
export function changeRows(changes: readonly ChangeSetChange[], stack: RowsOfStack): PlanRow[] {
  return changes.flatMap((change) => rowsOfChange(change, stack));
}

function rowsOfChange(change: ChangeSetChange, { place, desired, tags }: RowsOfStack): PlanRow[] {
  const wanted = desired.get(change.logicalId);
  const resource: Resource = { place, item: change.logicalId, type: change.type };
  switch (change.action) {
    case 'Add':
      return newResource(resource, 'add', wanted ?? afterwards(change));
    case 'Import':
      return newResource(resource, 'import', wanted ?? afterwards(change));
    case 'Remove':
      return [whole(resource, 'remove', change.policyAction)];
    case 'Modify':
    case 'Dynamic':
      return modification(resource, change, wanted, tags);
  }
}

/**
 * Rows of a stack that is made from nothing, for when no change set can be asked for yet because something else has to go
 * first. The same rows as of the change set that will be made then.
 */
export function creationRows({ place, desired }: RowsOfStack): PlanRow[] {
  const made = [...desired].flatMap(([item, resource]) =>
    newResource({ place, item, type: resource.type }, 'add', resource),
  );
  return [stackRow(place, 'add'), ...made];
}

/** The stack itself: made. */
export function stackRow(place: string, act: RowAct): PlanRow {
  return { place, item: 'stack', type: 'stack', property: '', act };
}

/** The stack's termination protection. Nothing when it stays; a new stack that is not protected has no row. */
export function protectionRows(place: string, found: boolean | undefined, wanted: boolean): PlanRow[] {
  if ((found ?? false) === wanted) return [];
  const row = { place, item: 'stack', type: 'stack', property: 'EnableTerminationProtection' };
  return [{ ...row, act: wanted ? 'protect' : 'unprotect', after: canonicalJson(String(wanted)) }];
}

/** The administrator that deploy makes or changes beside the stack. */
export function administratorRows(place: string, next: NextAdministrator | undefined): PlanRow[] {
  if (next === undefined) return [];
  const { userName, address, isOther } = next;
  const row = { place, item: userName, type: 'user', after: canonicalJson(address) };
  return isOther
    ? [{ ...row, property: 'administrator', act: 'add' }]
    : [{ ...row, property: 'address', act: 'change' }];
}

type Resource = Pick<PlanRow, 'place' | 'item' | 'type'>;

function whole(resource: Resource, act: RowAct, policyAction?: string): PlanRow {
  return { ...resource, property: '', act, ...(policyAction === undefined ? {} : { policyAction }) };
}

function newResource(
  resource: Resource,
  act: 'add' | 'import',
  desired: Pick<DesiredResource, 'properties'>,
): PlanRow[] {
  const leaves = Object.entries(desired.properties).flatMap(([name, value]) => leavesOf(pathOf(name), value));
  return [whole(resource, act), ...leaves.map((leaf) => ({ ...resource, ...leaf, act }))];
}

function modification(
  resource: Resource,
  change: ChangeSetChange,
  desired: DesiredResource | undefined,
  tags: RowsOfStack['tags'],
): PlanRow[] {
  const before = own(readContext(change.beforeContext), 'Properties');
  const after = own(readContext(change.afterContext), 'Properties');
  const rows = new Map<string, PlanRow>();
  const add = (row: PlanRow): void => void rows.set(row.property, row);
  for (const name of new Set(change.details.flatMap((detail) => propertyOf(detail) ?? []))) {
    const wanted = desired?.properties[name];
    const leaves = changedLeaves(pathOf(name), own(before, name), own(after, name), wanted);
    // What is listed changes, even where the values that are shown do not tell how: a masked one, or one without context.
    const shown = leaves.length > 0 ? leaves : listedLeaves(name, change, wanted);
    for (const leaf of shown) add(valueRow(resource, leaf));
  }
  for (const { attribute, path } of change.details) {
    const name = attribute ?? path;
    if (name === 'Tags' && !path.startsWith('/')) {
      add({ ...resource, property: 'StackTags', act: 'change', after: canonicalJson(tags) });
    }
    if (
      name === 'DeletionPolicy' ||
      name === 'UpdateReplacePolicy' ||
      name === 'UpdatePolicy' ||
      name === 'CreationPolicy'
    ) {
      add(attributeRow(resource, name, desired?.attributes[name]));
    }
  }
  return [whole(resource, effectOf(change), change.policyAction), ...rows.values()];
}

function effectOf({ action, replacement }: ChangeSetChange): RowAct {
  if (replacement === 'True') return 'replace';
  return replacement === 'Conditional' || action === 'Dynamic' ? 'may replace' : 'change';
}

/** The top-level property that a detail is about; undefined for metadata, policies and the stack's tags. */
function propertyOf({ path, name, attribute }: ChangeSetChange['details'][number]): string | undefined {
  const [start, property] = path.replace(/^\//, '').split('/');
  if (start === 'Properties' && property !== undefined) return property;
  if (attribute === 'Properties' && name !== undefined) return name;
  return undefined;
}

/** What a change set lists of a property, by the paths and values of its details. */
function listedLeaves(name: string, change: ChangeSetChange, wanted: DesiredValue | undefined): ValueRow[] {
  if (wanted !== undefined) return leavesOf(pathOf(name), wanted);
  const details = change.details.filter((detail) => propertyOf(detail) === name);
  return details.map(({ path, after }) => ({
    property: path.replace(/^\//, '') || pathOf(name),
    ...(after === undefined ? {} : { after: canonicalJson(after) }),
  }));
}

function valueRow(resource: Resource, leaf: ValueRow): PlanRow {
  const protects = protectionOf(resource.type, leaf);
  if (protects !== undefined) return { ...resource, ...leaf, act: protects ? 'protect' : 'unprotect' };
  return { ...resource, ...leaf, act: leaf.after === undefined ? 'remove' : 'change' };
}

/** Whether a value turns a deletion protection on or off; undefined for all others. */
function protectionOf(type: string, { property, after }: ValueRow): boolean | undefined {
  if (property === 'Properties/DeletionProtection' || property === 'Properties/DeletionProtectionEnabled') {
    return after === canonicalJson('ACTIVE') || after === canonicalJson('true');
  }
  // Elastic Load Balancing API, LoadBalancerAttribute.
  if (isOf(type, 'protection', 'LoadBalancerAttributes') && after?.includes('deletion_protection.enabled') === true) {
    return after.includes('"Value":"true"');
  }
  return undefined;
}

/** What becomes of a resource that leaves its stack: keeping it is a protection. */
function attributeRow(resource: Resource, name: string, value: DesiredValue | undefined): PlanRow {
  const after = value === undefined ? {} : { after: canonicalJson(value) };
  if (name === 'UpdatePolicy' || name === 'CreationPolicy')
    return { ...resource, property: name, act: 'change', ...after };
  const keeps = typeof value === 'string' && value !== 'Delete';
  return { ...resource, property: name, act: keeps ? 'protect' : 'unprotect', ...after };
}

function afterwards(change: ChangeSetChange): Pick<DesiredResource, 'properties'> {
  const properties = own(readContext(change.afterContext), 'Properties');
  return {
    properties: typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? properties : {},
  };
}

function pathOf(property: string): string {
  return `Properties/${escaped(property)}`;
}

/** Resources that CloudFormation leaves as they are, so that a stuck rollback can end. One row each, with its physical id. */
export function skipRows(place: string, resources: readonly StackResource[]): PlanRow[] {
  return resources.map(({ logicalId, type, physicalId }) => {
    return { place, item: logicalId, type, property: 'ResourcesToSkip', act: 'skip', after: canonicalJson(physicalId) };
  });
}

/** What removing a half-made stack takes with it. */
type Recovery = {
  /** One row `recover` per living resource, with its physical id; what is retained says so. */
  rows: PlanRow[];
  /** Resources that go. */
  lost: number;
};

/**
 * What is lost when a stack that cannot go on is removed to be made again: every resource that lives in it, whatever the
 * stack's own state says. What its template retains stays (AWS CloudFormation user guide, "DeletionPolicy attribute"; a
 * `RetainExceptOnCreate` resource that has outlived the rollback of its creation is retained like any other), and is
 * listed too, with the policy action `Retain`.
 * @param resources of ListStackResources
 * @param templateBody the stack's own template; what it does not explain is taken to go
 */
export function recoveryRows(
  state: Pick<StackState, 'name'>,
  resources: readonly StackResource[],
  templateBody: string,
): Recovery {
  const policies = deletionPolicies(templateBody);
  const rows = resources.filter(isLiving).map(({ logicalId, type, physicalId }): PlanRow => {
    const row = { place: state.name, item: logicalId, type, property: 'PhysicalResourceId', act: 'recover' } as const;
    return { ...row, after: canonicalJson(physicalId), policyAction: policyActionOf(policies.get(logicalId)) };
  });
  return { rows, lost: rows.filter(({ policyAction }) => policyAction !== 'Retain').length };
}

/**
 * Without a physical id it never came to be; `DELETE_SKIPPED` has left the stack and stays in the account (API reference,
 * StackResourceSummary, ResourceStatus). A resource whose creation failed may be there.
 */
function isLiving({ physicalId, status }: StackResource): boolean {
  return physicalId !== '' && status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED';
}

function policyActionOf(policy: string | undefined): string {
  switch (policy) {
    case 'Retain':
    case 'RetainExceptOnCreate':
      return 'Retain';
    case 'Snapshot':
      return 'Snapshot';
    default:
      return 'Delete';
  }
}

function deletionPolicies(templateBody: string): Map<string, string> {
  const policies = new Map<string, string>();
  for (const [id, resource] of Object.entries(membersOf(membersOf(readable(templateBody)).Resources))) {
    const policy = membersOf(resource).DeletionPolicy;
    if (typeof policy === 'string') policies.set(id, policy);
  }
  return policies;
}

function readable(templateBody: string): unknown {
  try {
    return loadTemplate(templateBody, 'The template of the stack');
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
