import type { JobPermissions } from '../workflow-event.ts';
import type { Account } from './account.ts';
import type { AppIdentity } from './app.ts';
import type { Repository } from './repository.ts';

/** A token of an installed app, for one repository: `permissions` is all it can do. */
export type InstallationGrant = {
  account: Account;
  repository: Repository;
  permissions: JobPermissions;
} & ({ kind: 'job' } | { kind: 'app'; app: AppIdentity });

/**
 * Who a token stands for and how far it reaches: a person, a job (its GITHUB_TOKEN, of the app GitHub Actions), or
 * another GitHub App. Both installation tokens start with `ghs_`; what they do differs in that a job's starts no workflow
 * (docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow).
 */
export type Grant = { kind: 'user'; account: Account } | InstallationGrant;

/** Whether the token is an app's, not a person's. */
export function isInstallation(grant: Grant | undefined): grant is InstallationGrant {
  return grant !== undefined && grant.kind !== 'user';
}

/**
 * An app needs the permission `workflows` for files below `.github/workflows`, which `permissions:` cannot give to a job
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions).
 */
export function mayChangeWorkflows(grant: Grant | undefined): boolean {
  return !isInstallation(grant) || (grant.kind === 'app' && grant.permissions['workflows'] === 'write');
}
