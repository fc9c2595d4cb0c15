import { type Decisions, decisionsAt } from '../adapters/git/deployment-trees.ts';
import { hasCommit } from '../adapters/git/first-parents.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { earlierRuns } from '../adapters/github/earlier-runs.ts';
import { Failure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';
import { destroyOnlyAt, reportSelection, type Selection, selectBetween, supersededAt } from './select.ts';
import { concernedSince, sinceSuccess } from './select-since.ts';

/** The workflow file whose runs deploy. */
const deployWorkflow = 'deploy.yml';

/** What a run is for. */
export type DeployQuestion = {
  folder: string;
  commit: string;
  /** GITHUB_RUN_ID */
  run: string;
  /** Every deployment, as at night and by hand, or what a push concerns; `before` is undefined where it made the branch. */
  scope: 'all' | { before: string | undefined };
  /** The only deployment; empty: all of them. */
  only: string;
};

/**
 * Which deployments a run deploys: all, or those that no run has deployed as they are decided now, less those that the tip
 * decides otherwise by now.
 * @throws Failure `DeploymentMissing` when the only one is not declared
 */
export async function selectDeploy(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  question: DeployQuestion,
): Promise<string[]> {
  const { folder, commit, only } = question;
  const { defaultBranch } = await currentRepository(github);
  const selection = await selectionOf({ github, reporter }, question, defaultBranch);
  const destroyOnly = await destroyOnlyAt(
    folder,
    commit,
    selection.present.map(({ name }) => name),
  );
  for (const name of destroyOnly) reporter.info(`${name}: adopt: destroy-only, so it is never deployed`);
  const chosen = selection.present.filter(({ name }) => (only === '' || name === only) && !destroyOnly.has(name));
  if (only !== '' && chosen.length === 0) throw missing(only);
  reportSelection({ reporter }, { ...selection, present: chosen });
  const names = chosen.map(({ name }) => name);
  const superseded = await supersededAt(github, { folder, commit, defaultBranch }, names);
  for (const name of superseded.names) {
    reporter.info(`${name}: the tip ${superseded.tip.slice(0, 7)} decides it otherwise; its own run does the work.`);
  }
  return names.filter((name) => !superseded.names.includes(name));
}

async function selectionOf(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  { folder, commit, run, scope }: DeployQuestion,
  branch: string,
): Promise<Selection> {
  const after = await decisionsAt(folder, commit);
  if (scope === 'all') return selectBetween(undefined, after);
  const { base, since } = sinceSuccess(await earlierRuns(github, { workflow: deployWorkflow, branch, run }));
  const start = base?.commit ?? scope.before;
  const known = new Map<string, Decisions | undefined>();
  for (const each of [start, ...since.map((earlier) => earlier.commit)]) {
    if (each !== undefined && !known.has(each)) known.set(each, await decisionsIfThere(folder, each));
  }
  const { present, inWork } = concernedSince(after, { since, start }, known);
  for (const { name, run: worker } of inWork)
    reporter.info(`${name}: run ${worker} works on it, as it is decided now.`);
  const before = start === undefined ? undefined : known.get(start);
  return { present, removed: [...(before?.keys() ?? [])].filter((name) => !after.has(name)).sort() };
}

/** A commit that nothing leads to any more, after a force push, is in no new checkout. */
async function decisionsIfThere(folder: string, commit: string): Promise<Decisions | undefined> {
  return (await hasCommit(folder, commit)) ? await decisionsAt(folder, commit) : undefined;
}

function missing(name: string): Failure {
  return new Failure({
    code: 'DeploymentMissing',
    source: 'user',
    message: `There is no deployment ${JSON.stringify(name)} on this branch.`,
    hint: 'Give the name of a folder below deployments/ that holds an opensarlab.yaml.',
  });
}
