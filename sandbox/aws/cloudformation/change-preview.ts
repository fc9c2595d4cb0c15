import { isDeepStrictEqual } from 'node:util';
import { specOf } from '../service-spec/service-spec.ts';
import { type ActualResource, readActual } from './actual-properties.ts';
import type { Engine } from './engine.ts';
import { isUnknown, knownAfterApply } from './intrinsic.ts';
import { diffProperties, type PropertyChange, type Recreation, strongest } from './property-diff.ts';
import { importable } from './resource-import.ts';
import type { ResourceState } from './resource-type.ts';
import { existingValues, masked, resolveProperties, stackTags } from './resource-values.ts';
import type { ModelResource, ResourceValues, StackModel } from './stack-model.ts';
import type { Stack, StackResource, StackSettings } from './stack-state.ts';
import { references } from './template-references.ts';

/** Why a property differs; `entity` as in a change set's `CausingEntity`. */
export type ChangeCause = {
  readonly source: 'DirectModification' | 'ParameterReference' | 'ResourceReference' | 'ResourceAttribute';
  readonly evaluation: 'Static' | 'Dynamic';
  readonly entity?: string;
};
export type ExplainedChange = PropertyChange & { readonly causes: readonly ChangeCause[] };

/** What an update would do to one resource. */
export type PreviewedChange =
  | {
      readonly action: 'Add';
      readonly resource: ModelResource;
      readonly after: Record<string, unknown>;
      /** What was deleted outside of CloudFormation and is made again. */
      readonly deleted?: StackResource;
    }
  | {
      readonly action: 'Import';
      readonly resource: ModelResource;
      readonly after: Record<string, unknown>;
      /** The resource that exists already. */
      readonly state: ResourceState;
    }
  | { readonly action: 'Remove'; readonly existing: StackResource }
  | {
      readonly action: 'Modify';
      readonly existing: StackResource;
      readonly resource: ModelResource;
      /** Resolved and masked, for showing. */
      readonly after: Record<string, unknown>;
      readonly replacement: 'True' | 'False' | 'Conditional';
      readonly properties: readonly ExplainedChange[];
      /** Only in drift-aware change sets: what the resource's service has, `UNSUPPORTED` where nobody can ask. */
      readonly actual?: Exclude<ActualResource, { status: 'DELETED' }> | { readonly status: 'UNSUPPORTED' };
      /** Only the stack's own knowledge changes: the service has the template's values already. */
      readonly syncs: boolean;
      readonly stackTagsChanged: boolean;
      readonly metadataChanged: boolean;
      readonly policiesChanged: readonly ('DeletionPolicy' | 'UpdateReplacePolicy')[];
    };

export type Preview = {
  readonly changes: readonly PreviewedChange[];
  /** Every resource's properties as far as they are known, for validation before anything is made. */
  readonly properties: ReadonlyMap<string, Record<string, unknown>>;
  readonly values: ResourceValues;
  /** What was read of the stack's resources, in drift-aware mode. */
  readonly actual: ActualResources;
};

/** What a drift-aware change set has read, by logical id; empty in others. */
export type ActualResources = ReadonlyMap<string, ActualResource>;

/** Existing resources that an operation takes over, by logical id. */
export type ImportedStates = ReadonlyMap<string, ResourceState>;

/** What a computed change set takes over. */
export function importedStates(changes: readonly PreviewedChange[]): ImportedStates {
  return new Map(
    changes.flatMap((change) => (change.action === 'Import' ? [[change.resource.logicalId, change.state]] : [])),
  );
}

/** How sure it is that a resource's identity, or only its attributes, will change. */
type Fate = 'same' | 'modified' | 'conditional' | 'replaced' | 'added';

/**
 * Compares what a stack is with what a model wants, resource by resource in dependency order, without changing
 * anything: the content of a change set.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-samples.html
 *
 * @param options.importExisting take over what already has the name of a new resource, instead of making it
 * @param options.revertsDrift compare with what the services have, instead of with the previous deployment: a drift-aware
 *   change set (UserGuide/drift-aware-change-sets.html)
 */
export function previewChanges(
  engine: Engine,
  stack: Stack,
  model: StackModel,
  settings: StackSettings,
  { importExisting = false, revertsDrift = false }: { importExisting?: boolean; revertsDrift?: boolean } = {},
): Preview {
  const actual = revertsDrift ? readResources(engine, stack) : new Map<string, ActualResource>();
  const fates = new Map<string, Fate>();
  const imported = new Map<string, ResourceState>();
  const values = previewValues(engine, stack, fates, imported);
  const shown = masked(model);
  const properties = new Map<string, Record<string, unknown>>();
  const found = new Map<string, PreviewedChange>();
  for (const resource of inDependencyOrder(model)) {
    const { logicalId } = resource;
    const resolved = resolveProperties(model, resource, values);
    properties.set(logicalId, resolved);
    const after = resolveProperties(shown, resource, values);
    const existing = stack.resources.get(logicalId);
    if (existing?.state !== undefined && actual.get(logicalId)?.status === 'DELETED') {
      fates.set(logicalId, 'added');
      found.set(logicalId, { action: 'Add', resource, after, deleted: existing });
      continue;
    }
    if (existing?.state === undefined || existing.status === 'CREATE_FAILED') {
      const state = importExisting ? importable(engine, resource, resolved) : undefined;
      fates.set(logicalId, state === undefined ? 'added' : 'same');
      if (state !== undefined) imported.set(logicalId, state);
      found.set(
        logicalId,
        state === undefined ? { action: 'Add', resource, after } : { action: 'Import', resource, after, state },
      );
      continue;
    }
    const change = compare(
      { stack, model, settings, fates, revertsDrift, actual },
      resource,
      existing,
      resolved,
      after,
    );
    fates.set(logicalId, fateOf(change));
    if (change !== undefined) found.set(logicalId, change);
  }
  const removed = [...stack.resources.values()]
    .filter(({ logicalId, state }) => state !== undefined && !model.resources.has(logicalId))
    .map((existing): PreviewedChange => ({ action: 'Remove', existing }));
  const ordered = [...model.resources.keys()].flatMap((logicalId) => found.get(logicalId) ?? []);
  return { changes: [...ordered, ...removed], properties, values, actual };
}

function readResources(engine: Engine, stack: Stack): ActualResources {
  const read = [...stack.resources.values()].map(
    (existing) => [existing.logicalId, readActual(engine, stack, existing)] as const,
  );
  return new Map(read.flatMap(([logicalId, actual]) => (actual === undefined ? [] : [[logicalId, actual]])));
}

function inDependencyOrder(model: StackModel): ModelResource[] {
  const ordered = new Map<string, ModelResource>();
  const visit = (logicalId: string): void => {
    const resource = model.resources.get(logicalId);
    if (resource === undefined || ordered.has(logicalId)) return;
    for (const needed of model.dependencies.get(logicalId) ?? []) visit(needed);
    ordered.set(logicalId, resource);
  };
  for (const logicalId of model.resources.keys()) visit(logicalId);
  return [...ordered.values()];
}

function fateOf(change: PreviewedChange | undefined): Fate {
  if (change?.action !== 'Modify') return 'same';
  if (change.replacement !== 'False') return change.replacement === 'True' ? 'replaced' : 'conditional';
  return 'modified';
}

/**
 * A new or replaced resource has no id yet; one that may be replaced may get another; the attributes of a resource
 * that is modified in place may change with it.
 */
function previewValues(
  engine: Engine,
  stack: Stack,
  fates: ReadonlyMap<string, Fate>,
  imported: ImportedStates,
): ResourceValues {
  const existing = existingValues(
    engine,
    (logicalId) => imported.get(logicalId) ?? stack.resources.get(logicalId)?.state,
  );
  return {
    ...existing,
    resourceRef: (logicalId) => {
      const fate = fates.get(logicalId);
      return fate === 'same' || fate === 'modified' ? existing.resourceRef(logicalId) : knownAfterApply;
    },
    getAtt: (logicalId, attribute) =>
      fates.get(logicalId) === 'same' ? existing.getAtt(logicalId, attribute) : knownAfterApply,
  };
}

type Context = {
  readonly stack: Stack;
  readonly model: StackModel;
  readonly settings: StackSettings;
  readonly fates: ReadonlyMap<string, Fate>;
  readonly revertsDrift: boolean;
  readonly actual: ActualResources;
};

/** What a resource is compared with: in drift-aware change sets what its service has, where that can be read. */
function presentState({ revertsDrift, actual }: Context, { logicalId }: StackResource) {
  const found = actual.get(logicalId);
  if (!revertsDrift || found?.status === 'DELETED') return undefined;
  return found ?? ({ status: 'UNSUPPORTED' } as const);
}

function compare(
  context: Context,
  resource: ModelResource,
  existing: StackResource,
  resolved: Record<string, unknown>,
  after: Record<string, unknown>,
): PreviewedChange | undefined {
  const spec = specOf(existing.type);
  if (spec === undefined) return undefined;
  const actual = presentState(context, existing);
  const asDeployed = diffProperties(spec, existing.properties, resolved);
  const asFound =
    actual === undefined || actual.status === 'UNSUPPORTED'
      ? asDeployed
      : diffProperties(spec, actual.properties, resolved);
  const syncs = asFound.length === 0 && asDeployed.length > 0;
  const properties = (syncs ? asDeployed : asFound).map(
    (change): ExplainedChange => ({ ...change, causes: causesOf(context, resource, change) }),
  );
  const { declaration, logicalId } = resource;
  const tags = stackTags(context.stack, logicalId, context.settings);
  const stackTagsChanged = spec.tagProperty !== undefined && !isDeepStrictEqual(tags, existing.stackTags);
  const metadataChanged = !isDeepStrictEqual(declaration.metadata, existing.declaration.metadata);
  const policiesChanged = [
    ...(declaration.deletionPolicy === existing.declaration.deletionPolicy ? [] : (['DeletionPolicy'] as const)),
    ...(declaration.updateReplacePolicy === existing.declaration.updateReplacePolicy
      ? []
      : (['UpdateReplacePolicy'] as const)),
  ];
  if (properties.length === 0 && !stackTagsChanged && !metadataChanged && policiesChanged.length === 0) {
    return undefined;
  }
  const replacement = syncs ? 'False' : replacementOf(properties);
  return {
    action: 'Modify',
    ...(actual === undefined ? {} : { actual }),
    syncs,
    existing,
    resource,
    after,
    replacement,
    properties,
    stackTagsChanged,
    metadataChanged,
    policiesChanged,
  };
}

/** `RequiresRecreation` and `Evaluation` give `Replacement`: API_ResourceChange.html. */
function replacementOf(changes: readonly ExplainedChange[]): 'True' | 'False' | 'Conditional' {
  const certain = (change: ExplainedChange): boolean => change.causes.some(({ evaluation }) => evaluation === 'Static');
  const result = changes
    .map((change): Recreation => {
      if (change.recreation !== 'Always') return change.recreation;
      return certain(change) ? 'Always' : 'Conditionally';
    })
    .reduce(strongest, 'Never');
  return result === 'Always' ? 'True' : result === 'Never' ? 'False' : 'Conditional';
}

function causesOf(context: Context, resource: ModelResource, change: PropertyChange): ChangeCause[] {
  const expression = expressionAt(resource.properties, change.path);
  const before = expressionAt(context.stack.model?.resources.get(resource.logicalId)?.properties ?? {}, change.path);
  const certain = evaluationOf(context, expression, change);
  if (!isDeepStrictEqual(before, expression)) return [{ source: 'DirectModification', evaluation: certain }];
  const parameters = changedParameters(context, expression);
  const caused: ChangeCause[] = [
    // Each changed parameter shows up twice, see the samples page.
    ...(parameters.length > 0 ? [{ source: 'DirectModification', evaluation: 'Dynamic' } as const] : []),
    ...parameters.map((entity): ChangeCause => ({ source: 'ParameterReference', evaluation: 'Static', entity })),
    ...changedResources(context, expression),
  ];
  return caused.length > 0 ? caused : [{ source: 'DirectModification', evaluation: certain }];
}

function evaluationOf(context: Context, expression: unknown, change: PropertyChange): 'Static' | 'Dynamic' {
  if (!isUnknown(change.after)) return 'Static';
  const sources = references(expression).map(({ name }) => context.fates.get(name));
  const unsure = sources.some((fate) => fate === 'modified' || fate === 'conditional');
  return unsure ? 'Dynamic' : 'Static';
}

/** The part of a template value that a path leads to; a function on the way is taken whole. */
function expressionAt(properties: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = properties;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) break;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value === properties ? undefined : value;
}

function changedParameters(context: Context, expression: unknown): string[] {
  const names = new Set(references(expression).map(({ name }) => name));
  return [...names].filter((name) => {
    const after = context.model.parameters.get(name);
    const before = context.stack.model?.parameters.get(name);
    return after !== undefined && (after.value !== before?.value || after.resolved !== before?.resolved);
  });
}

function changedResources(context: Context, expression: unknown): ChangeCause[] {
  const causes = references(expression).flatMap((reference): ChangeCause[] => {
    const fate = context.fates.get(reference.name);
    if (fate === undefined || fate === 'same') return [];
    const evaluation = fate === 'replaced' || fate === 'added' ? 'Static' : 'Dynamic';
    if (reference.kind === 'getAtt') {
      return [{ source: 'ResourceAttribute', evaluation, entity: `${reference.name}.${reference.attribute ?? ''}` }];
    }
    return fate === 'modified' ? [] : [{ source: 'ResourceReference', evaluation, entity: reference.name }];
  });
  return [...new Map(causes.map((cause) => [JSON.stringify(cause), cause])).values()];
}
