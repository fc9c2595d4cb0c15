import { randomUUID } from 'node:crypto';
import type {
  DetailedStatus,
  EventType,
  OperationEvent,
  ResourceStatus,
  StackEvent,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import type { Engine } from './engine.ts';
import type { PropertyViolation } from './property-check.ts';
import type { Operation, Stack, StackResource } from './stack-state.ts';

/** One operation that runs on one stack. */
export type Run = { readonly engine: Engine; readonly stack: Stack; readonly operation: Operation };

const stackType = 'AWS::CloudFormation::Stack';

type ResourceEventFields = Pick<
  StackEvent & OperationEvent,
  | 'LogicalResourceId'
  | 'PhysicalResourceId'
  | 'ResourceType'
  | 'ResourceStatus'
  | 'ResourceStatusReason'
  | 'ResourceProperties'
  | 'DetailedStatus'
>;

function record(run: Run, eventType: EventType, fields: ResourceEventFields): void {
  const { stack, operation, engine } = run;
  const common = {
    ...fields,
    EventId: randomUUID(),
    StackId: stack.id,
    OperationId: operation.id,
    Timestamp: engine.world.clock.now(),
    ...(operation.token === undefined ? {} : { ClientRequestToken: operation.token }),
  };
  stack.events.push({
    operation: { ...common, OperationType: operation.type, EventType: eventType },
    stack: { ...common, StackName: stack.name },
  });
}

/**
 * Puts a stack into a state, records the event, and publishes it as CloudFormation does to EventBridge:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-events.html
 */
export function setStackStatus(run: Run, status: StackStatus, reason?: string, detailed?: DetailedStatus): void {
  const { stack, engine } = run;
  stack.status = status;
  stack.statusReason = reason;
  stack.detailedStatus = detailed;
  record(run, 'PROGRESS_EVENT', {
    LogicalResourceId: stack.name,
    PhysicalResourceId: stack.id,
    ResourceType: stackType,
    // A stack's events carry stack states too, such as UPDATE_COMPLETE_CLEANUP_IN_PROGRESS.
    ResourceStatus: status as ResourceStatus,
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
    ...(detailed === undefined ? {} : { DetailedStatus: detailed }),
  });
  const published = engine.world.publish({
    source: 'aws.cloudformation',
    detailType: 'CloudFormation Stack Status Change',
    region: engine.region,
    resources: [stack.id],
    detail: {
      'stack-id': stack.id,
      'status-details': { status, 'status-reason': reason ?? '' },
      'client-request-token': run.operation.token ?? '',
    },
  });
  engine.world.background(published);
}

/** Puts a resource into a state and records the event. */
export function setResourceStatus(run: Run, resource: StackResource, status: ResourceStatus, reason?: string): void {
  resource.status = status;
  resource.statusReason = reason;
  resource.timestamp = run.engine.world.clock.now();
  record(run, status.endsWith('_FAILED') ? 'PROVISIONING_ERROR' : 'PROGRESS_EVENT', {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.state?.physicalId ?? '',
    ResourceType: resource.type,
    ResourceStatus: status,
    ResourceProperties: JSON.stringify(resource.shownProperties),
    ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
  });
}

/** The operation-level event of DescribeEvents: started, succeeded or failed. Not part of DescribeStackEvents. */
export function recordOperation(run: Run, status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED'): void {
  const { stack, operation, engine } = run;
  const now = engine.world.clock.now();
  stack.events.push({
    stack: undefined,
    operation: {
      EventId: randomUUID(),
      StackId: stack.id,
      OperationId: operation.id,
      OperationType: operation.type,
      OperationStatus: status,
      EventType: 'STACK_EVENT',
      Timestamp: now,
      StartTime: operation.startedAt,
      ...(status === 'IN_PROGRESS' ? {} : { EndTime: now }),
      ...(operation.token === undefined ? {} : { ClientRequestToken: operation.token }),
    },
  });
}

/** What pre-deployment validation found in one resource. */
export type ValidationFinding = {
  readonly logicalId: string;
  readonly type: string;
  readonly name: 'PROPERTY_VALIDATION' | 'NAME_CONFLICT_VALIDATION';
  readonly violation: PropertyViolation;
  readonly text: string;
};

/**
 * Records a finding of pre-deployment validation; fields as in the example of
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html.
 */
export function recordValidationFinding(run: Run, finding: ValidationFinding): void {
  const { stack, operation, engine } = run;
  stack.events.push({
    stack: undefined,
    operation: {
      EventId: randomUUID(),
      StackId: stack.id,
      OperationId: operation.id,
      OperationType: operation.type,
      EventType: 'VALIDATION_ERROR',
      LogicalResourceId: finding.logicalId,
      PhysicalResourceId: '',
      ResourceType: finding.type,
      Timestamp: engine.world.clock.now(),
      ValidationFailureMode: 'FAIL',
      ValidationName: finding.name,
      ValidationStatus: 'FAILED',
      ValidationStatusReason: finding.text,
      ValidationPath: `/Resources/${finding.logicalId}/Properties${finding.violation.path}`,
    },
  });
}
