import type { Deployment } from '../deployment/deployment.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { isDraft, readDeployment } from '../deployment/read-deployment.ts';
import { readDeployments } from '../deployment/read-deployments.ts';
import { Failure } from '../failure.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The valid deployment of this name in the checkout, held against all others there.
 * @throws Failure `DeploymentMissing`, `DeploymentIsDraft` or `DeploymentInvalid`; `validate` is the verb that reports findings
 */
export async function findDeployment(
  { workspace }: Pick<Surroundings, 'workspace'>,
  name: string,
): Promise<Deployment> {
  const { results, diagnostics } = readDeployments(await workspace.deploymentFolders());
  const result = results.find((candidate) => candidate.name === name);
  if (result === undefined) {
    const known = results.filter(({ deployable }) => deployable).map((candidate) => candidate.name);
    throw new Failure({
      code: 'DeploymentMissing',
      source: 'user',
      message: `There is no folder deployments/${name}.`,
      hint: known.length === 0 ? 'There are no deployments yet.' : `The deployments are: ${known.join(', ')}.`,
    });
  }
  if (isDraft(name)) throw draft(name);
  const own = diagnostics.filter(({ file }) => file === result.file);
  if (result.deployment === undefined) throw invalid(name, own);
  return result.deployment;
}

/**
 * A deployment from the text of a declaration that is not in the checkout any more.
 * @param text the declaration as it was
 */
export async function pastDeployment(
  { workspace }: Pick<Surroundings, 'workspace'>,
  name: string,
  text: string,
): Promise<Deployment> {
  if (isDraft(name)) throw draft(name);
  // What was deployed once must be found again, whatever the rules for new ones are by now.
  const { images: _, hooks: __, localSources: ___, ...folder } = await workspace.deploymentFolder(name, text);
  const { deployment, diagnostics } = readDeployment({ ...folder, text });
  if (deployment === undefined) throw invalid(name, diagnostics);
  return deployment;
}

/** @throws Failure `DestroyOnly` for a deployment that is only declared to be destroyed */
export function refuseDestroyOnly({ name, adopt }: Deployment): void {
  if (adopt !== 'destroy-only') return;
  throw new Failure({
    code: 'DestroyOnly',
    source: 'user',
    message: `${name} is declared \`adopt: destroy-only\`, so it is never deployed.`,
    hint: 'To destroy it, put the label destroy on a pull request that touched it; to deploy it, remove the field.',
  });
}

function draft(name: string): Failure {
  return new Failure({
    code: 'DeploymentIsDraft',
    source: 'user',
    message: `deployments/${name} starts with an underscore: it is an example or a draft and is never deployed.`,
    hint: 'Copy the folder to a name of its own.',
  });
}

function invalid(name: string, diagnostics: readonly Diagnostic[]): Failure {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const place = first === undefined ? '' : ` First: line ${first.line}: ${first.message}`;
  return new Failure({
    code: 'DeploymentInvalid',
    source: 'user',
    message: `deployments/${name}/opensarlab.yaml has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}.${place}`,
    hint: 'Run `npx opensarlab validate` to see them all.',
  });
}
