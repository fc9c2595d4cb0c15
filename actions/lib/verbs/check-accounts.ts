import type { Deployment } from '../deployment/deployment.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { type Finding, placeFindings, sortDiagnostics } from '../deployment/finding.ts';
import { understandSource } from '../deployment/read-deployment.ts';
import { readDeployments } from '../deployment/read-deployments.ts';
import { accountNotAsked, preflightFindings } from '../plan/preflight-diagnostics.ts';
import { doctor } from './doctor.ts';
import type { Surroundings } from './surroundings.ts';

/** What the accounts of valid deployments say. */
export type AccountsCheck = {
  /** Deployments whose account was asked, or would have been. */
  asked: string[];
  /** Deployments whose account was not asked because their declaration is not valid. */
  invalid: string[];
  /** How many checks found nothing amiss. */
  fine: number;
  diagnostics: Diagnostic[];
};

/**
 * Asks the account of each valid deployment what a plan asks before anything is deployed. Reads only. An account that
 * cannot be asked is a finding like what is missing in it.
 * @param names only these deployments; empty: all. Drafts have no account.
 */
export async function checkAccounts(
  surroundings: Pick<Surroundings, 'workspace' | 'clock' | 'connect'>,
  names: readonly string[],
): Promise<AccountsCheck> {
  const folders = await surroundings.workspace.deploymentFolders();
  const { results } = readDeployments(folders);
  const chosen = results.filter(({ name, deployable }) => deployable && (names.length === 0 || names.includes(name)));
  const check: AccountsCheck = { asked: [], invalid: [], fine: 0, diagnostics: [] };
  for (const { name, file, deployment } of chosen) {
    const text = folders.find((folder) => folder.name === name)?.text;
    if (deployment === undefined || text === undefined) {
      check.invalid.push(name);
      continue;
    }
    const { fine, findings } = await askAccount(surroundings, deployment);
    check.asked.push(name);
    check.fine += fine;
    const positions = understandSource({ name, file, text }).positions();
    check.diagnostics.push(...placeFindings(findings, file, positions));
  }
  return { ...check, diagnostics: sortDiagnostics(check.diagnostics) };
}

async function askAccount(
  surroundings: Pick<Surroundings, 'workspace' | 'clock' | 'connect'>,
  deployment: Deployment,
): Promise<{ fine: number; findings: Finding[] }> {
  const { checks } = await doctor(surroundings, deployment);
  const [first, ...others] = checks;
  // Nothing else could be asked then.
  if (first?.id === 'account' && first.outcome === 'unknown' && others.length === 0) {
    return { fine: 0, findings: [accountNotAsked(first.detail, first.hint)] };
  }
  return { fine: checks.filter(({ outcome }) => outcome === 'ok').length, findings: preflightFindings(checks) };
}
