import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../service.ts';
import type { ActualResources, ImportedStates, Preview } from './change-preview.ts';
import type { Engine } from './engine.ts';
import { beginOperation, runInBackground } from './operation.ts';
import { type Run, setStackStatus, type ValidationFinding } from './stack-events.ts';
import type { StackModel } from './stack-model.ts';
import { type OnFailure, runCreation } from './stack-operation-create.ts';
import { runUpdate } from './stack-operation-update.ts';
import { evaluateOutputs, outputsDiffer } from './stack-outputs.ts';
import { cloudFormationState, type Stack, type StackSettings } from './stack-state.ts';
import { newArn } from './submission.ts';
import { validationError } from './validation-error.ts';

/** A stack that is in no list yet. */
export function newStack(engine: Engine, name: string): Stack {
  return {
    id: newArn(engine, 'stack', name),
    name,
    creationTime: engine.world.clock.now(),
    status: 'REVIEW_IN_PROGRESS',
    statusReason: undefined,
    detailedStatus: undefined,
    lastUpdatedTime: undefined,
    deletionTime: undefined,
    model: undefined,
    settings: { tags: {}, capabilities: [], notificationArns: [], roleArn: undefined },
    disableRollback: false,
    timeoutInMinutes: undefined,
    terminationProtection: false,
    retainExceptOnCreate: false,
    forceDeleted: false,
    resources: new Map(),
    outputs: [],
    imports: new Set(),
    previous: undefined,
    replaced: new Map(),
    leftovers: [],
    events: [],
    operations: [],
    running: Promise.resolve(),
    changeSets: new Map(),
    changeSetId: undefined,
  };
}

/** Adds a stack to its region, where it can be found from now on. */
export function registerStack(engine: Engine, stack: Stack): void {
  engine.world.state(cloudFormationState, engine.region).stacks.push(stack);
}

/** Starts creating the resources of a stack. */
export function startCreation(
  engine: Engine,
  stack: Stack,
  wanted: { model: StackModel; settings: StackSettings },
  options: {
    token: string | undefined;
    onFailure: OnFailure;
    findings: readonly ValidationFinding[];
    imports: ImportedStates;
  },
): Run {
  const run = beginOperation(engine, stack, 'CREATE_STACK', options.token);
  stack.model = wanted.model;
  stack.settings = wanted.settings;
  setStackStatus(run, 'CREATE_IN_PROGRESS', 'User Initiated');
  runInBackground(run, () => runCreation(run, wanted.model, options));
  return run;
}

const updatable: ReadonlySet<StackStatus> = new Set([
  'CREATE_COMPLETE',
  'CREATE_FAILED',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
]);

/** @throws AwsError `ValidationError` when the stack's state allows no update */
export function checkUpdatable(stack: Stack): void {
  if (updatable.has(stack.status)) return;
  throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

/** Whether an update would change anything that CloudFormation counts as an update. */
export function changesAnything(stack: Stack, model: StackModel, settings: StackSettings, preview: Preview): boolean {
  if (preview.changes.length > 0 || stack.status === 'UPDATE_FAILED' || stack.status === 'CREATE_FAILED') return true;
  const sameTags = JSON.stringify(sortedEntries(stack.settings.tags)) === JSON.stringify(sortedEntries(settings.tags));
  return !sameTags || outputsDiffer(stack.outputs, evaluateOutputs(model, preview.values));
}

function sortedEntries(tags: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Starts changing a stack to a new model. */
export function startUpdate(
  engine: Engine,
  stack: Stack,
  wanted: { model: StackModel; settings: StackSettings },
  options: {
    token: string | undefined;
    disableRollback: boolean;
    findings: readonly ValidationFinding[];
    imports: ImportedStates;
    /** What a drift-aware change set has read; empty for all other updates. */
    actual?: ActualResources;
  },
): Run {
  const { model } = stack;
  if (model === undefined) throw validationError(`Stack [${stack.name}] does not exist`);
  const run = beginOperation(engine, stack, 'UPDATE_STACK', options.token);
  const { settings, outputs } = stack;
  stack.previous ??= { model, settings, outputs, resources: new Map(stack.resources) };
  stack.model = wanted.model;
  stack.settings = wanted.settings;
  stack.disableRollback = options.disableRollback;
  stack.lastUpdatedTime = engine.world.clock.now();
  const { previous } = stack;
  setStackStatus(run, 'UPDATE_IN_PROGRESS', 'User Initiated');
  runInBackground(run, () => runUpdate(run, wanted.model, previous, options));
  return run;
}

/**
 * Whether a request with this ClientRequestToken was already accepted, so that repeating it does nothing.
 *
 * @throws AwsError `TokenAlreadyExistsException` when another kind of operation used the token
 */
export function isRepeated(stack: Stack, token: string | undefined, type: Run['operation']['type']): boolean {
  const earlier = token === undefined ? undefined : stack.operations.find((operation) => operation.token === token);
  if (earlier === undefined) return false;
  if (earlier.type === type) return true;
  throw new AwsError(
    'TokenAlreadyExistsException',
    `A client request token ${token} already exists for stack ${stack.name}`,
  );
}
