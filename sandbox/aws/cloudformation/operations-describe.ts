import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  ListExportsInput,
  ListExportsOutput,
  ListImportsInput,
  ListImportsOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
  ListStacksInput,
  ListStacksOutput,
  Stack as StackDescription,
  StackResource as StackResourceDescription,
  StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../service.ts';
import type { Engine } from './engine.ts';
import { pageOf } from './page.ts';
import { describeParameters } from './parameters.ts';
import { cloudFormationState, requireStack, type Stack, type StackResource } from './stack-state.ts';
import { validationError } from './validation-error.ts';

type EngineOf = (context: CallContext) => Engine;

const notChecked = { StackDriftStatus: 'NOT_CHECKED' } as const;
const resourceNotChecked = { StackResourceDriftStatus: 'NOT_CHECKED' } as const;

/** The operations that read stacks, resources and exports. */
export function describeOperations(engineOf: EngineOf) {
  return {
    DescribeStacks: (input: DescribeStacksInput, context: CallContext) => describeStacks(engineOf(context), input),
    ListStacks: (input: ListStacksInput, context: CallContext) => listStacks(engineOf(context), input),
    DescribeStackResources: (input: DescribeStackResourcesInput, context: CallContext) =>
      describeStackResources(engineOf(context), input),
    DescribeStackResource: (input: DescribeStackResourceInput, context: CallContext) =>
      describeStackResource(engineOf(context), input),
    ListStackResources: (input: ListStackResourcesInput, context: CallContext) =>
      listStackResources(engineOf(context), input),
    ListExports: (input: ListExportsInput, context: CallContext) => listExports(engineOf(context), input),
    ListImports: (input: ListImportsInput, context: CallContext) => listImports(engineOf(context), input),
    DescribeAccountLimits: (_input: DescribeAccountLimitsInput): DescribeAccountLimitsOutput => accountLimits,
  };
}

/** Default quotas: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const accountLimits: DescribeAccountLimitsOutput = {
  AccountLimits: [
    { Name: 'StackLimit', Value: 2000 },
    { Name: 'StackOutputsLimit', Value: 200 },
    { Name: 'ConcurrentResourcesLimit', Value: 2500 },
  ],
};

function stateOf(engine: Engine) {
  return engine.world.state(cloudFormationState, engine.region);
}

function pageSize(engine: Engine): number {
  return engine.options.pageSize ?? 100;
}

function describeStacks(engine: Engine, input: DescribeStacksInput): DescribeStacksOutput {
  const state = stateOf(engine);
  if (input.StackName !== undefined) return { Stacks: [describeStack(requireStack(state, input.StackName))] };
  const alive = state.stacks.filter(({ status }) => status !== 'DELETE_COMPLETE').reverse();
  const { items, nextToken } = pageOf(alive, input.NextToken, pageSize(engine));
  return { Stacks: items.map(describeStack), NextToken: nextToken };
}

function describeStack(stack: Stack): StackDescription {
  const { model, settings } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.creationTime,
    StackStatus: stack.status,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...settings.notificationArns],
    Capabilities: [...settings.capabilities],
    Outputs: [...stack.outputs],
    Parameters: model === undefined ? [] : describeParameters(model.parameters),
    Tags: Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: stack.terminationProtection,
    RollbackConfiguration: {},
    DriftInformation: notChecked,
    StackStatusReason: stack.statusReason,
    DetailedStatus: stack.detailedStatus,
    Description: model?.template.description,
    ChangeSetId: stack.changeSetId,
    LastUpdatedTime: stack.lastUpdatedTime,
    DeletionTime: stack.deletionTime,
    RoleARN: settings.roleArn,
    TimeoutInMinutes: stack.timeoutInMinutes,
    DeletionMode: stack.forceDeleted ? 'FORCE_DELETE_STACK' : undefined,
    RetainExceptOnCreate: stack.retainExceptOnCreate ? true : undefined,
    LastOperations: lastOperations(stack),
  };
}

function lastOperations(stack: Stack): StackDescription['LastOperations'] {
  const last = stack.operations.at(-1);
  return last === undefined ? undefined : [{ OperationType: last.type, OperationId: last.id }];
}

function listStacks(engine: Engine, input: ListStacksInput): ListStacksOutput {
  const filter = new Set(input.StackStatusFilter);
  const found = stateOf(engine)
    .stacks.filter(({ status }) => filter.size === 0 || filter.has(status))
    .reverse();
  const { items, nextToken } = pageOf(found, input.NextToken, pageSize(engine));
  return { StackSummaries: items.map(summarize), NextToken: nextToken };
}

function summarize(stack: Stack): StackSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.creationTime,
    StackStatus: stack.status,
    DriftInformation: notChecked,
    TemplateDescription: stack.model?.template.description,
    StackStatusReason: stack.statusReason,
    LastUpdatedTime: stack.lastUpdatedTime,
    DeletionTime: stack.deletionTime,
    LastOperations: lastOperations(stack),
  };
}

function describeResource(stack: Stack, resource: StackResource): StackResourceDescription {
  return {
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    ResourceType: resource.type,
    Timestamp: resource.timestamp,
    ResourceStatus: resource.status,
    DriftInformation: resourceNotChecked,
    PhysicalResourceId: resource.state?.physicalId,
    ResourceStatusReason: resource.statusReason,
  };
}

/** Up to 100 resources, not paged: API_DescribeStackResources.html. */
function describeStackResources(engine: Engine, input: DescribeStackResourcesInput): DescribeStackResourcesOutput {
  const { StackName: name, PhysicalResourceId: physicalId, LogicalResourceId: logicalId } = input;
  if ((name === undefined) === (physicalId === undefined)) {
    throw validationError('You must specify either StackName or PhysicalResourceId, but not both.');
  }
  const stack = name === undefined ? stackOf(engine, physicalId ?? '') : requireStack(stateOf(engine), name);
  const resources = [...stack.resources.values()].filter(
    (resource) => logicalId === undefined || resource.logicalId === logicalId,
  );
  return { StackResources: resources.slice(0, 100).map((resource) => describeResource(stack, resource)) };
}

function stackOf(engine: Engine, physicalId: string): Stack {
  const found = stateOf(engine).stacks.findLast((stack) =>
    [...stack.resources.values()].some((resource) => resource.state?.physicalId === physicalId),
  );
  if (found === undefined) throw validationError(`Stack for ${physicalId} does not exist`);
  return found;
}

function describeStackResource(engine: Engine, input: DescribeStackResourceInput): DescribeStackResourceOutput {
  const stack = requireStack(stateOf(engine), input.StackName);
  const resource = stack.resources.get(input.LogicalResourceId ?? '');
  if (resource === undefined) {
    throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
  }
  const { Timestamp: timestamp, ...described } = describeResource(stack, resource);
  const { metadata } = resource.declaration;
  return {
    StackResourceDetail: {
      ...described,
      LastUpdatedTimestamp: timestamp,
      Metadata: metadata === undefined ? '{}' : JSON.stringify(metadata),
    },
  };
}

function listStackResources(engine: Engine, input: ListStackResourcesInput): ListStackResourcesOutput {
  const stack = requireStack(stateOf(engine), input.StackName);
  const { items, nextToken } = pageOf([...stack.resources.values()], input.NextToken, pageSize(engine));
  const summaries = items.map((resource) => {
    const { StackName: _name, StackId: _id, Timestamp: timestamp, ...described } = describeResource(stack, resource);
    return { ...described, LastUpdatedTimestamp: timestamp };
  });
  return { StackResourceSummaries: summaries, NextToken: nextToken };
}

function listExports(engine: Engine, input: ListExportsInput): ListExportsOutput {
  const all = stateOf(engine)
    .stacks.filter(({ status }) => status !== 'DELETE_COMPLETE')
    .flatMap((stack) =>
      stack.outputs.flatMap(({ ExportName, OutputValue }) =>
        ExportName === undefined ? [] : [{ ExportingStackId: stack.id, Name: ExportName, Value: OutputValue ?? '' }],
      ),
    );
  const { items, nextToken } = pageOf(all, input.NextToken, pageSize(engine));
  return { Exports: items, NextToken: nextToken };
}

function listImports(engine: Engine, input: ListImportsInput): ListImportsOutput {
  const importers = stateOf(engine).stacks.filter(
    ({ status, imports }) => status !== 'DELETE_COMPLETE' && imports.has(input.ExportName ?? ''),
  );
  if (importers.length === 0) throw validationError(`Export '${input.ExportName}' is not imported by any stack.`);
  const { items, nextToken } = pageOf(importers, input.NextToken, pageSize(engine));
  return { Imports: items.map(({ name }) => name), NextToken: nextToken };
}
