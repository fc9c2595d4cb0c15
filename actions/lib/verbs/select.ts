import { type Decisions, decisionsAt, decisionsOf, textAt } from '../adapters/git/deployment-trees.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { filesOf, tipOf } from '../adapters/github/default-branch.ts';
import { draftOf } from '../deployment/deployment-file.ts';
import { Failure } from '../failure.ts';
import { count } from '../report/markdown.ts';
import type { Surroundings } from './surroundings.ts';

/** A deployment that a change concerns, and why, in words for people. */
export type SelectedDeployment = { name: string; reason: string };

/** Which deployments a change concerns: those that exist, and those that have no declaration any more. */
export type Selection = { present: SelectedDeployment[]; removed: string[] };

/** Jobs of one matrix (docs.github.com/en/actions, "Using a matrix for your jobs"). */
const mostLegs = 256;

/**
 * Compares what decides each deployment in two trees.
 * @param before undefined: nothing to compare with, so every deployment is concerned
 */
export function selectBetween(before: Decisions | undefined, after: Decisions): Selection {
  const names = [...after.keys()].sort();
  if (before === undefined) {
    return { present: names.map((name) => ({ name, reason: 'there is nothing to compare with' })), removed: [] };
  }
  const present = names.flatMap((name) => {
    if (before.get(name) === after.get(name)) return [];
    return [{ name, reason: before.has(name) ? 'what decides it changed' : 'it is new' }];
  });
  return { present, removed: [...before.keys()].filter((name) => !after.has(name)).sort() };
}

/**
 * Which of some deployments the tip of the default branch decides otherwise than a commit does: a later run is for those. A
 * commit that changes nothing for a deployment supersedes nothing.
 * @returns names with the tip's commit; empty when the commit is the tip
 */
export async function supersededAt(
  github: GitHubConnection,
  { folder, commit, defaultBranch }: { folder: string; commit: string; defaultBranch: string },
  names: readonly string[],
): Promise<{ tip: string; names: string[] }> {
  const tip = await tipOf(github, defaultBranch);
  if (tip === commit || names.length === 0) return { tip, names: [] };
  const [here, there] = [await decisionsAt(folder, commit), decisionsOf(await filesOf(github, tip))];
  return { tip, names: names.filter((name) => here.get(name) !== there.get(name)) };
}

/** Of some deployments those that are only declared to be destroyed: they are neither planned nor deployed. */
export async function destroyOnlyAt(folder: string, treeish: string, names: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const name of names) {
    const text = await textAt(folder, treeish, `deployments/${name}/opensarlab.yaml`);
    if (text?.includes('destroy-only') === true && draftOf(text).adopt === 'destroy-only') found.add(name);
  }
  return found;
}

/** Says what was selected, and refuses what no matrix can hold. @throws Failure `TooManyDeployments` */
export function reportSelection({ reporter }: Pick<Surroundings, 'reporter'>, { present, removed }: Selection): void {
  for (const { name, reason } of present) reporter.info(`${name}: ${reason}`);
  for (const name of removed) reporter.info(`${name}: it is not declared any more`);
  reporter.info(`${count(present.length, 'deployment')} concerned, ${removed.length} removed.`);
  if (present.length <= mostLegs) return;
  throw new Failure({
    code: 'TooManyDeployments',
    source: 'github',
    message: `This concerns ${present.length} deployments; one run of GitHub Actions can work on ${mostLegs}.`,
    hint: 'Change fewer deployments at once, or run the workflow by hand for one deployment at a time.',
  });
}
