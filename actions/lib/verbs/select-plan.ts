import { Failure } from '../failure.ts';
import { decisionsAt } from '../git/decision-trees.ts';
import { mergeProposal } from '../git/merged-proposal.ts';
import type { GitHubConnection } from '../github/connection.ts';
import { currentRepository, tipOf } from '../github/default-branch.ts';
import type { TriggeringEvent } from '../github/event.ts';
import { readPullRequest } from '../github/pull-request.ts';
import type { Reporter } from '../ports/reporter.ts';
import { destroyOnlyAt, reportSelection, selectBetween } from './select.ts';
import { bringIn } from './tell-fork.ts';

/** One leg of a plan run: what merging would deploy, or the teardown of what it removes. */
export type SelectedPlan = { deployment: string; kind: 'deploy' | 'teardown' };

export type PlanSelection = {
  plans: SelectedPlan[];
  /** Undefined when the event asks for no plan. */
  pullRequest: number | undefined;
  base: string;
  head: string;
};

const nothing: PlanSelection = { plans: [], pullRequest: undefined, base: '', head: '' };

/** The label that makes a pull request which removes a deployment a teardown. */
export const teardownLabel = 'destroy';

/**
 * What a pull request has planned: the pull request as it is now, merged into today's default branch. What a merge would
 * remove is a teardown only when the pull request carries the label now; otherwise the gate refuses it, and so there is
 * nothing to plan.
 * @param options.folder a checkout with the whole history of both sides
 * @throws Failure `MergeConflict`, `NotPlannable`
 */
export async function selectPlan(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  { event, folder }: { event: TriggeringEvent; folder: string },
): Promise<PlanSelection> {
  const number = numberOf(event);
  if (number === undefined) return nothing;
  const [{ defaultBranch }, pull] = [await currentRepository(github), await readPullRequest(github, number)];
  if (!pull.isOpen || pull.base !== defaultBranch) {
    reporter.info(`#${number} is closed or not for ${defaultBranch}; nothing is planned.`);
    return nothing;
  }
  if (pull.isFork) throw fromFork(number);
  const base = await tipOf(github, defaultBranch);
  const tree = await mergeProposal(folder, base, pull.head);
  const { present, removed } = selectBetween(await decisionsAt(folder, base), await decisionsAt(folder, tree));
  const destroyOnly = await destroyOnlyAt(
    folder,
    tree,
    present.map(({ name }) => name),
  );
  const selection = { present: present.filter(({ name }) => !destroyOnly.has(name)), removed };
  for (const name of destroyOnly) reporter.info(`${name}: adopt: destroy-only, so there is nothing to deploy`);
  const teardowns = pull.labels.includes(teardownLabel) ? selection.removed : [];
  reportSelection({ reporter }, selection);
  for (const name of selection.removed.filter((name) => !teardowns.includes(name))) {
    reporter.warning(`${name} would lose its declaration without the label ${teardownLabel}; the gate refuses that.`);
  }
  return {
    plans: [
      ...selection.present.map(({ name }) => ({ deployment: name, kind: 'deploy' as const })),
      ...teardowns.map((name) => ({ deployment: name, kind: 'teardown' as const })),
    ],
    pullRequest: number,
    base,
    head: pull.head,
  };
}

/** Which pull request an event wants planned. Another title, or another label, changes nothing of its plan. */
function numberOf(event: TriggeringEvent): number | undefined {
  if (event.kind === 'manual') {
    const number = event.inputs['pull-request'] ?? '';
    return /^[1-9]\d{0,9}$/.test(number) ? Number(number) : undefined;
  }
  if (event.kind !== 'pull_request') return undefined;
  if (event.action === 'edited' && !event.baseChanged) return undefined;
  const isLabel = event.action === 'labeled' || event.action === 'unlabeled';
  return isLabel && event.label !== teardownLabel ? undefined : event.number;
}

function fromFork(number: number): Failure {
  return new Failure({
    code: 'NotPlannable',
    source: 'user',
    message: `#${number} comes from a fork, and plans of forks would run with this account's permissions.`,
    hint: `Somebody with write access can bring it in: ${bringIn(number)}, then open a pull request from that branch.`,
  });
}
