import { isDeepStrictEqual } from 'node:util';
import type {
  Change,
  PolicyAction,
  ResourceAttribute,
  ResourceChange,
  ResourceChangeDetail,
  ResourceTargetDefinition,
} from '@aws-sdk/client-cloudformation';
import { specOf } from '../service-spec/service-spec.ts';
import type { ExplainedChange, PreviewedChange } from './change-preview.ts';
import { stringify } from './intrinsic.ts';
import type { StackResource } from './stack-state.ts';
import type { DeletionPolicy, ResourceDeclaration } from './template.ts';

type Modification = Extract<PreviewedChange, { action: 'Modify' }>;

/**
 * A change as DescribeChangeSet shows it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 *
 * @param withValues IncludePropertyValues: contexts and the values of every changed part; without it one detail per
 *   property
 * @param readAt when a drift-aware change set looked at the resources
 */
export function describeChange(change: PreviewedChange, withValues: boolean, readAt: Date): Change {
  return { Type: 'Resource', ResourceChange: describeResourceChange(change, withValues, readAt) };
}

function describeResourceChange(change: PreviewedChange, withValues: boolean, readAt: Date): ResourceChange {
  switch (change.action) {
    case 'Add':
      return {
        Action: 'Add',
        LogicalResourceId: change.resource.logicalId,
        ResourceType: change.resource.declaration.type,
        Scope: [],
        Details: [],
        ...(change.deleted === undefined ? {} : { ResourceDriftStatus: 'DELETED' as const }),
        ...(withValues ? { AfterContext: context(change.after, change.resource.declaration) } : {}),
        ...(withValues && change.deleted !== undefined ? { PreviousDeploymentContext: contextOf(change.deleted) } : {}),
      };
    case 'Import':
      return {
        Action: 'Import',
        LogicalResourceId: change.resource.logicalId,
        PhysicalResourceId: change.state.physicalId,
        ResourceType: change.resource.declaration.type,
        Scope: [],
        Details: [],
        ...(withValues ? { AfterContext: context(change.after, change.resource.declaration) } : {}),
      };
    case 'Remove':
      return {
        PolicyAction: whenRemoved(change.existing.declaration.deletionPolicy),
        Action: 'Remove',
        ...identity(change.existing),
        Scope: [],
        Details: [],
        ...(withValues ? { BeforeContext: contextOf(change.existing) } : {}),
      };
    case 'Modify':
      return describeModification(change, withValues, readAt);
  }
}

function identity(existing: StackResource): ResourceChange {
  return {
    LogicalResourceId: existing.logicalId,
    PhysicalResourceId: existing.state?.physicalId ?? '',
    ResourceType: existing.type,
  };
}

function describeModification(change: Modification, withValues: boolean, readAt: Date): ResourceChange {
  const details = detailsOf(change, withValues, readAt);
  const scope = [...new Set(details.flatMap(({ Target }) => Target?.Attribute ?? []))];
  return {
    ...(change.replacement === 'False'
      ? {}
      : { PolicyAction: whenReplaced(change.resource.declaration.updateReplacePolicy) }),
    Action: change.syncs ? 'SyncWithActual' : 'Modify',
    ...identity(change.existing),
    Replacement: change.replacement,
    ...(change.actual === undefined ? {} : { ResourceDriftStatus: change.actual.status }),
    Scope: scope,
    Details: details,
    ...(withValues
      ? {
          BeforeContext: context(shownBefore(change), change.existing.declaration),
          AfterContext: context(change.after, change.resource.declaration),
        }
      : {}),
    ...(withValues && change.actual !== undefined ? { PreviousDeploymentContext: contextOf(change.existing) } : {}),
  };
}

/** What there is before the change: in a drift-aware change set what the service has, otherwise the last deployment. */
function shownBefore({ actual, existing, syncs }: Modification): Readonly<Record<string, unknown>> {
  if (actual === undefined || actual.status === 'UNSUPPORTED' || syncs) return existing.shownProperties;
  const shown = Object.entries(actual.properties).map(([name, value]) => [
    name,
    isDeepStrictEqual(value, existing.properties[name]) ? existing.shownProperties[name] : value,
  ]);
  return Object.fromEntries(shown) as Record<string, unknown>;
}

function whenRemoved(policy: DeletionPolicy): PolicyAction {
  return policy === 'Delete' || policy === 'Snapshot' ? policy : 'Retain';
}

function whenReplaced(policy: DeletionPolicy): PolicyAction {
  switch (policy) {
    case 'Delete':
      return 'ReplaceAndDelete';
    case 'Snapshot':
      return 'ReplaceAndSnapshot';
    case 'Retain':
    case 'RetainExceptOnCreate':
      return 'ReplaceAndRetain';
  }
}

function contextOf(existing: StackResource): string {
  return context(existing.shownProperties, existing.declaration);
}

/** All scalars are text in a context, whatever the template wrote. */
function context(properties: Readonly<Record<string, unknown>>, declaration: ResourceDeclaration): string {
  const { metadata, deletionPolicy, updateReplacePolicy } = declaration;
  return JSON.stringify({
    Properties: stringify(properties),
    ...(metadata === undefined ? {} : { Metadata: stringify(metadata) }),
    ...(updateReplacePolicy === 'Delete' ? {} : { UpdateReplacePolicy: updateReplacePolicy }),
    ...(deletionPolicy === 'Delete' ? {} : { DeletionPolicy: deletionPolicy }),
  });
}

function detailsOf(change: Modification, withValues: boolean, readAt: Date): ResourceChangeDetail[] {
  const direct = { Evaluation: 'Static', ChangeSource: 'DirectModification' } as const;
  const inPlace = (Attribute: ResourceAttribute, extra: ResourceTargetDefinition = {}): ResourceChangeDetail => ({
    Target: { Attribute, RequiresRecreation: 'Never', ...extra },
    ...direct,
  });
  const details = [
    ...change.properties.flatMap((property) => propertyDetails(change, property, withValues, readAt)),
    ...(change.stackTagsChanged ? [inPlace('Tags')] : []),
    ...(change.metadataChanged ? [inPlace('Metadata')] : []),
    ...change.policiesChanged.map((attribute) => inPlace(attribute)),
  ];
  return [...new Map(details.map((detail) => [JSON.stringify(detail), detail])).values()];
}

function propertyDetails(
  change: Modification,
  property: ExplainedChange,
  withValues: boolean,
  readAt: Date,
): ResourceChangeDetail[] {
  const [name = ''] = property.path;
  const isTag = name === specOf(change.existing.type)?.tagProperty;
  const target: ResourceTargetDefinition = {
    Attribute: isTag ? 'Tags' : 'Properties',
    ...(isTag ? {} : { Name: name }),
    RequiresRecreation: property.recreation,
    ...(withValues ? targetValues(change, property, readAt) : {}),
  };
  return property.causes.map(({ source, evaluation, entity }) => ({
    Target: target,
    Evaluation: evaluation,
    ChangeSource: source,
    ...(entity === undefined ? {} : { CausingEntity: entity }),
  }));
}

/** Values come from the masked properties, so that NoEcho parameters never show. */
function targetValues(change: Modification, property: ExplainedChange, readAt: Date): ResourceTargetDefinition {
  const before = at(shownBefore(change), property.path);
  const after = at(change.after, property.path);
  return {
    ...driftValues(change, property, readAt),
    Path: `/Properties/${property.path.join('/')}`,
    ...(before === undefined ? {} : { BeforeValue: text(before) }),
    ...(after === undefined ? {} : { AfterValue: text(after) }),
    AttributeChangeType: change.syncs ? 'SyncWithActual' : property.kind,
  };
}

/** Where the values come from, and how far the service is from the last deployment (API_LiveResourceDrift.html). */
function driftValues(
  { actual, existing }: Modification,
  { path }: ExplainedChange,
  readAt: Date,
): ResourceTargetDefinition {
  if (actual === undefined) return {};
  if (actual.status === 'UNSUPPORTED') {
    return { BeforeValueFrom: 'PREVIOUS_DEPLOYMENT_STATE', AfterValueFrom: 'TEMPLATE' };
  }
  const [previous, live] = [at(existing.properties, path), at(actual.properties, path)];
  const drifted = !isDeepStrictEqual(stringify(previous), stringify(live));
  const Drift = {
    ...(previous === undefined ? {} : { PreviousValue: text(at(existing.shownProperties, path) ?? previous) }),
    ...(live === undefined ? {} : { ActualValue: text(live) }),
    DriftDetectionTimestamp: readAt,
  };
  return { BeforeValueFrom: 'ACTUAL_STATE', AfterValueFrom: 'TEMPLATE', ...(drifted ? { Drift } : {}) };
}

function at(properties: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.entries(value).find(([name]) => name === key)?.[1];
  }, properties);
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(stringify(value)) : String(value);
}
