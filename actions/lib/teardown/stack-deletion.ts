import type { StepDone } from '../engine/ready-pool.ts';
import type { StackResource, StackState } from '../ports/cloudformation.ts';
import { isOf, type TypesWith } from '../resources/resource-types.ts';
import { stackFailure } from '../stack-operations/stack-failure.ts';
import { operationTimes } from '../stack-operations/stack-timeline.ts';
import { isSettled, waitForStack } from '../stack-operations/stack-waiting.ts';
import type { Stack } from '../stacks/stack.ts';
import { mayDeleteNamed, mayDeletePool } from './sealed-consent.ts';
import type { TeardownContext } from './teardown-context.ts';

/** A deletion that fails is tried once more, after emptying again what may have filled up meanwhile. */
const attempts = 2;

/**
 * Deletes one stack: takes off every protection, empties buckets and image repositories just before, and waits.
 * @throws Failure `StackFailed` naming the resource that could not be deleted, after the second attempt
 */
export async function deleteStack(stack: Pick<Stack, 'name'>, context: TeardownContext): Promise<StepDone> {
  const { cloudFormation } = context.ports;
  for (let attempt = 1; ; attempt += 1) {
    const state = await settle(stack.name, context);
    if (state === undefined) {
      return attempt === 1 ? { outcome: 'skipped', change: 'already gone' } : { change: 'deleted' };
    }
    const kept = await prepare(state, attempt > 1, context);
    await cloudFormation.deleteStack(state.id, {
      // An empty stack has no tags yet, by which the other role knows what is a deployment's.
      roleArn: state.status === 'REVIEW_IN_PROGRESS' ? context.powerlessRoleArn : context.cloudFormationRoleArn,
      requestToken: context.token(`delete-${stack.name}`),
      ...(state.status === 'DELETE_FAILED' ? { retain: kept } : {}),
    });
    const after = await waitForStack(stack.name, state.id, waitingOf(context), ({ status }) => {
      return status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED';
    });
    const events = await cloudFormation.lastOperationEvents(state.id);
    if (after === undefined || after.status === 'DELETE_COMPLETE')
      return { change: 'deleted', ...operationTimes(events) };
    const failure = stackFailure(`delete stack ${stack.name}`, after.status, events);
    if (attempt >= attempts) throw failure;
    context.reporter.warning(`${failure.message} Trying once more.`);
  }
}

/** The stack once CloudFormation has stopped working on it, or undefined when there is none. */
async function settle(name: string, context: TeardownContext): Promise<StackState | undefined> {
  const state = await context.ports.cloudFormation.findStack(name);
  // REVIEW_IN_PROGRESS is the resting state of an empty stack, in spite of its name.
  if (state === undefined || isSettled(state.status) || state.status === 'REVIEW_IN_PROGRESS') return state;
  const after = await waitForStack(name, state.id, waitingOf(context));
  return after?.status === 'DELETE_COMPLETE' ? undefined : after;
}

/** @returns logical ids of what stays because it holds data that was not in the plan that was approved */
async function prepare(state: StackState, isRetry: boolean, context: TeardownContext): Promise<string[]> {
  const { cloudFormation } = context.ports;
  if (state.terminationProtection) await cloudFormation.setTerminationProtection(state.name, false);
  const resources = await cloudFormation.listResources(state.id);
  const present = resources.filter(({ status, physicalId }) => status !== 'DELETE_COMPLETE' && physicalId !== '');
  const isKept = ({ type, physicalId }: StackResource): boolean =>
    isOf(type, 'data', 'images') && !mayDeleteNamed(physicalId, context.consent);
  await Promise.all(present.filter((resource) => !isKept(resource)).map((resource) => clear(resource, context)));
  if (isRetry) await releaseNetwork(present, context);
  return present.filter(isKept).map(({ logicalId }) => logicalId);
}

/** By type what has to be done to a resource of a stack that AWS would refuse to delete as it is. */
const preparations: Record<
  TypesWith<'beforeDeletion', 'empty' | 'unprotect'>,
  (physicalId: string, context: TeardownContext) => Promise<void>
> = {
  'AWS::S3::Bucket': async (name, context) => {
    report(context, 'bucket', name, await context.ports.buckets.empty(name));
  },
  'AWS::ECR::Repository': async (name, context) => {
    report(context, 'image repository', name, await context.ports.images.empty(name));
  },
  'AWS::EKS::Cluster': async (name, { ports: { clusters } }) => {
    if ((await clusters.find(name))?.deletionProtection) await clusters.allowDeletion(name);
  },
  'AWS::Cognito::UserPool': async (id, { ports: { userPools }, consent }) => {
    if (!mayDeletePool(id, consent)) return;
    if ((await userPools.find(id))?.deletionProtection) await userPools.allowDeletion(id);
  },
};

async function clear({ type, physicalId }: StackResource, context: TeardownContext): Promise<void> {
  if (isOf(type, 'beforeDeletion', 'empty') || isOf(type, 'beforeDeletion', 'unprotect'))
    await preparations[type](physicalId, context);
}

/**
 * The VPC CNI leaves network interfaces behind when nodes die before it has cleaned up; they hold subnets and security
 * groups (github.com/aws/amazon-vpc-cni-k8s, issue 608). Only unused ones in the stack's own VPC are deleted.
 */
async function releaseNetwork(resources: readonly StackResource[], context: TeardownContext): Promise<void> {
  const { volumes } = context.ports;
  for (const { physicalId } of resources.filter(({ type }) => type === 'AWS::EC2::VPC')) {
    for (const { id, description } of await volumes.findUnusedInterfaces(physicalId)) {
      context.reporter.info(`Deleting unused network interface ${id} (${description})`);
      await volumes.deleteInterface(id);
    }
  }
}

function report(context: TeardownContext, what: string, name: string, deleted: number): void {
  if (deleted > 0) context.reporter.info(`Emptied ${what} ${name}: ${deleted} entries`);
}

function waitingOf({ ports, reporter, patience }: TeardownContext): Parameters<typeof waitForStack>[2] {
  return { cloudFormation: ports.cloudFormation, reporter, patience };
}
