import { readDeployments } from '../deployment/read-deployments.ts';
import type { Outcome } from '../engine/outcome.ts';
import { count } from '../report/markdown.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Checks declarations and reports every finding.
 * @param names only these deployments; empty: all, drafts included
 */
export async function validate(
  { workspace, reporter }: Pick<Surroundings, 'workspace' | 'reporter'>,
  names: readonly string[] = [],
): Promise<Outcome> {
  const { results, diagnostics } = readDeployments(await workspace.deploymentFolders());
  const chosen = results.filter(({ name }) => names.length === 0 || names.includes(name));
  const unknown = names.filter((name) => !results.some((result) => result.name === name));
  for (const name of unknown) reporter.warning(`There is no folder deployments/${name}.`);
  const files = new Set(chosen.map(({ file }) => file));
  const found = diagnostics.filter(({ file }) => files.has(file));
  for (const diagnostic of found) reporter.diagnostic(diagnostic);
  const errors = found.filter(({ severity }) => severity === 'error').length;
  const warnings = found.length - errors;
  reporter.info(`${count(chosen.length, 'declaration')}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`);
  return errors === 0 && unknown.length === 0 ? 'succeeded' : 'failed';
}
