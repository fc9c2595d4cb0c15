import { type DependencyGraph, reverse, runInDependencyOrder } from './dependency-graph.ts';
import { deleteResource } from './provisioning.ts';
import { type Run, setResourceStatus, setStackStatus } from './stack-events.ts';
import type { StackResource } from './stack-state.ts';
import type { DeletionPolicy } from './template.ts';

/** The names of resources in a status reason: `[A, B]`. */
export function nameList(resources: readonly StackResource[]): string {
  return `[${resources.map(({ logicalId }) => logicalId).join(', ')}]`;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
export function whenDeleted(policy: DeletionPolicy): 'Delete' | 'Retain' | 'Snapshot' {
  return policy === 'RetainExceptOnCreate' ? 'Retain' : policy;
}

/**
 * Deletes resources, dependents first, as many at the same time as possible. What a failed one depends on is left.
 *
 * @param decide what to do with each
 * @returns the resources that could not be deleted
 */
export async function deleteResources(
  run: Run,
  resources: readonly StackResource[],
  decide: (resource: StackResource) => 'Delete' | 'Retain' | 'Snapshot',
): Promise<StackResource[]> {
  const failed: StackResource[] = [];
  const keyed = new Map(resources.map((resource, index) => [String(index), resource]));
  await runInDependencyOrder(
    reverse(dependenciesAmong(keyed)),
    async (key) => {
      const resource = keyed.get(key);
      if (resource === undefined) return true;
      const deleted = await deleteResource(run, resource, decide(resource));
      if (!deleted) failed.push(resource);
      return deleted;
    },
    { stopAtFailure: false },
  );
  return failed;
}

/** Two generations of one logical id can be among the resources, hence keys of their own. */
function dependenciesAmong(keyed: ReadonlyMap<string, StackResource>): DependencyGraph {
  const graph = new Map<string, Set<string>>();
  for (const [key, resource] of keyed) {
    const needed = [...keyed].filter(([other, { logicalId }]) => other !== key && resource.dependsOn.has(logicalId));
    graph.set(key, new Set(needed.map(([other]) => other)));
  }
  return graph;
}

export type DeletionRequest = {
  /** Logical ids to leave behind, allowed only in DELETE_FAILED. */
  readonly retain: ReadonlySet<string>;
  /** FORCE_DELETE_STACK: leave behind whatever cannot be deleted. */
  readonly force: boolean;
};

/**
 * Deletes a stack whose status is already DELETE_IN_PROGRESS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
 */
export async function runDeletion(run: Run, request: DeletionRequest): Promise<'SUCCEEDED' | 'FAILED'> {
  const { stack } = run;
  const isLeft = ({ status }: StackResource): boolean => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED';
  const left = [...stack.resources.values(), ...stack.leftovers, ...stack.replaced.keys()].filter(isLeft);
  const failed = await deleteResources(run, left, (resource) =>
    request.retain.has(resource.logicalId) ? 'Retain' : whenDeleted(resource.declaration.deletionPolicy),
  );
  if (request.force) {
    // What waited for a failed resource has not been tried; force leaves that behind too.
    for (const resource of left.filter(isLeft)) setResourceStatus(run, resource, 'DELETE_SKIPPED');
  } else if (failed.length > 0) {
    setStackStatus(run, 'DELETE_FAILED', `The following resource(s) failed to delete: ${nameList(failed)}. `);
    return 'FAILED';
  }
  markDeleted(run);
  return 'SUCCEEDED';
}

/** Ends a stack's life: only its id finds it from now on. */
export function markDeleted(run: Run): void {
  const { stack, engine } = run;
  stack.deletionTime = engine.world.clock.now();
  stack.leftovers = [];
  stack.replaced.clear();
  stack.changeSets.clear();
  setStackStatus(run, 'DELETE_COMPLETE');
}
