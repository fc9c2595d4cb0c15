import type { PoolStep } from '../engine/ready-pool.ts';
import type { Stack, StackKind } from '../stacks/stack.ts';
import { freezePipelines } from './freeze.ts';
import { closeSignUp, deleteImageRepositories, deleteLogGroups, deleteRepositories } from './remainders.ts';
import { deleteStack } from './stack-deletion.ts';
import { deleteSnapshots, deleteVolumes, makeFinalSnapshots, type Sweeping } from './storage-sweep.ts';
import { uninstallHub } from './uninstall.ts';

type PlannedStack = Pick<Stack, 'kind' | 'name' | 'dependsOn' | 'retained'>;

/**
 * The order of a teardown. Stacks go in reverse order of their making, each as soon as nothing needs it any more; the
 * container's stack does not wait for the hub. Volumes go after the cluster that holds them, and after its snapshot
 * policy; logs go last.
 */
export function teardownSteps(stacks: readonly PlannedStack[]): PoolStep<Sweeping>[] {
  const going = stacks.filter(({ retained }) => !retained);
  const all = going.map(({ kind }) => stackStep(kind));
  return [
    { id: 'freeze', title: 'freeze pipelines', needs: [], run: freezePipelines },
    { id: 'sign-up', title: 'close sign-up', needs: [], run: closeSignUp },
    { id: 'uninstall', title: 'uninstall hub', needs: ['freeze'], run: uninstallHub },
    { id: 'final-snapshots', title: 'final snapshots', needs: ['uninstall'], run: makeFinalSnapshots },
    ...going.map((stack) => ({
      id: stackStep(stack.kind),
      title: `stack ${stack.name}`,
      needs: [...dependents(stack.kind, going), stack.kind === 'container' ? 'freeze' : 'final-snapshots'],
      run: (context: Sweeping) => deleteStack(stack, context),
    })),
    { id: 'volumes', title: 'delete volumes', needs: [stackStep('cluster')], run: deleteVolumes },
    { id: 'snapshots', title: 'delete snapshots', needs: ['volumes'], run: deleteSnapshots },
    { id: 'images', title: 'delete image repositories', needs: all, run: deleteImageRepositories },
    { id: 'repositories', title: 'delete repositories', needs: all, run: deleteRepositories },
    { id: 'logs', title: 'delete logs', needs: all, run: deleteLogGroups },
  ];
}

function stackStep(kind: StackKind): string {
  return `stack ${kind}`;
}

/** The stacks that were made after this one, and from it. */
function dependents(kind: StackKind, stacks: readonly PlannedStack[]): string[] {
  return stacks.filter(({ dependsOn }) => dependsOn.includes(kind)).map((stack) => stackStep(stack.kind));
}
