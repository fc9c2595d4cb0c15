import {
  compareDeployments,
  type DeploymentsChange,
  type DeploymentTrees,
  type FolderEntry,
} from '../../deployment/removed-deployments.ts';
import { largestFile } from '../../deployment/text-findings.ts';
import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

/** A commit as Git keeps it, without its text. */
export type CommitObject = { sha: string; tree: string; parents: string[] };

/** What was read of each repository by the ids of commits and trees, which never mean anything else. */
const known = new WeakMap<GitHubConnection['octokit'], Map<string, unknown>>();

/** Asks once for what cannot change; a failure is asked again. A job's token has 1,000 requests an hour. */
async function once<T>({ octokit, owner, repo }: GitHubConnection, key: string, ask: () => Promise<T>): Promise<T> {
  const answers = known.get(octokit) ?? new Map<string, unknown>();
  known.set(octokit, answers);
  const name = `${owner}/${repo} ${key}`;
  if (!answers.has(name)) answers.set(name, await ask());
  return answers.get(name) as T;
}

/** @throws Failure `GitHub404` when the repository has no such commit */
export async function readCommit(github: GitHubConnection, sha: string): Promise<CommitObject> {
  const { octokit, owner, repo } = github;
  return await once(github, `commit ${sha}`, async () => {
    const { data } = await askGitHub(`read the commit ${sha.slice(0, 7)}`, () =>
      octokit.rest.git.getCommit({ owner, repo, commit_sha: sha }),
    );
    return { sha: data.sha, tree: data.tree.sha, parents: data.parents.map((parent) => parent.sha) };
  });
}

/** The default branch as it is now, and the repository's id, which no rename changes. */
export type DefaultBranch = { branch: string; sha: string; repositoryId: number };

export async function defaultBranchTip({ octokit, owner, repo }: GitHubConnection): Promise<DefaultBranch> {
  return await askGitHub('read the default branch', async () => {
    const { data: repository } = await octokit.rest.repos.get({ owner, repo });
    const branch = repository.default_branch;
    const { data: ref } = await octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` });
    return { branch, sha: ref.object.sha, repositoryId: repository.id };
  });
}

/** Entries of a tree; of all below it as paths when `recursive`. @throws Failure `TreeTooLarge` when GitHub lists only a part */
async function readTree(
  github: GitHubConnection,
  tree: string,
  recursive = false,
): Promise<(FolderEntry & { type: string })[]> {
  const { octokit, owner, repo } = github;
  return await once(github, `tree ${tree} ${recursive}`, async () => {
    const { data } = await askGitHub('list a folder', () =>
      octokit.rest.git.getTree({ owner, repo, tree_sha: tree, ...(recursive ? { recursive: 'true' } : {}) }),
    );
    if (data.truncated) throw tooLarge();
    return data.tree.map(({ path, mode, sha, type }) => ({ name: path, mode, id: sha ?? '', type }));
  });
}

function tooLarge(): Failure {
  return new Failure({
    code: 'TreeTooLarge',
    source: 'user',
    message: 'A folder has more files than GitHub lists at once (100,000).',
    hint: 'A deployment has some dozens of files; take out what is no part of it.',
  });
}

/**
 * What a commit says about deployments, through GitHub: no checkout is needed, however old the job's is.
 * @param look which folders to look into for their declaration
 */
export async function remoteTrees(
  github: GitHubConnection,
  commit: string,
  look: (entry: FolderEntry) => boolean,
): Promise<DeploymentTrees> {
  const root = await readTree(github, (await readCommit(github, commit)).tree);
  const container = root.find(({ name, mode }) => name === 'deployments' && mode === '040000');
  const deployments = container === undefined ? [] : await readTree(github, container.id);
  const declarations = new Map<string, FolderEntry>();
  for (const folder of deployments.filter((entry) => entry.mode === '040000' && look(entry))) {
    const declaration = (await readTree(github, folder.id)).find(({ name }) => name === 'opensarlab.yaml');
    if (declaration !== undefined) declarations.set(folder.name, declaration);
  }
  return { root, deployments, declarations };
}

/** What lies between two commits of the repository. Only folders that differ are looked into. */
export async function remoteChange(
  github: GitHubConnection,
  before: string,
  after: string,
): Promise<DeploymentsChange> {
  const nothing = (): boolean => false;
  const [old, now] = [await remoteTrees(github, before, nothing), await remoteTrees(github, after, nothing)];
  const same = new Set(now.deployments.map(({ name, mode, id }) => `${mode} ${id} ${name}`));
  const differs = (entry: FolderEntry): boolean => !same.has(`${entry.mode} ${entry.id} ${entry.name}`);
  const changed = new Set(old.deployments.filter(differs).map(({ name }) => name));
  const look = ({ name }: FolderEntry): boolean => changed.has(name);
  return compareDeployments(await remoteTrees(github, before, look), await remoteTrees(github, after, look));
}

/** A deployment's folder at a commit. */
export type RemoteFolder = {
  /** Id of the folder's tree. */
  tree: string;
  /** All files below it with their paths from the repository's root, links and submodules included. */
  files: { path: string; mode: string; id: string }[];
  /** Its `opensarlab.yaml`; undefined when there is none, or none that is a file of sensible size. */
  declaration: string | undefined;
};

/** Undefined when there is no such folder; something else of that name is no folder. */
export async function remoteFolder(
  github: GitHubConnection,
  commit: string,
  deployment: string,
): Promise<RemoteFolder | undefined> {
  const { deployments } = await remoteTrees(github, commit, () => false);
  const folder = deployments.find(({ name, mode }) => name === deployment && mode === '040000');
  if (folder === undefined) return undefined;
  const entries = (await readTree(github, folder.id, true)).filter(({ type }) => type !== 'tree');
  const file = entries.find(({ name, mode }) => name === 'opensarlab.yaml' && mode.startsWith('100'));
  return {
    tree: folder.id,
    files: entries.map(({ name, mode, id }) => ({ path: `deployments/${deployment}/${name}`, mode, id })),
    declaration: file === undefined ? undefined : await blobText(github, file.id),
  };
}

async function blobText(github: GitHubConnection, id: string): Promise<string | undefined> {
  const { octokit, owner, repo } = github;
  const { data } = await askGitHub('read a declaration', () => octokit.rest.git.getBlob({ owner, repo, file_sha: id }));
  if (data.size === null || data.size > largestFile) return undefined;
  return Buffer.from(data.content, data.encoding === 'base64' ? 'base64' : 'utf8').toString('utf8');
}
