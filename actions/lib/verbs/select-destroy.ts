import { decisionsAt, decisionsOf } from '../adapters/git/deployment-trees.ts';
import { parentOf } from '../adapters/git/first-parents.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository, filesOf, tipOf } from '../adapters/github/default-branch.ts';
import { noCommit, type TriggeringEvent } from '../adapters/github/event.ts';
import { findMergedPullRequest } from '../adapters/github/merged-pull-requests.ts';
import { Failure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';
import { selectBetween } from './select.ts';

export type DestroySelection = {
  /** Deployments that a push left without declaration. Whether one may be destroyed is not decided here. */
  removed: string[];
  /** The commit that still declares them; empty when nothing is removed. */
  declaredAt: string;
  /** The pull request that a person named. */
  pullRequest: number | undefined;
};

/** Commits of a rebased pull request that are looked through for the one that removes the folder. */
const mostSteps = 250;

/**
 * Which deployments lost their declaration by a push, or by the pull request whose teardown is to go on, and are still
 * without one at the tip.
 * @throws Failure `NotMerged` when the named pull request is none that came to the default branch
 */
export async function selectDestroy(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  { event, folder, commit }: { event: TriggeringEvent; folder: string; commit: string },
): Promise<DestroySelection> {
  const { defaultBranch } = await currentRepository(github);
  const found = await removedBy(github, { event, folder, defaultBranch });
  if (found.removed.length === 0) {
    reporter.info('No deployment lost its declaration.');
    return { ...found, removed: [], declaredAt: '' };
  }
  const tip = await tipOf(github, defaultBranch);
  const declared = tip === commit ? await decisionsAt(folder, commit) : decisionsOf(await filesOf(github, tip));
  for (const name of found.removed.filter((name) => declared.has(name))) {
    reporter.info(`${name}: it is declared again at ${tip.slice(0, 7)}, so there is nothing to destroy.`);
  }
  return { ...found, removed: found.removed.filter((name) => !declared.has(name)) };
}

async function removedBy(
  github: GitHubConnection,
  { event, folder, defaultBranch }: { event: TriggeringEvent; folder: string; defaultBranch: string },
): Promise<DestroySelection> {
  if (event.kind === 'push') {
    const { before, after } = event;
    if (before === noCommit) return { removed: [], declaredAt: '', pullRequest: undefined };
    const { removed } = selectBetween(await decisionsAt(folder, before), await decisionsAt(folder, after));
    return { removed, declaredAt: before, pullRequest: undefined };
  }
  const number = Number(event.kind === 'manual' ? event.inputs['pull-request'] : Number.NaN);
  const pull = Number.isSafeInteger(number) ? await findMergedPullRequest(github, number, defaultBranch) : undefined;
  if (pull === undefined) throw notMerged(event.kind === 'manual' ? (event.inputs['pull-request'] ?? '') : '');
  const after = await decisionsAt(folder, pull.mergeCommit);
  let declaredAt = await parentOf(folder, pull.mergeCommit);
  for (let step = 0; declaredAt !== undefined && step < mostSteps; step += 1) {
    const { removed } = selectBetween(await decisionsAt(folder, declaredAt), after);
    if (removed.length > 0) return { removed, declaredAt, pullRequest: number };
    declaredAt = await parentOf(folder, declaredAt);
  }
  return { removed: [], declaredAt: '', pullRequest: number };
}

function notMerged(given: string): Failure {
  return new Failure({
    code: 'NotMerged',
    source: 'user',
    message: `${JSON.stringify(given)} is not the number of a pull request that was merged into the default branch.`,
    hint: 'Give the number of the teardown pull request.',
  });
}
