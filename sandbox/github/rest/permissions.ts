import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import { type Grant, type InstallationGrant, isInstallation } from '../model/token.ts';
import { operationDescription } from '../openapi/validate.ts';
import { ApiError, notFound } from './api-error.ts';
import type { RepositoryOperation } from './rest-call.ts';

/**
 * What an operation asks for. `job`: permissions of which one is enough, as `scope:level`; `metadata` is always there,
 * `never` cannot be given to a GITHUB_TOKEN. `user`: the least role of a person. From "Permissions required for fine-
 * grained personal access tokens" and "… for GitHub Apps" (docs.github.com/en/rest/authentication).
 */
type Rule = {
  job: readonly string[] | 'metadata' | 'never';
  user: 'read' | 'write' | 'admin';
  /** Who may not use it is told that there is nothing. */
  hidden?: true;
};

const READ_CONTENTS: Rule = { job: ['contents:read'], user: 'read' };
const WRITE_CONTENTS: Rule = { job: ['contents:write'], user: 'write' };
const READ_PULLS: Rule = { job: ['pull-requests:read'], user: 'read' };
const DISCUSS: Rule = { job: ['issues:write', 'pull-requests:write'], user: 'read' };
const READ_ISSUES: Rule = { job: ['issues:read', 'pull-requests:read'], user: 'read' };
const LABEL: Rule = { job: ['issues:write', 'pull-requests:write'], user: 'write' };
const READ_CHECKS: Rule = { job: ['checks:read'], user: 'read' };
const WRITE_CHECKS: Rule = { job: ['checks:write'], user: 'write' };
const READ_ACTIONS: Rule = { job: ['actions:read'], user: 'read' };
const WRITE_ACTIONS: Rule = { job: ['actions:write'], user: 'write' };
const COLLABORATE: Rule = { job: 'never', user: 'write' };
const ADMINISTER: Rule = { job: 'never', user: 'admin' };
/** "Administration" repository permissions; others get 404 (seen: radius-project/radius#13085). */
const ADMINISTER_POLICIES: Rule = { job: 'never', user: 'admin', hidden: true };
const METADATA: Rule = { job: 'metadata', user: 'read' };

const RULES: Record<RepositoryOperation, Rule> = {
  'repos/get': METADATA,
  'repos/list-branches': READ_CONTENTS,
  'repos/get-branch': READ_CONTENTS,
  'repos/list-commits': READ_CONTENTS,
  'repos/get-commit': READ_CONTENTS,
  'repos/list-pull-requests-associated-with-commit': READ_PULLS,
  'repos/compare-commits-with-basehead': READ_CONTENTS,
  'repos/get-content': READ_CONTENTS,
  'repos/create-or-update-file-contents': WRITE_CONTENTS,
  'repos/delete-file': WRITE_CONTENTS,
  'repos/get-collaborator-permission-level': METADATA,
  'repos/create-dispatch-event': WRITE_CONTENTS,
  'repos/get-all-environments': READ_ACTIONS,
  'repos/get-environment': READ_ACTIONS,
  'repos/create-or-update-environment': ADMINISTER,
  'repos/list-deployment-branch-policies': READ_ACTIONS,
  'repos/create-deployment-branch-policy': ADMINISTER,
  'repos/list-collaborators': COLLABORATE,
  'repos/get-repo-rulesets': METADATA,
  'repos/create-repo-ruleset': ADMINISTER,
  'repos/get-repo-ruleset': METADATA,
  'repos/update-repo-ruleset': ADMINISTER,
  'repos/delete-repo-ruleset': ADMINISTER,
  'repos/get-branch-rules': METADATA,
  'git/get-ref': READ_CONTENTS,
  'git/list-matching-refs': READ_CONTENTS,
  'git/create-ref': WRITE_CONTENTS,
  'git/update-ref': WRITE_CONTENTS,
  'git/delete-ref': WRITE_CONTENTS,
  'git/get-commit': READ_CONTENTS,
  'git/create-commit': WRITE_CONTENTS,
  'git/get-tree': READ_CONTENTS,
  'git/create-tree': WRITE_CONTENTS,
  'git/get-blob': READ_CONTENTS,
  'git/create-blob': WRITE_CONTENTS,
  'pulls/list': READ_PULLS,
  'pulls/create': { job: ['pull-requests:write'], user: 'read' },
  'pulls/get': READ_PULLS,
  'pulls/update': { job: ['pull-requests:write'], user: 'write' },
  'pulls/list-files': READ_PULLS,
  'pulls/list-commits': READ_PULLS,
  'pulls/check-if-merged': READ_CONTENTS,
  'pulls/merge': WRITE_CONTENTS,
  'pulls/create-review': { job: ['pull-requests:write'], user: 'read' },
  'pulls/list-reviews': READ_PULLS,
  'issues/list-for-repo': READ_ISSUES,
  'issues/create': { job: ['issues:write'], user: 'read' },
  'issues/get': READ_ISSUES,
  // A person's right to it depends on whose the issue is; the operation itself looks.
  'issues/update': DISCUSS,
  'issues/list-events': READ_ISSUES,
  'issues/list-events-for-timeline': READ_ISSUES,
  'issues/list-comments': READ_ISSUES,
  'issues/list-comments-for-repo': READ_ISSUES,
  'issues/create-comment': DISCUSS,
  'issues/get-comment': READ_ISSUES,
  'issues/update-comment': LABEL,
  'issues/delete-comment': LABEL,
  'issues/list-labels-on-issue': READ_ISSUES,
  'issues/add-labels': LABEL,
  'issues/set-labels': LABEL,
  'issues/remove-label': LABEL,
  'issues/remove-all-labels': LABEL,
  'issues/list-labels-for-repo': READ_ISSUES,
  'issues/create-label': LABEL,
  'issues/get-label': READ_ISSUES,
  'issues/update-label': LABEL,
  'issues/delete-label': LABEL,
  'checks/create': WRITE_CHECKS,
  'checks/get': READ_CHECKS,
  'checks/update': WRITE_CHECKS,
  'checks/list-annotations': READ_CHECKS,
  'checks/list-for-ref': READ_CHECKS,
  'actions/list-artifacts-for-repo': READ_ACTIONS,
  'actions/list-workflow-run-artifacts': READ_ACTIONS,
  'actions/get-artifact': READ_ACTIONS,
  'actions/download-artifact': READ_ACTIONS,
  'actions/delete-artifact': WRITE_ACTIONS,
  'actions/list-workflow-runs-for-repo': READ_ACTIONS,
  'actions/list-workflow-runs': READ_ACTIONS,
  'actions/get-workflow-run': READ_ACTIONS,
  'actions/get-workflow-run-attempt': READ_ACTIONS,
  'actions/get-reviews-for-run': READ_ACTIONS,
  'actions/get-pending-deployments-for-run': READ_ACTIONS,
  // "Users must have read access … and be a required reviewer"; a GITHUB_TOKEN is nobody's reviewer
  // (docs.github.com/en/rest/actions/workflow-runs#review-pending-deployments-for-a-workflow-run).
  'actions/review-pending-deployments-for-run': { job: 'never', user: 'read' },
  'actions/cancel-workflow-run': WRITE_ACTIONS,
  'actions/re-run-workflow': WRITE_ACTIONS,
  'actions/re-run-workflow-failed-jobs': WRITE_ACTIONS,
  'actions/create-workflow-dispatch': WRITE_ACTIONS,
  'actions/list-repo-variables': COLLABORATE,
  'actions/get-repo-variable': COLLABORATE,
  'actions/create-repo-variable': COLLABORATE,
  'actions/update-repo-variable': COLLABORATE,
  'actions/delete-repo-variable': COLLABORATE,
  'actions/list-environment-variables': COLLABORATE,
  'actions/get-environment-variable': COLLABORATE,
  'actions/create-environment-variable': COLLABORATE,
  'actions/update-environment-variable': COLLABORATE,
  'actions/delete-environment-variable': COLLABORATE,
  'actions/get-github-actions-default-workflow-permissions-repository': ADMINISTER,
  'actions/set-github-actions-default-workflow-permissions-repository': ADMINISTER,
  'actions/get-custom-oidc-sub-claim-for-repo': READ_ACTIONS,
  'actions/list-repo-policies': ADMINISTER_POLICIES,
  'actions/create-repo-policy': ADMINISTER_POLICIES,
  'actions/get-repo-policy': ADMINISTER_POLICIES,
  'actions/update-repo-policy': ADMINISTER_POLICIES,
  'actions/delete-repo-policy': ADMINISTER_POLICIES,
};

const LEVELS = ['read', 'write', 'admin'] as const;

/**
 * Lets the request pass or refuses it as GitHub does.
 * @param grant undefined for an anonymous reader
 * @throws ApiError 401 anonymous where a token is needed; 403 without the permission; 404 for somebody who must not
 *   even know that the private repository exists
 */
export function authorize(id: RepositoryOperation, repository: Repository, grant: Grant | undefined): void {
  const rule = RULES[id];
  const foreign = isInstallation(grant) && grant.repository !== repository;
  if (repository.private && (grant === undefined || foreign)) throw notFound();
  const reading = operationDescription(id).method === 'GET';
  const publicReading = reading && !repository.private && rule.job !== 'never';
  if (publicReading) return;
  if (grant === undefined) throw new ApiError(401, 'Requires authentication');
  const hiddenFrom = isInstallation(grant) ? !jobMay(rule, grant) : levelOf(grant.account) < LEVELS.indexOf(rule.user);
  if (rule.hidden && hiddenFrom) throw notFound();
  if (isInstallation(grant)) {
    if (foreign || !jobMay(rule, grant)) {
      throw new ApiError(403, 'Resource not accessible by integration');
    }
  } else if (levelOf(grant.account) < LEVELS.indexOf(rule.user)) {
    throw new ApiError(403, rule.user === 'admin' ? 'Must have admin rights to Repository.' : 'Must have push access');
  }
}

function levelOf({ permission }: Account): number {
  return LEVELS.indexOf(permission);
}

/** Scopes that no job can have, another App can: `administration` is for what takes an administrator. */
function jobMay(rule: Rule, { kind, permissions }: InstallationGrant): boolean {
  if (rule.job === 'metadata') return true;
  if (rule.job === 'never') {
    return kind === 'app' && rule.user === 'admin' && permissions['administration'] === 'write';
  }
  return rule.job.some((needed) => {
    const [scope = '', level] = needed.split(':');
    return permissions[scope] === 'write' || permissions[scope] === level;
  });
}
