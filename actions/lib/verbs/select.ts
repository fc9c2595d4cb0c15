import { type AffectedDeployment, affectedDeployments } from '../deployment/affected-deployments.ts';
import { changedPaths } from '../git/changed-paths.ts';
import { noCommit, type TriggeringEvent } from '../github/event.ts';
import { count } from '../report/markdown.ts';
import type { Surroundings } from './surroundings.ts';

/** Which deployments an event concerns: those that exist, and those whose folder it removed. */
export type Selection = { present: AffectedDeployment[]; removed: AffectedDeployment[] };

/** Derives the selection from the tree and the difference that the event made; says why each one is in it. */
export async function select(
  { workspace, reporter }: Pick<Surroundings, 'workspace' | 'reporter'>,
  event: TriggeringEvent,
): Promise<Selection> {
  const names = (await workspace.deploymentFolders()).map(({ name }) => name);
  const selection = affectedDeployments(names, await pathsOf(event, workspace.root));
  for (const { name, reason } of selection.present) reporter.info(`${name}: ${reason}`);
  for (const { name, reason } of selection.removed) reporter.info(`${name}: ${reason}`);
  reporter.info(`${count(selection.present.length, 'deployment')} concerned, ${selection.removed.length} removed.`);
  return selection;
}

/** Undefined when there is nothing to compare with: run by hand, or a branch's first push. */
async function pathsOf(event: TriggeringEvent, root: string): Promise<string[] | undefined> {
  switch (event.kind) {
    case 'push':
      return event.before === noCommit ? undefined : await changedPaths(root, event.before, event.after, false);
    case 'pull_request':
      return await changedPaths(root, event.base, event.head, true);
    case 'manual':
      return undefined;
  }
}
