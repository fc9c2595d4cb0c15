import type { Account } from '../model/account.ts';
import type { AppIdentity } from '../model/app.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository, Tier } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { apiDate } from './date.ts';
import { nodeId } from './node-id.ts';

/** `simple-user` of GitHub's description. */
export function simpleUser(state: GitHubState, account: Account): Record<string, unknown> {
  const url = `${state.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === 'Organization' ? 'O' : account.type === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `${state.serverUrl}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${state.serverUrl}/${encodeURIComponent(account.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** `public-user`, as `GET /users/{username}` and `GET /user` show it. */
export function fullUser(state: GitHubState, account: Account): Record<string, unknown> {
  return {
    ...simpleUser(state, account),
    name: account.name ?? null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: new Date(0).toISOString(),
    updated_at: new Date(0).toISOString(),
  };
}

/** How the author of an issue stands to the repository (`author_association`). */
export function authorAssociation(repository: Repository, issue: Pick<Issue, 'author'>): string {
  if (issue.author.id === repository.owner.id) return 'OWNER';
  return issue.author.type === 'User' && issue.author.permission !== 'read' ? 'COLLABORATOR' : 'NONE';
}

/** Names of plans: a person's (docs.github.com/en/rest/users/users) and an organization's (…/orgs/orgs), `plan.name`. */
const USER_PLANS: Readonly<Record<Tier, string | undefined>> = { free: 'free', team: 'pro', enterprise: undefined };
const ORGANIZATION_PLANS: Readonly<Record<Tier, string>> = { free: 'free', team: 'team', enterprise: 'enterprise' };

/** `plan` of the own account in `GET /user`; nothing for one that has no plan in the sandbox. */
export function userPlan({ plan }: Account): Record<string, unknown> {
  const name = plan === undefined ? undefined : USER_PLANS[plan];
  return name === undefined ? {} : { plan: { name, space: 976_562_499, private_repos: 9_999, collaborators: 0 } };
}

/**
 * `organization-full` of GitHub's description.
 * @param asOwner "To see the full details about an organization, the authenticated user must be an organization owner"
 */
export function presentOrganization(state: GitHubState, account: Account, asOwner: boolean): Record<string, unknown> {
  const url = `${state.apiUrl}/orgs/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${state.serverUrl}/avatars/u/${account.id}`,
    description: null,
    html_url: `${state.serverUrl}/${encodeURIComponent(account.login)}`,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    type: 'Organization',
    created_at: new Date(0).toISOString(),
    updated_at: new Date(0).toISOString(),
    archived_at: null,
    ...(asOwner
      ? { plan: { name: ORGANIZATION_PLANS[account.plan ?? 'enterprise'], space: 976_562_499, private_repos: 9_999 } }
      : {}),
  };
}

/** `integration` of GitHub's description. */
export function presentApp(
  state: GitHubState,
  { id, slug, name }: AppIdentity,
  owner: Account,
  since: Date,
): Record<string, unknown> {
  return {
    id,
    slug,
    node_id: nodeId('A', id),
    name,
    owner: simpleUser(state, owner),
    description: null,
    external_url: `${state.serverUrl}/apps/${slug}`,
    html_url: `${state.serverUrl}/apps/${slug}`,
    created_at: apiDate(since),
    updated_at: apiDate(since),
    permissions: {},
    events: [],
  };
}
