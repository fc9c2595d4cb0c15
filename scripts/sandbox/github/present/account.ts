import type { Account } from '../model/account.ts';
import type { Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
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
