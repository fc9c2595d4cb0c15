import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { Failure } from '../failure.ts';
import type { Reporter } from '../ports/reporter.ts';
import { destroyOnlyAt, reportSelection, selectInCheckout, supersededAt } from './select.ts';

/**
 * Which deployments a run deploys: those that the push decides otherwise than before, less those that the tip decides
 * otherwise by now.
 * @param options.before undefined: all deployments, as every night
 * @param options.only empty: all
 * @throws Failure `DeploymentMissing` when the only one is not declared
 */
export async function selectDeploy(
  { github, reporter }: { github: GitHubConnection; reporter: Reporter },
  { folder, before, commit, only }: { folder: string; before: string | undefined; commit: string; only: string },
): Promise<string[]> {
  const selection = await selectInCheckout(folder, before, commit);
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
  const { defaultBranch } = await currentRepository(github);
  const superseded = await supersededAt(github, { folder, commit, defaultBranch }, names);
  for (const name of superseded.names) {
    reporter.info(`${name}: the tip ${superseded.tip.slice(0, 7)} decides it otherwise; its own run does the work.`);
  }
  return names.filter((name) => !superseded.names.includes(name));
}

function missing(name: string): Failure {
  return new Failure({
    code: 'DeploymentMissing',
    source: 'user',
    message: `There is no deployment ${JSON.stringify(name)} on this branch.`,
    hint: 'Give the name of a folder below deployments/ that holds an opensarlab.yaml.',
  });
}
