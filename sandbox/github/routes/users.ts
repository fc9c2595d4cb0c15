import { ACTIONS_BOT } from '../model/account.ts';
import { ACTIONS_APP } from '../model/app.ts';
import { isInstallation } from '../model/token.ts';
import { fullUser, presentApp, presentOrganization, userPlan } from '../present/account.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { type GlobalHandlers, signedIn } from '../rest/rest-call.ts';

/** The API's root, the rate limit, users, organizations and the app GitHub Actions. */
export const userHandlers: GlobalHandlers = {
  'meta/root': ({ state }) => ({ status: 200, body: rootUrls(state.apiUrl) }),

  'rate-limit/get': ({ rate }) => ({ status: 200, body: { resources: { core: rate, search: rate }, rate } }),

  'users/get-authenticated': (call) => {
    const grant = signedIn(call);
    if (isInstallation(grant)) throw new ApiError(403, 'Resource not accessible by integration');
    return { status: 200, body: { ...fullUser(call.state, grant.account), ...userPlan(grant.account) } };
  },

  'users/get-by-username': ({ state, path }) => {
    const account = state.accounts.get(path.username.toLowerCase());
    if (account === undefined) throw notFound();
    return { status: 200, body: fullUser(state, account) };
  },

  'orgs/get': ({ state, path, grant }) => {
    const account = state.accounts.get(path.org.toLowerCase());
    if (account?.type !== 'Organization') throw notFound();
    const asOwner = grant?.kind === 'user' && grant.account.ownsOrganizations === true;
    return { status: 200, body: presentOrganization(state, account, asOwner) };
  },

  'apps/get-by-slug': ({ state, path }) => {
    if (path.app_slug !== 'github-actions') throw notFound();
    // The app belongs to the account `github`, which the sandbox does not have.
    return { status: 200, body: presentApp(state, ACTIONS_APP, ACTIONS_BOT, new Date(0)) };
  },
};

const ROOT_URLS: Readonly<Record<string, string>> = {
  current_user: '/user',
  authorizations: '/authorizations',
  code_search: '/search/code?q={query}',
  commit_search: '/search/commits?q={query}',
  emails: '/user/emails',
  emojis: '/emojis',
  events: '/events',
  feeds: '/feeds',
  followers: '/user/followers',
  following: '/user/following{/target}',
  gists: '/gists{/gist_id}',
  issue_search: '/search/issues?q={query}',
  issues: '/issues',
  keys: '/user/keys',
  label_search: '/search/labels?q={query}&repository_id={repository_id}',
  notifications: '/notifications',
  organization: '/orgs/{org}',
  organization_repositories: '/orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams: '/orgs/{org}/teams',
  public_gists: '/gists/public',
  rate_limit: '/rate_limit',
  repository: '/repos/{owner}/{repo}',
  repository_search: '/search/repositories?q={query}',
  current_user_repositories: '/user/repos{?type,page,per_page,sort}',
  starred: '/user/starred{/owner}{/repo}',
  starred_gists: '/gists/starred',
  user: '/users/{user}',
  user_organizations: '/user/orgs',
  user_repositories: '/users/{user}/repos{?type,page,per_page,sort}',
  user_search: '/search/users?q={query}',
};

function rootUrls(apiUrl: string): Record<string, string> {
  const urls = Object.entries(ROOT_URLS).map(([name, path]) => [`${name}_url`, `${apiUrl}${path}`]);
  return { ...Object.fromEntries(urls), current_user_authorizations_html_url: `${apiUrl}/settings/connections` };
}
