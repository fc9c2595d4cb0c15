import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { subjectPrefix, usesImmutableSubject } from '../oidc/claims.ts';
import { simpleUser } from '../present/account.ts';
import { presentRepository } from '../present/repository.ts';
import { notFound } from '../rest/api-error.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/** The repository itself, who may do what in it, and its settings for Actions. */
export const repositorySettingHandlers: RepositoryHandlers<
  | 'repos/get'
  | 'repos/get-collaborator-permission-level'
  | 'actions/get-github-actions-default-workflow-permissions-repository'
  | 'actions/set-github-actions-default-workflow-permissions-repository'
  | 'actions/get-custom-oidc-sub-claim-for-repo'
> = {
  'repos/get': ({ state }, repository) => ({ status: 200, body: presentRepository(state, repository) }),

  'repos/get-collaborator-permission-level': ({ state, path }, repository) => {
    const account = state.accounts.get(path.username.toLowerCase());
    if (account === undefined || account.type === 'Organization') throw notFound();
    return { status: 200, body: presentPermission(state, repository, account) };
  },

  'actions/get-github-actions-default-workflow-permissions-repository': (_call, repository) => ({
    status: 200,
    body: {
      default_workflow_permissions: repository.defaultWorkflowPermissions,
      can_approve_pull_request_reviews: repository.actionsMayCreatePullRequests,
    },
  }),

  'actions/set-github-actions-default-workflow-permissions-repository': ({ body }, repository) => {
    repository.defaultWorkflowPermissions = body.default_workflow_permissions ?? repository.defaultWorkflowPermissions;
    repository.actionsMayCreatePullRequests =
      body.can_approve_pull_request_reviews ?? repository.actionsMayCreatePullRequests;
    return { status: 204 };
  },

  'actions/get-custom-oidc-sub-claim-for-repo': (_call, repository) => ({
    status: 200,
    body: {
      use_default: true,
      use_immutable_subject: usesImmutableSubject(repository),
      sub_claim_prefix: subjectPrefix(repository),
    },
  }),
};

/** `role_name` and the flags of a `collaborator`. */
function presentPermission(state: GitHubState, repository: Repository, account: Account): Record<string, unknown> {
  const permission = account.id === repository.owner.id ? 'admin' : account.permission;
  const flags = {
    pull: true,
    triage: permission !== 'read',
    push: permission !== 'read',
    maintain: permission === 'admin',
    admin: permission === 'admin',
  };
  const user = { ...simpleUser(state, account), permissions: flags, role_name: permission };
  return { permission, role_name: permission, user };
}
