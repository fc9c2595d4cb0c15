import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from './account.ts';
import { apiDate } from './date.ts';
import { nodeId } from './node-id.ts';

/** URL templates below the repository, by field name without `_url`. */
const TEMPLATES: Readonly<Record<string, string>> = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
};

/** The REST URL of a repository. */
export function repositoryUrl(state: GitHubState, repository: Repository): string {
  return `${state.apiUrl}/repos/${repository.fullName}`;
}

/** The web URL of a repository. */
export function repositoryWebUrl(state: GitHubState, repository: Repository): string {
  return `${state.serverUrl}/${repository.fullName}`;
}

/** Has all fields of `repository`, `full-repository` and `minimal-repository` of GitHub's description. */
export function presentRepository(state: GitHubState, repository: Repository): Record<string, unknown> {
  const url = repositoryUrl(state, repository);
  const web = repositoryWebUrl(state, repository);
  const openIssues = [...repository.issues.values()].filter((issue) => issue.state === 'open').length;
  const templates = Object.entries(TEMPLATES).map(([name, path]) => [`${name}_url`, `${url}${path}`]);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: repository.fullName,
    owner: simpleUser(state, repository.owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: web,
    description: null,
    fork: repository.parent !== undefined,
    url,
    ...Object.fromEntries(templates),
    git_url: `${web.replace(/^http/, 'git')}.git`,
    ssh_url: `git@${new URL(web).hostname}:${repository.fullName}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    topics: [],
    size: 0,
    default_branch: repository.defaultBranch,
    created_at: apiDate(repository.createdAt),
    updated_at: apiDate(repository.pushedAt),
    pushed_at: apiDate(repository.pushedAt),
    ...counts(openIssues),
    ...FEATURES,
  };
}

function counts(openIssues: number): Record<string, number> {
  return {
    forks: 0,
    forks_count: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    subscribers_count: 0,
    network_count: 0,
    open_issues: openIssues,
    open_issues_count: openIssues,
  };
}

const FEATURES = {
  is_template: false,
  has_issues: true,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: true,
  has_discussions: false,
  archived: false,
  disabled: false,
  allow_merge_commit: true,
  allow_squash_merge: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  delete_branch_on_merge: false,
  allow_forking: true,
  web_commit_signoff_required: false,
} as const;
