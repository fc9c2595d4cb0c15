import type { Outcome } from '../engine/outcome.ts';
import { summarizeDiagnostics } from '../report/diagnostics-text.ts';
import { type Checking, type CheckSelection, checkDeclarations } from './check-declarations.ts';
import type { Surroundings } from './surroundings.ts';

/** What validating takes of its surroundings. */
export type Validating = Checking & Pick<Surroundings, 'reporter'>;

/** Checks declarations, and once for all of them the versions that they pin, and reports every finding. */
export async function validate(
  { workspace, reporter, clock }: Validating,
  selection: Partial<CheckSelection> = {},
): Promise<Outcome> {
  const check = await checkDeclarations({ workspace, clock }, { names: [], bases: new Map(), ...selection });
  const { names, unknown, diagnostics } = check;
  for (const name of unknown) reporter.warning(`There is no folder deployments/${name}.`);
  for (const diagnostic of diagnostics) reporter.diagnostic(diagnostic);
  reporter.info(summarizeDiagnostics(names.length, diagnostics));
  const failed = unknown.length > 0 || diagnostics.some(({ severity }) => severity === 'error');
  return failed ? 'failed' : 'succeeded';
}
