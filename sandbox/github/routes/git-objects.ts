import { readBlob, writeBlob } from '../git/blobs.ts';
import { createCommit, readCommit, type Signature } from '../git/commits.ts';
import { objectType, resolveCommit } from '../git/refs.ts';
import { gitText } from '../git/run-git.ts';
import { buildTree, isTreePath, listTree, type TreeChange, type TreeEntry } from '../git/trees.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { presentGitCommit } from '../present/commit.ts';
import { wrappedBase64 } from '../present/content.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl } from '../present/repository.ts';
import { ApiError, notFound, notInSandbox } from '../rest/api-error.ts';
import { type BodyOf, type RepositoryHandlers, signedIn } from '../rest/rest-call.ts';

/** Commits, trees and blobs of the Git database (docs.github.com/en/rest/git). */
export const gitObjectHandlers: RepositoryHandlers<
  'git/get-commit' | 'git/create-commit' | 'git/get-tree' | 'git/create-tree' | 'git/get-blob' | 'git/create-blob'
> = {
  'git/get-commit': async ({ state, path }, repository) => {
    await requireObject(repository, path.commit_sha, 'commit');
    const commit = await readCommit(repository.gitFolder, path.commit_sha);
    return { status: 200, body: presentGitCommit(state, repository, commit) };
  },

  'git/create-commit': async (call, repository) => {
    const { state, body } = call;
    if (body.signature !== undefined) throw notInSandbox('signed commits');
    const { account } = signedIn(call);
    const parents = body.parents ?? [];
    if ((await objectType(repository.gitFolder, body.tree)) !== 'tree') {
      throw new ApiError(422, 'Tree SHA does not exist');
    }
    for (const parent of parents) {
      if ((await objectType(repository.gitFolder, parent)) !== 'commit') {
        throw new ApiError(422, 'Parent SHA does not exist or is not a commit object');
      }
    }
    const caller = { name: account.name ?? account.login, email: account.email, date: state.now() };
    const author = signatureOf(body.author, caller);
    const committer = signatureOf(body.committer, author);
    const { tree, message } = body;
    const sha = await createCommit(repository.gitFolder, { tree, parents, author, committer, message });
    const commit = await readCommit(repository.gitFolder, sha);
    return { status: 201, body: presentGitCommit(state, repository, commit) };
  },

  'git/get-tree': async ({ state, path, query }, repository) => {
    const { tree_sha: asked } = path;
    const isObject = (await objectType(repository.gitFolder, asked)) !== undefined;
    const treeish = isObject ? asked : await resolveCommit(repository.gitFolder, asked);
    if (treeish === undefined) throw notFound();
    const sha = await gitText(repository.gitFolder, ['rev-parse', '--verify', `${treeish}^{tree}`]);
    const entries = await listTree(repository.gitFolder, sha, { recursive: query.recursive !== undefined });
    return { status: 200, body: presentTree(state, repository, sha, entries) };
  },

  'git/create-tree': async ({ state, body }, repository) => {
    const base = body.base_tree;
    if (base !== undefined && (await objectType(repository.gitFolder, base)) === undefined) {
      throw new ApiError(422, 'base_tree is not a valid tree oid');
    }
    const changes: TreeChange[] = [];
    for (const entry of body.tree) changes.push(await treeChange(repository, entry));
    const sha = await buildTree(repository.gitFolder, base, changes);
    return { status: 201, body: presentTree(state, repository, sha, await listTree(repository.gitFolder, sha)) };
  },

  'git/get-blob': async ({ state, path, format }, repository) => {
    await requireObject(repository, path.file_sha, 'blob');
    const data = await readBlob(repository.gitFolder, path.file_sha);
    if (format === 'raw') return { status: 200, content: { type: 'application/vnd.github.raw+json', data } };
    const body = { ...blobLinks(state, repository, path.file_sha), size: data.length };
    const node_id = nodeId('B', path.file_sha);
    return { status: 200, body: { ...body, node_id, content: wrappedBase64(data), encoding: 'base64' } };
  },

  'git/create-blob': async ({ state, body }, repository) => {
    const encoding = body.encoding ?? 'utf-8';
    if (encoding !== 'utf-8' && encoding !== 'base64') throw new ApiError(422, `Unknown encoding ${encoding}`);
    const content = Buffer.from(body.content, encoding === 'base64' ? 'base64' : 'utf8');
    const sha = await writeBlob(repository.gitFolder, content);
    return { status: 201, body: blobLinks(state, repository, sha) };
  },
};

async function requireObject(repository: Repository, sha: string, type: string): Promise<void> {
  if ((await objectType(repository.gitFolder, sha)) !== type) throw notFound();
}

type NewEntry = BodyOf<'git/create-tree'>['tree'][number];

async function treeChange(repository: Repository, entry: NewEntry): Promise<TreeChange> {
  const { path, mode = '100644' } = entry;
  if (path === undefined) throw new ApiError(422, 'tree.path is missing');
  if (!isTreePath(path)) throw new ApiError(422, `tree.path contains a malformed path component: ${path}`);
  if (entry.content !== undefined) {
    return { path, mode, sha: await writeBlob(repository.gitFolder, entry.content) };
  }
  if (entry.sha === null) return { path, sha: null };
  if (entry.sha === undefined) throw new ApiError(422, 'Must supply either tree.sha or tree.content');
  if (mode !== '160000' && (await objectType(repository.gitFolder, entry.sha)) === undefined) {
    throw new ApiError(422, `tree.sha ${entry.sha} is not a valid object`);
  }
  return { path, mode, sha: entry.sha };
}

function presentTree(
  state: GitHubState,
  repository: Repository,
  sha: string,
  entries: readonly TreeEntry[],
): Record<string, unknown> {
  const git = `${repositoryUrl(state, repository)}/git`;
  return {
    sha,
    url: `${git}/trees/${sha}`,
    truncated: false,
    tree: entries.map(({ path, mode, type, sha: object, size }) => ({
      path,
      mode,
      type,
      sha: object,
      ...(size === undefined ? {} : { size }),
      ...(type === 'commit' ? {} : { url: `${git}/${type}s/${object}` }),
    })),
  };
}

function blobLinks(state: GitHubState, repository: Repository, sha: string): { sha: string; url: string } {
  return { sha, url: `${repositoryUrl(state, repository)}/git/blobs/${sha}` };
}

function signatureOf(
  given: { name?: string; email?: string; date?: string } | undefined,
  standard: Signature,
): Signature {
  return {
    name: given?.name ?? standard.name,
    email: given?.email ?? standard.email,
    date: given?.date === undefined ? standard.date : new Date(given.date),
  };
}
