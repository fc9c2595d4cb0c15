import { decisionsAt } from '../adapters/git/deployment-trees.ts';
import { headCommit } from '../adapters/git/first-parents.ts';
import { mergeProposal } from '../adapters/git/merged-proposal.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository, tipOf } from '../adapters/github/default-branch.ts';
import type { TriggeringEvent } from '../adapters/github/event.ts';
import { readPullRequest } from '../adapters/github/pull-requests.ts';
import { destroyLabel, isDestroyLabel } from '../deployment/removed-deployments.ts';
import { Failure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';
import { destroyOnlyAt, reportSelection, selectBetween } from './select.ts';
import { bringIn } from './tell-fork.ts';

/** One leg of a plan run: what merging would deploy, or the teardown of what it removes. */
export type SelectedPlan = { deployment: string; kind: 'deploy' | 'teardown' };

export type PlanSelection = {
  plans: SelectedPlan[];
  /** Undefined when the event asks for no plan, and for a plan of the tip. */
  pullRequest: number | undefined;
  base: string;
  /** For a plan of the tip the same as `base`. */
  head: string;
};

/** What an event wants planned: a pull request, or a deployment as the tip of the default branch declares it. */
export type PlanSubject = { kind: 'pull request'; number: number } | { kind: 'tip'; deployment: string };

const nothing: PlanSelection = { plans: [], pullRequest: undefined, base: '', head: '' };

/**
 * What a run of the workflow plans. Of a pull request: what it is now, merged into today's default branch. What a merge would
 * remove is a teardown only when the pull request carries the label now; otherwise the gate refuses it, and so there is
 * nothing to plan. By hand also one deployment at the tip.
 * @param options.folder a checkout with the whole history of both sides; of the tip, for a plan of the tip
 * @param options.ref what the run was started on, GITHUB_REF
 * @throws Failure `MergeConflict`, `NotPlannable`, `InputInvalid`, `NotDefaultBranch`, `DeploymentMissing`
 */
export async function selectPlan(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  { event, folder, ref }: { event: TriggeringEvent; folder: string; ref: string },
): Promise<PlanSelection> {
  const subject = planSubject(event);
  if (subject === undefined) return nothing;
  const { defaultBranch } = await currentRepository(github);
  if (event.kind === 'manual' && ref !== `refs/heads/${defaultBranch}`) throw notDefaultBranch(ref, defaultBranch);
  if (subject.kind === 'tip') return await selectTip({ reporter }, folder, subject.deployment);
  return await selectPullRequest({ github, reporter }, { folder, defaultBranch, number: subject.number });
}

/** One deployment as the checked out tip declares it, whether it differs from what is deployed or not. */
async function selectTip(
  { reporter }: { reporter: Reporter },
  folder: string,
  deployment: string,
): Promise<PlanSelection> {
  const head = await headCommit(folder);
  if (!(await decisionsAt(folder, head)).has(deployment)) throw notDeclared(deployment);
  reporter.info(`${deployment} is planned as ${head.slice(0, 7)}, the tip, declares it.`);
  return { plans: [{ deployment, kind: 'deploy' }], pullRequest: undefined, base: head, head };
}

async function selectPullRequest(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  { folder, defaultBranch, number }: { folder: string; defaultBranch: string; number: number },
): Promise<PlanSelection> {
  const pull = await readPullRequest(github, number);
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
  const teardowns = pull.labels.some(isDestroyLabel) ? selection.removed : [];
  reportSelection({ reporter }, selection);
  for (const name of selection.removed.filter((name) => !teardowns.includes(name))) {
    reporter.warning(`${name} would lose its declaration without the label ${destroyLabel}; the gate refuses that.`);
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

/**
 * What an event wants planned; undefined: nothing. Another title, or another label, changes nothing of a plan.
 * @throws Failure `InputInvalid` when a person gave neither a pull request nor a deployment, or both
 */
export function planSubject(event: TriggeringEvent): PlanSubject | undefined {
  if (event.kind === 'manual') return givenSubject(event.inputs);
  if (event.kind !== 'pull_request') return undefined;
  if (event.action === 'edited' && !event.baseChanged) return undefined;
  const isLabel = event.action === 'labeled' || event.action === 'unlabeled';
  if (isLabel && !isDestroyLabel(event.label ?? '')) return undefined;
  return { kind: 'pull request', number: event.number };
}

function givenSubject(inputs: Readonly<Record<string, string>>): PlanSubject {
  const [number, deployment] = [(inputs['pull-request'] ?? '').trim(), (inputs.deployment ?? '').trim()];
  if ((number === '') === (deployment === '')) {
    throw invalid(
      `The plan was asked for ${number === '' ? 'neither a pull request nor a deployment' : 'both a pull request and a deployment'}.`,
    );
  }
  if (deployment !== '') return { kind: 'tip', deployment };
  if (/^[1-9]\d{0,9}$/.test(number)) return { kind: 'pull request', number: Number(number) };
  throw invalid(`${JSON.stringify(number.slice(0, 40))} is no number of a pull request.`);
}

function invalid(message: string): Failure {
  const hint =
    'Run the workflow plan again with the number of a pull request, or with the name of a deployment to plan at the tip.';
  return new Failure({ code: 'InputInvalid', source: 'user', message, hint });
}

/** AWS gives the role to runs of the default branch only, so anything else would fail later and say less. */
function notDefaultBranch(ref: string, defaultBranch: string): Failure {
  return new Failure({
    code: 'NotDefaultBranch',
    source: 'user',
    message: `The workflow plan was started on ${ref}; only ${defaultBranch} may plan.`,
    hint: `Run it again and choose the branch ${defaultBranch}.`,
  });
}

function notDeclared(deployment: string): Failure {
  return new Failure({
    code: 'DeploymentMissing',
    source: 'user',
    message: `The tip of the default branch declares no deployment ${JSON.stringify(deployment.slice(0, 80))}.`,
    hint: 'Give the name of a folder below deployments/ that holds an opensarlab.yaml.',
  });
}

function fromFork(number: number): Failure {
  return new Failure({
    code: 'NotPlannable',
    source: 'user',
    message: `#${number} comes from a fork, and plans of forks would run with this account's permissions.`,
    hint: `Somebody with write access can bring it in: ${bringIn(number)}, then open a pull request from that branch.`,
  });
}
