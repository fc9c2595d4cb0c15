import type { Account } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { subjectPrefix, usesImmutableSubject } from '../oidc/claims.ts';
import { simpleUser } from '../present/account.ts';
import { presentRepository } from '../present/repository.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/** The repository itself, who may do what in it, and its settings for Actions. */
export const repositorySettingHandlers: RepositoryHandlers<
  | 'repos/get'
  | 'repos/get-collaborator-permission-level'
  | 'repos/list-collaborators'
  | 'actions/get-github-actions-default-workflow-permissions-repository'
  | 'actions/set-github-actions-default-workflow-permissions-repository'
  | 'actions/get-custom-oidc-sub-claim-for-repo'
> = {
  'repos/get': ({ state }, repository) => ({ status: 200, body: presentRepository(state, repository) }),

  'repos/get-collaborator-permission-level': ({ state, path }, repository) => {
    const account = state.accounts.get(path.username.toLowerCase());
    if (account === undefined) throw notFound();
    // GitHub's words for apps and organizations, e.g. in github.com/anthropics/claude-code-action/issues/1018.
    if (account.type !== 'User') throw new ApiError(404, `${account.login} is not a user`);
    return { status: 200, body: presentPermission(state, repository, account) };
  },

  'repos/list-collaborators': (call, repository) => {
    const least = call.query.permission ?? 'pull';
    const people = [...call.state.accounts.values()]
      .filter(({ type }) => type === 'User')
      .map((account) => ({ account, flags: flagsOf(repository, account) }))
      .filter(({ flags }) => flags[least]);
    return listReply(call, people, ({ account }) => presentCollaborator(call.state, repository, account));
  },

  'actions/get-github-actions-default-workflow-permissions-repository': (_call, repository) => ({
    status: 200,
    body: {
      default_workflow_permissions: repository.defaultWorkflowPermissions,
      can_approve_pull_request_reviews: repository.actionsMayCreatePullRequests,
    },
  }),

  // 409: "Conflict response when changing a setting is prevented by the owning organization".
  'actions/set-github-actions-default-workflow-permissions-repository': ({ body }, repository) => {
    if (body.can_approve_pull_request_reviews === true && !repository.ownerMayOpenPullRequests) {
      throw new ApiError(409, 'Organization settings prevent enabling this setting.');
    }
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

/** What an account may do in a repository. */
function roleOf(repository: Repository, account: Account): Account['permission'] {
  return account.id === repository.owner.id ? 'admin' : account.permission;
}

function flagsOf(repository: Repository, account: Account) {
  const role = roleOf(repository, account);
  return {
    pull: true,
    triage: role !== 'read',
    push: role !== 'read',
    maintain: role === 'admin',
    admin: role === 'admin',
  };
}

/** `collaborator` of GitHub's description. */
function presentCollaborator(state: GitHubState, repository: Repository, account: Account): Record<string, unknown> {
  const permissions = flagsOf(repository, account);
  return { ...simpleUser(state, account), permissions, role_name: roleOf(repository, account) };
}

/** `repository-collaborator-permission` of GitHub's description. */
function presentPermission(state: GitHubState, repository: Repository, account: Account): Record<string, unknown> {
  const permission = roleOf(repository, account);
  return { permission, role_name: permission, user: presentCollaborator(state, repository, account) };
}
