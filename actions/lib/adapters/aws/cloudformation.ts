import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  DetectStackResourceDriftCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  type LiveResourceDrift,
  paginateListChangeSets,
  paginateListStackResources,
  paginateListStacks,
  type ResourceChange,
  type StackEvent as SdkStackEvent,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { Failure } from '../../failure.ts';
import type {
  ChangeSetChange,
  ChangeSetRequest,
  ChangeSetState,
  ChangeSetSummary,
  CloudFormation,
  ResourceDrift,
  StackEvent,
  StackResource,
  StackState,
} from '../../ports/cloudformation.ts';
import { callAws, isAwsError, toAwsFailure } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

/** Stack events are read page by page, at most this many pages of 100. */
const maxEventPages = 50;

/** Statuses of the stack itself that begin an operation; the others continue or end one. */
const operationStarts: ReadonlySet<string> = new Set([
  'CREATE_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
  'IMPORT_IN_PROGRESS',
]);

/** The port to AWS CloudFormation. */
export function connectCloudFormation(settings: ClientSettings, counter: CallCounter): CloudFormation {
  const client = counted(new CloudFormationClient(settings), counter);
  return {
    findStack: (name) => findStack(client, name),
    findDeletedStackId: (name) => findDeletedStackId(client, name),
    listResources: (name) => listResources(client, name),
    resourceDrift: (stackName, logicalId) => resourceDrift(client, stackName, logicalId),
    templateBody: (name) =>
      callAws(`get the template of stack ${name}`, async () => {
        const { TemplateBody } = await client.send(
          new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
        );
        return TemplateBody ?? '';
      }),
    lastOperationEvents: (stackId) => lastOperationEvents(client, stackId),
    createChangeSet: (request) => createChangeSet(client, request),
    ...changeSetOperations(client),
    ...stackOperations(client),
  };
}

async function createChangeSet(
  client: CloudFormationClient,
  request: ChangeSetRequest,
): Promise<{ changeSetId: string; stackId: string }> {
  return callAws(`create a change set for stack ${request.stackName}`, async () => {
    const { Id, StackId } = await client.send(
      new CreateChangeSetCommand({
        StackName: request.stackName,
        ChangeSetName: request.changeSetName,
        // So that a request that is repeated because its answer was lost makes no second change set.
        ClientToken: request.changeSetName,
        ChangeSetType: request.type,
        TemplateBody: request.templateBody,
        Parameters: pairs(request.parameters, 'ParameterKey', 'ParameterValue'),
        Tags: pairs(request.tags, 'Key', 'Value'),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        RoleARN: request.roleArn,
        Description: request.description,
        ...(request.importExisting ? { ImportExistingResources: true } : {}),
        ...(request.revertsDrift === true ? { DeploymentMode: 'REVERT_DRIFT' as const } : {}),
      }),
    );
    return { changeSetId: Id ?? request.changeSetName, stackId: StackId ?? request.stackName };
  });
}

function changeSetOperations(
  client: CloudFormationClient,
): Pick<CloudFormation, 'describeChangeSet' | 'listChangeSets' | 'executeChangeSet' | 'deleteChangeSet'> {
  return {
    listChangeSets: (name) => listChangeSets(client, name),
    describeChangeSet: (id) => callAws(`describe change set ${id}`, () => readChangeSet(client, id)),
    executeChangeSet: (id, requestToken) =>
      callAws(`execute change set ${id}`, async () => {
        await client.send(new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken: requestToken }));
      }),
    deleteChangeSet: (id) =>
      callAws(`delete change set ${id}`, async () => {
        await client.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
      }),
  };
}

async function listChangeSets(client: CloudFormationClient, nameOrId: string): Promise<ChangeSetSummary[]> {
  try {
    const found: ChangeSetSummary[] = [];
    for await (const page of paginateListChangeSets({ client }, { StackName: nameOrId })) {
      for (const { ChangeSetId, ChangeSetName, Status, ExecutionStatus, CreationTime } of page.Summaries ?? []) {
        found.push({
          id: ChangeSetId ?? ChangeSetName ?? '',
          name: ChangeSetName ?? '',
          status: Status ?? '',
          executionStatus: ExecutionStatus ?? '',
          createdAt: CreationTime ?? new Date(0),
        });
      }
    }
    return found;
  } catch (error) {
    if (isNoSuchStack(error)) return [];
    throw toAwsFailure(error, `list the change sets of stack ${nameOrId}`);
  }
}

function stackOperations(
  client: CloudFormationClient,
): Pick<CloudFormation, 'deleteStack' | 'continueRollback' | 'setTerminationProtection'> {
  return {
    deleteStack: (name, { roleArn, requestToken, retain }) =>
      callAws(`delete stack ${name}`, async () => {
        const input = { StackName: name, RoleARN: roleArn, ClientRequestToken: requestToken };
        const kept = retain === undefined || retain.length === 0 ? {} : { RetainResources: [...retain] };
        await client.send(new DeleteStackCommand({ ...input, ...kept }));
      }),
    continueRollback: (name, { roleArn, requestToken, skip = [] }) =>
      callAws(`continue the rollback of stack ${name}`, async () => {
        const input = { StackName: name, RoleARN: roleArn, ClientRequestToken: requestToken };
        const skipped = skip.length === 0 ? {} : { ResourcesToSkip: [...skip] };
        await client.send(new ContinueUpdateRollbackCommand({ ...input, ...skipped }));
      }),
    setTerminationProtection: (name, enabled) =>
      callAws(`set the termination protection of stack ${name}`, async () => {
        await client.send(
          new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: enabled }),
        );
      }),
  };
}

/** CloudFormation has no own error for "no such stack": DescribeStacks answers ValidationError "… does not exist". */
async function findStack(client: CloudFormationClient, nameOrId: string): Promise<StackState | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: nameOrId }));
    const stack = Stacks?.[0];
    return stack === undefined ? undefined : toState(stack);
  } catch (error) {
    if (isNoSuchStack(error)) return undefined;
    throw toAwsFailure(error, `describe stack ${nameOrId}`);
  }
}

function isNoSuchStack(error: unknown): boolean {
  return isAwsError(error, 'ValidationError') && error instanceof Error && error.message.includes('does not exist');
}

/** ListStacks lists newest first, deleted stacks for 90 days. */
async function findDeletedStackId(client: CloudFormationClient, name: string): Promise<string | undefined> {
  return callAws(`look for the deleted stack ${name}`, async () => {
    let latest: { id: string; at: number } | undefined;
    for await (const page of paginateListStacks({ client }, { StackStatusFilter: ['DELETE_COMPLETE'] })) {
      for (const { StackName, StackId, DeletionTime } of page.StackSummaries ?? []) {
        if (StackName !== name || StackId === undefined) continue;
        const at = DeletionTime?.getTime() ?? 0;
        if (latest === undefined || at > latest.at) latest = { id: StackId, at };
      }
    }
    return latest?.id;
  });
}

async function listResources(client: CloudFormationClient, nameOrId: string): Promise<StackResource[]> {
  return callAws(`list the resources of stack ${nameOrId}`, async () => {
    const resources: StackResource[] = [];
    for await (const page of paginateListStackResources({ client }, { StackName: nameOrId })) {
      for (const found of page.StackResourceSummaries ?? []) {
        resources.push({
          logicalId: found.LogicalResourceId ?? '',
          physicalId: found.PhysicalResourceId ?? '',
          type: found.ResourceType ?? '',
          status: found.ResourceStatus ?? '',
          ...(found.ResourceStatusReason === undefined ? {} : { reason: found.ResourceStatusReason }),
        });
      }
    }
    return resources;
  });
}

/** @throws Failure where CloudFormation could not look; for a type that it cannot look at, the answer says so */
async function resourceDrift(
  client: CloudFormationClient,
  stackName: string,
  logicalId: string,
): Promise<ResourceDrift> {
  try {
    const command = new DetectStackResourceDriftCommand({ StackName: stackName, LogicalResourceId: logicalId });
    const { StackResourceDrift: found } = await client.send(command);
    switch (found?.StackResourceDriftStatus) {
      case 'IN_SYNC':
        return { status: 'in sync' };
      case 'DELETED':
        return { status: 'deleted' };
      case 'MODIFIED':
        return {
          status: 'modified',
          differences: (found.PropertyDifferences ?? []).map(
            ({ PropertyPath, ExpectedValue, ActualValue, DifferenceType }) => ({
              property: (PropertyPath ?? '').replace(/^\//, ''),
              ...(DifferenceType === 'ADD' || ExpectedValue === undefined ? {} : { declared: ExpectedValue }),
              ...(DifferenceType === 'REMOVE' || ActualValue === undefined ? {} : { actual: ActualValue }),
            }),
          ),
        };
      // "Any resources that do not currently support drift detection" (API_DetectStackResourceDrift, StackResourceDrift).
      case 'NOT_CHECKED':
      case 'UNSUPPORTED':
        return { status: 'unsupported' };
      default:
        throw undetermined(stackName, logicalId, found?.DriftStatusReason);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (
      isAwsError(error, 'ValidationError') &&
      error instanceof Error &&
      /drift detection is not supported/i.test(error.message)
    ) {
      return { status: 'unsupported' };
    }
    throw toAwsFailure(error, `look whether ${logicalId} of stack ${stackName} is as it was made`);
  }
}

/** CloudFormation looked and does not know, or says something that is no answer. */
function undetermined(stackName: string, logicalId: string, reason = 'it gives no reason'): Failure {
  return new Failure({
    code: 'DriftUnknown',
    source: 'aws',
    message: `CloudFormation could not tell whether ${logicalId} of stack ${stackName} is as it was made: ${reason}`,
    hint: 'Run this again. If it stays so, look at the resource in the console of its service.',
  });
}

/** DescribeStackEvents lists newest first; reading stops at the event that began the last operation. */
async function lastOperationEvents(client: CloudFormationClient, stackId: string): Promise<StackEvent[]> {
  return callAws(`describe the events of stack ${stackId}`, async () => {
    const events: StackEvent[] = [];
    let nextToken: string | undefined;
    for (let page = 0; page < maxEventPages; page += 1) {
      const answer = await client.send(new DescribeStackEventsCommand({ StackName: stackId, NextToken: nextToken }));
      for (const found of answer.StackEvents ?? []) {
        const event = toEvent(found);
        events.unshift(event);
        if (event.physicalId === found.StackId && operationStarts.has(event.status)) return events;
      }
      nextToken = answer.NextToken;
      if (nextToken === undefined) break;
    }
    return events;
  });
}

function toState(stack: Stack): StackState {
  const outputs: Record<string, string> = {};
  for (const { OutputKey, OutputValue } of stack.Outputs ?? []) if (OutputKey) outputs[OutputKey] = OutputValue ?? '';
  const parameters: Record<string, string> = {};
  for (const { ParameterKey, ParameterValue } of stack.Parameters ?? []) {
    if (ParameterKey) parameters[ParameterKey] = ParameterValue ?? '';
  }
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? stack.StackName ?? '',
    status: stack.StackStatus ?? '',
    ...(stack.StackStatusReason === undefined ? {} : { statusReason: stack.StackStatusReason }),
    outputs,
    parameters,
    terminationProtection: stack.EnableTerminationProtection ?? false,
    createdAt: stack.CreationTime ?? new Date(0),
    ...(stack.LastUpdatedTime === undefined ? {} : { updatedAt: stack.LastUpdatedTime }),
  };
}

function toEvent(event: SdkStackEvent): StackEvent {
  return {
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    ...(event.ResourceStatusReason === undefined ? {} : { reason: event.ResourceStatusReason }),
    at: event.Timestamp ?? new Date(0),
  };
}

/** `{VpcCidr: '10.0.0.0/16'}` as `[{ParameterKey: 'VpcCidr', ParameterValue: '10.0.0.0/16'}]`. */
function pairs<Key extends string, Value extends string>(
  record: Record<string, string>,
  keyName: Key,
  valueName: Value,
): Record<Key | Value, string>[] {
  return Object.entries(record).map(
    ([key, value]) => ({ [keyName]: key, [valueName]: value }) as Record<Key | Value, string>,
  );
}

/**
 * A change set with all pages of its changes and the property values before and after
 * (DescribeChangeSet with IncludePropertyValues).
 */
async function readChangeSet(client: CloudFormationClient, changeSetId: string): Promise<ChangeSetState> {
  const changes: ChangeSetChange[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = await client.send(
      new DescribeChangeSetCommand({ ChangeSetName: changeSetId, IncludePropertyValues: true, NextToken: nextToken }),
    );
    for (const { ResourceChange: change } of page.Changes ?? [])
      if (change !== undefined) changes.push(toChange(change));
    nextToken = page.NextToken;
    if (nextToken !== undefined && nextToken !== '') continue;
    return {
      status: page.Status ?? '',
      ...(page.StatusReason === undefined ? {} : { statusReason: page.StatusReason }),
      executionStatus: page.ExecutionStatus ?? '',
      changes,
    };
  }
}

function toChange(change: ResourceChange): ChangeSetChange {
  const action = change.Action === 'SyncWithActual' || change.Action === undefined ? 'Modify' : change.Action;
  return {
    logicalId: change.LogicalResourceId ?? '',
    type: change.ResourceType ?? '',
    action,
    ...(change.PhysicalResourceId === undefined ? {} : { physicalId: change.PhysicalResourceId }),
    ...(change.Replacement === undefined ? {} : { replacement: change.Replacement }),
    ...(change.PolicyAction === undefined ? {} : { policyAction: change.PolicyAction }),
    ...(change.ResourceDriftStatus === undefined ? {} : { driftStatus: change.ResourceDriftStatus }),
    ...(change.BeforeContext === undefined ? {} : { beforeContext: change.BeforeContext }),
    ...(change.AfterContext === undefined ? {} : { afterContext: change.AfterContext }),
    details: (change.Details ?? []).map(({ Target }) => ({
      path: Target?.Path ?? [Target?.Attribute, Target?.Name].filter((part) => part !== undefined).join('/'),
      ...(Target?.Attribute === undefined ? {} : { attribute: Target.Attribute }),
      ...(Target?.Name === undefined ? {} : { name: Target.Name }),
      ...(Target?.BeforeValue === undefined ? {} : { before: Target.BeforeValue }),
      ...(Target?.AfterValue === undefined ? {} : { after: Target.AfterValue }),
      requiresRecreation: Target?.RequiresRecreation ?? 'Never',
      ...(Target?.Drift === undefined ? {} : { drift: driftOf(Target.Drift) }),
    })),
  };
}

function driftOf({ PreviousValue, ActualValue }: LiveResourceDrift): { declared?: string; actual?: string } {
  return {
    ...(PreviousValue === undefined ? {} : { declared: PreviousValue }),
    ...(ActualValue === undefined ? {} : { actual: ActualValue }),
  };
}
