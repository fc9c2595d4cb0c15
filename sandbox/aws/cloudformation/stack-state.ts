import type {
  Capability,
  ChangeSetStatus,
  DetailedStatus,
  ExecutionStatus,
  OnStackFailure,
  OperationEvent,
  OperationType,
  Output,
  ResourceStatus,
  StackEvent,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import type { StateKey } from '../world.ts';
import type { ActualResources, PreviewedChange } from './change-preview.ts';
import type { ResourceState } from './resource-type.ts';
import type { StackModel } from './stack-model.ts';
import type { ResourceDeclaration } from './template.ts';
import { validationError } from './validation-error.ts';

/** One resource of a stack as it exists, or as its creation failed. */
export type StackResource = {
  readonly logicalId: string;
  readonly type: string;
  readonly declaration: ResourceDeclaration;
  /** Resolved and given the schema's types. */
  properties: Record<string, unknown>;
  /** The same with the values of NoEcho parameters masked, for events and change sets. */
  shownProperties: Record<string, unknown>;
  /** User's stack tags and `aws:cloudformation:*`. */
  stackTags: Record<string, string>;
  /** Logical ids it was made after. */
  readonly dependsOn: ReadonlySet<string>;
  status: ResourceStatus;
  statusReason: string | undefined;
  timestamp: Date;
  /** Undefined until its handler has made it. */
  state: ResourceState | undefined;
  /** Taken over by the operation in progress, not made by it: its rollback leaves the resource behind. */
  imported: boolean;
};

export type CleanupPolicy = 'Delete' | 'Retain' | 'Snapshot';

export type StackSettings = {
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly Capability[];
  readonly notificationArns: readonly string[];
  readonly roleArn: string | undefined;
};

/** What a stack consisted of when it was last stable; an update rolls back to it. */
export type StackVersion = {
  readonly model: StackModel;
  readonly settings: StackSettings;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: readonly Output[];
};

export type Operation = {
  readonly id: string;
  readonly type: OperationType;
  readonly token: string | undefined;
  readonly startedAt: Date;
  /** The role that this operation's request names; undefined: the stack's own. */
  readonly roleArn: string | undefined;
  /** Aborted to cancel the resources in progress; a rollback gets a new one. */
  phase: AbortController;
};

/** One event with what both event operations show of it. */
export type RecordedEvent = { readonly operation: OperationEvent; readonly stack: StackEvent | undefined };

export type ChangeSet = {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly stackId: string;
  readonly creationTime: Date;
  readonly description: string | undefined;
  readonly clientToken: string | undefined;
  readonly onStackFailure: OnStackFailure | undefined;
  readonly importExisting: boolean;
  /** Drift-aware: DeploymentMode REVERT_DRIFT. */
  readonly revertsDrift: boolean;
  actual: ActualResources;
  readonly model: StackModel;
  readonly settings: StackSettings;
  readonly operationId: string;
  status: ChangeSetStatus;
  statusReason: string | undefined;
  executionStatus: ExecutionStatus;
  changes: readonly PreviewedChange[];
};

export type Stack = {
  readonly id: string;
  readonly name: string;
  readonly creationTime: Date;
  status: StackStatus;
  statusReason: string | undefined;
  detailedStatus: DetailedStatus | undefined;
  lastUpdatedTime: Date | undefined;
  deletionTime: Date | undefined;
  /** Undefined while a CREATE change set is in review. */
  model: StackModel | undefined;
  settings: StackSettings;
  disableRollback: boolean;
  timeoutInMinutes: number | undefined;
  terminationProtection: boolean;
  retainExceptOnCreate: boolean;
  forceDeleted: boolean;
  resources: Map<string, StackResource>;
  outputs: readonly Output[];
  /** Export names of other stacks that this one uses. */
  imports: ReadonlySet<string>;
  /** Set while an update runs, or has failed and can still be rolled back. */
  previous: StackVersion | undefined;
  /** Physical resources that an update has replaced, and what its cleanup phase does with them. */
  replaced: Map<StackResource, CleanupPolicy>;
  /** Physical resources made by an update that rolls back; deleted in the rollback's cleanup phase. */
  leftovers: StackResource[];
  /** Oldest first. */
  events: RecordedEvent[];
  operations: Operation[];
  /** Settles when the operation in progress has ended. */
  running: Promise<void>;
  changeSets: Map<string, ChangeSet>;
  /** The change set that made the current version. */
  changeSetId: string | undefined;
};

/** All stacks of a region, deleted ones too, oldest first. */
export type CloudFormationState = { readonly stacks: Stack[] };

export const cloudFormationState: StateKey<CloudFormationState> = {
  id: 'cloudformation',
  create: () => ({ stacks: [] }),
};

/** A stack by name (not a deleted one) or by id (a deleted one too); undefined when there is none. */
export function findStack(state: CloudFormationState, nameOrId: string): Stack | undefined {
  return state.stacks.findLast(
    (stack) => stack.id === nameOrId || (stack.name === nameOrId && stack.status !== 'DELETE_COMPLETE'),
  );
}

/** @throws AwsError `ValidationError` with the text of DescribeStacks when there is no such stack */
export function requireStack(state: CloudFormationState, nameOrId: string | undefined): Stack {
  const stack = nameOrId === undefined ? undefined : findStack(state, nameOrId);
  if (stack === undefined) throw validationError(`Stack with id ${nameOrId} does not exist`);
  return stack;
}

/** Whether an operation runs on the stack; https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export function isInProgress(status: StackStatus): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}
