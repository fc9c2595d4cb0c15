import { join } from 'node:path';
import { createBareRepository, treeOfFolder } from './git/bare-repository.ts';
import { createCommit } from './git/commits.ts';
import { createExclusive } from './git/exclusive.ts';
import { writeRef } from './git/refs.ts';
import { runGit } from './git/run-git.ts';
import type { NewRepository, NewUser, RepositoryHandle } from './github-sandbox.ts';
import { type Account, noReplyAddress } from './model/account.ts';
import { type AppIdentity, botOf } from './model/app.ts';
import type { Label } from './model/issue.ts';
import type { Repository } from './model/repository.ts';
import { type GitHubState, repositoryNamed } from './model/state.ts';

/** The labels of every new repository (docs.github.com/en/issues/using-labels-and-milestones-to-track-work/managing-labels#about-default-labels). */
const DEFAULT_LABELS: readonly (readonly [string, string, string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];

/** Adds a person. @throws Error when the login or the id is taken */
export function addUser(state: GitHubState, input: NewUser): Account {
  const account: Account = {
    id: input.id,
    login: input.login,
    type: 'User',
    name: input.name,
    email: input.email ?? noReplyAddress(input.id, input.login),
    permission: input.permission ?? 'write',
    ownsOrganizations: input.ownsOrganizations ?? input.permission === 'admin',
  };
  for (const other of state.accounts.values()) {
    if (other.id === account.id || other.login.toLowerCase() === account.login.toLowerCase()) {
      throw new Error(`The account ${account.login} (${account.id}) collides with ${other.login} (${other.id}).`);
    }
  }
  state.accounts.set(account.login.toLowerCase(), account);
  return account;
}

/** The bot an app acts as; the same for every token of the app. */
export function appAccount(state: GitHubState, app: AppIdentity): Account {
  const key = `${app.slug}[bot]`.toLowerCase();
  const bot = state.accounts.get(key) ?? botOf(app, state.nextId());
  state.accounts.set(key, bot);
  return bot;
}

/** Creates a repository, and its owner if need be. @throws Error when the name is taken */
export async function addRepository(state: GitHubState, input: NewRepository): Promise<Repository> {
  const owner = ownerOf(state, input);
  const repository = newRepository(state, owner, input);
  await register(state, repository);
  if (input.seed !== undefined) {
    const { folder, message, author } = input.seed;
    const signature = { ...author, date: repository.createdAt };
    const sha = await createCommit(repository.gitFolder, {
      tree: await treeOfFolder(repository.gitFolder, folder),
      parents: [],
      author: signature,
      committer: signature,
      message: `${message}\n`,
    });
    await writeRef(repository.gitFolder, `refs/heads/${repository.defaultBranch}`, sha);
  }
  return repository;
}

/** Copies branches and tags of a repository to one of the user's own. */
export async function addFork(state: GitHubState, input: { repository: string; owner: string }): Promise<Repository> {
  const parent = repositoryNamed(state, input.repository);
  const owner = state.accounts.get(input.owner.toLowerCase());
  if (owner === undefined) throw new Error(`The sandbox's GitHub has no user ${input.owner}.`);
  const fork = newRepository(state, owner, { name: parent.name, defaultBranch: parent.defaultBranch });
  Object.assign(fork, { parent, private: parent.private, tier: parent.tier });
  await register(state, fork);
  const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
  await runGit(fork.gitFolder, ['fetch', '--quiet', parent.gitFolder, ...refs]);
  return fork;
}

/** What a caller gets to know of a repository. */
export function repositoryHandle(state: GitHubState, repository: Repository): RepositoryHandle {
  const { id, fullName, defaultBranch, gitFolder } = repository;
  return { id, fullName, defaultBranch, gitFolder, cloneUrl: `${state.serverUrl}/${fullName}.git` };
}

async function register(state: GitHubState, repository: Repository): Promise<void> {
  const key = repository.fullName.toLowerCase();
  if (state.repositories.has(key)) throw new Error(`The repository ${repository.fullName} exists already.`);
  state.repositories.set(key, repository);
  await createBareRepository(repository.gitFolder, repository.defaultBranch);
}

function ownerOf(state: GitHubState, input: NewRepository): Account {
  const existing = state.accounts.get(input.owner.toLowerCase());
  if (existing !== undefined) {
    if (existing.id !== input.ownerId) throw new Error(`${input.owner} has the id ${existing.id}.`);
    existing.plan ??= input.tier ?? 'enterprise';
    if (existing.plan !== (input.tier ?? existing.plan))
      throw new Error(`${input.owner} has the plan ${existing.plan}.`);
    return existing;
  }
  const owner: Account = {
    id: input.ownerId,
    login: input.owner,
    type: input.ownerType ?? 'Organization',
    name: undefined,
    email: noReplyAddress(input.ownerId, input.owner),
    permission: 'admin',
    plan: input.tier ?? 'enterprise',
  };
  state.accounts.set(owner.login.toLowerCase(), owner);
  return owner;
}

function newRepository(
  state: GitHubState,
  owner: Account,
  input: Omit<NewRepository, 'owner' | 'ownerId'>,
): Repository {
  const now = input.createdAt ?? state.now();
  const fullName = `${owner.login}/${input.name}`;
  const labels = DEFAULT_LABELS.map(([name, color, description]): [string, Label] => [
    name,
    { id: state.nextId(), name, color, description },
  ]);
  return {
    id: input.id ?? state.nextId(),
    owner,
    name: input.name,
    fullName,
    private: input.private ?? false,
    tier: owner.plan ?? 'enterprise',
    parent: undefined,
    defaultBranch: input.defaultBranch ?? 'main',
    createdAt: now,
    pushedAt: now,
    gitFolder: join(state.folder, 'repositories', owner.login, `${input.name}.git`),
    exclusive: createExclusive(),
    actionsMayCreatePullRequests: input.actionsMayCreatePullRequests ?? false,
    ownerMayOpenPullRequests: input.ownerMayOpenPullRequests ?? true,
    defaultWorkflowPermissions: 'read',
    issues: new Map(),
    delaysMergeRefs: false,
    mergeQueue: [],
    labels: new Map(labels),
    checkRuns: new Map(),
    checkSuites: new Map(),
    workflowRuns: new Map(),
    workflowRunAttempts: new Map(),
    deploymentReviews: [],
    workflowIds: new Map(),
    artifacts: new Map(),
    environments: new Map(),
    environmentIds: new Map(),
    variables: new Map(),
    secrets: new Map(),
    rulesets: new Map(),
    actionsPolicies: new Map(),
  };
}
