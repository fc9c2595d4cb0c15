import { runInDependencyOrder } from './dependency-graph.ts';
import { updateResource } from './provisioning.ts';
import { type Run, setResourceStatus, setStackStatus } from './stack-events.ts';
import { deleteResources, nameList } from './stack-operation-delete.ts';
import type { StackResource, StackVersion } from './stack-state.ts';
import { differs } from './update-decision.ts';

/**
 * Brings a stack back to its previous version; the stack is in UPDATE_ROLLBACK_IN_PROGRESS.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
 *
 * @param skip logical ids to count as rolled back although they are not (ResourcesToSkip)
 */
export async function rollBackUpdate(run: Run, previous: StackVersion, skip: ReadonlySet<string>): Promise<'FAILED'> {
  const failed = await restoreResources(run, previous, skip);
  if (failed.length > 0) {
    setStackStatus(run, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: ${nameList(failed)}. `);
    return 'FAILED';
  }
  await finishRollback(run, previous);
  return 'FAILED';
}

async function restoreResources(run: Run, previous: StackVersion, skip: ReadonlySet<string>): Promise<StackResource[]> {
  const failed: StackResource[] = [];
  await runInDependencyOrder(
    previous.model.dependencies,
    async (logicalId) => {
      const target = previous.resources.get(logicalId);
      if (target === undefined) return true;
      const restored = await restoreOne(run, target, skip.has(logicalId));
      if (!restored) failed.push(target);
      return restored;
    },
    { stopAtFailure: false },
  );
  return failed;
}

async function restoreOne(run: Run, target: StackResource, skipped: boolean): Promise<boolean> {
  const { stack } = run;
  const current = stack.resources.get(target.logicalId);
  if (current === undefined || current === target) {
    stack.resources.set(target.logicalId, target);
    return true;
  }
  const restored: StackResource = { ...target };
  const replaced = current.state?.physicalId !== target.state?.physicalId;
  if (skipped || replaced || !differs(restored, current)) {
    // After a replacement the old physical resource still exists; the new one goes in the cleanup phase.
    if (replaced && current.state !== undefined) stack.leftovers.push(current);
    stack.replaced.delete(target);
    stack.resources.set(target.logicalId, restored);
    if (skipped || current.status !== target.status) setResourceStatus(run, restored, 'UPDATE_COMPLETE');
    return true;
  }
  const updated = await updateResource(run, restored, current);
  if (updated) stack.resources.set(target.logicalId, restored);
  else setFailed(current, restored);
  return updated;
}

/** The next attempt must still see what is to be undone. */
function setFailed(current: StackResource, attempted: StackResource): void {
  current.status = attempted.status;
  current.statusReason = attempted.statusReason;
  current.timestamp = attempted.timestamp;
}

async function finishRollback(run: Run, previous: StackVersion): Promise<void> {
  const { stack } = run;
  setStackStatus(run, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const added = [...stack.resources.values()].filter(({ logicalId }) => !previous.resources.has(logicalId));
  for (const { logicalId } of added) stack.resources.delete(logicalId);
  const obsolete = [...added, ...stack.leftovers, ...stack.replaced.keys()];
  await deleteResources(run, obsolete, (resource) => {
    const { deletionPolicy } = resource.declaration;
    if (resource.imported) return 'Retain';
    if (deletionPolicy === 'RetainExceptOnCreate' || stack.retainExceptOnCreate) return 'Delete';
    return deletionPolicy;
  });
  stack.leftovers = [];
  stack.replaced.clear();
  stack.model = previous.model;
  stack.settings = previous.settings;
  stack.outputs = previous.outputs;
  stack.previous = undefined;
  setStackStatus(run, 'UPDATE_ROLLBACK_COMPLETE');
}
