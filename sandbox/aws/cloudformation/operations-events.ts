import type {
  DescribeEventsInput,
  DescribeEventsOutput,
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  OperationEvent,
} from '@aws-sdk/client-cloudformation';
import type { CallContext } from '../service.ts';
import { findChangeSet } from './change-set-lookup.ts';
import type { Engine } from './engine.ts';
import { newestFirstPage } from './page.ts';
import { cloudFormationState, findStack, type Stack } from './stack-state.ts';
import { validationError } from './validation-error.ts';

type EngineOf = (context: CallContext) => Engine;

/** DescribeStackEvents and DescribeEvents. */
export function eventOperations(engineOf: EngineOf) {
  return {
    DescribeStackEvents: (input: DescribeStackEventsInput, context: CallContext) =>
      describeStackEvents(engineOf(context), input),
    DescribeEvents: (input: DescribeEventsInput, context: CallContext) => describeEvents(engineOf(context), input),
  };
}

function stackByName(engine: Engine, nameOrId: string): Stack {
  const stack = findStack(engine.world.state(cloudFormationState, engine.region), nameOrId);
  if (stack === undefined) throw validationError(`Stack [${nameOrId}] does not exist`);
  return stack;
}

/** Newest first: API_DescribeStackEvents.html. */
function describeStackEvents(engine: Engine, input: DescribeStackEventsInput): DescribeStackEventsOutput {
  const events = stackByName(engine, input.StackName ?? '').events.flatMap(({ stack }) => stack ?? []);
  const { items, nextToken } = newestFirstPage(events, input.NextToken, engine.options.pageSize ?? 100);
  return { StackEvents: items, NextToken: nextToken };
}

const failures: ReadonlySet<string> = new Set(['VALIDATION_ERROR', 'PROVISIONING_ERROR', 'HOOK_INVOCATION_ERROR']);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html */
function describeEvents(engine: Engine, input: DescribeEventsInput): DescribeEventsOutput {
  const failedOnly = input.Filters?.FailedEvents === true;
  const events = eventsFor(engine, input).filter(({ EventType }) => !failedOnly || failures.has(EventType ?? ''));
  const { items, nextToken } = newestFirstPage(events, input.NextToken, engine.options.pageSize ?? 100);
  return { OperationEvents: items, NextToken: nextToken };
}

function eventsFor(engine: Engine, input: DescribeEventsInput): OperationEvent[] {
  const { StackName: stackName, ChangeSetName: changeSetName, OperationId: operationId } = input;
  if (changeSetName !== undefined) {
    const { stack, changeSet } = findChangeSet(engine, changeSetName, stackName);
    return operationEvents(stack).filter((event) => event.OperationId === changeSet.operationId);
  }
  if (stackName !== undefined) {
    const events = operationEvents(stackByName(engine, stackName));
    return operationId === undefined ? events : events.filter((event) => event.OperationId === operationId);
  }
  if (operationId === undefined) {
    throw validationError('At least one of StackName, ChangeSetName and OperationId must be specified.');
  }
  const { stacks } = engine.world.state(cloudFormationState, engine.region);
  return stacks.flatMap(operationEvents).filter((event) => event.OperationId === operationId);
}

function operationEvents(stack: Stack): OperationEvent[] {
  return stack.events.map(({ operation }) => operation);
}
