import { readBlob, writeBlob } from '../git/blobs.ts';
import { type Commit, createCommit, readCommit } from '../git/commits.ts';
import { readRef, resolveCommit } from '../git/refs.ts';
import { buildTree, isTreePath, listTree, type TreeChange, type TreeEntry } from '../git/trees.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import type { Grant } from '../model/token.ts';
import { presentGitCommit } from '../present/commit.ts';
import { presentContent } from '../present/content.ts';
import { GITHUB_COMMITTER } from '../pull-requests/merge-ref.ts';
import { changeRef } from '../pull-requests/write-ref.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { type RepositoryHandlers, type RestReply, signedIn } from '../rest/rest-call.ts';

type ChangeBody = {
  message: string;
  branch?: string;
  author?: { name?: string; email?: string; date?: string };
  committer?: { name?: string; email?: string; date?: string };
};

/** Files and folders of a branch, and commits that change one file. */
export const contentHandlers: RepositoryHandlers<
  'repos/get-content' | 'repos/create-or-update-file-contents' | 'repos/delete-file'
> = {
  'repos/get-content': async ({ state, path, query, format }, repository) => {
    const ref = query.ref ?? repository.defaultBranch;
    const sha = await resolveCommit(repository.gitFolder, ref);
    if (sha === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
    const location = path.path.replace(/^\/+|\/+$/g, '');
    const entry = location === '' ? undefined : await entryAt(repository, sha, location);
    if (location !== '' && entry === undefined) throw notFound();
    if (entry !== undefined && entry.type !== 'tree') return fileReply(state, repository, entry, ref, format);
    const entries = await listTree(repository.gitFolder, entry === undefined ? sha : entry.sha);
    const inFolder = entries.map((each) => ({ ...each, path: [location, each.path].filter(Boolean).join('/') }));
    return { status: 200, body: inFolder.map((each) => presentContent(state, repository, each, ref)) };
  },

  'repos/create-or-update-file-contents': async (call, repository) => {
    const { state, body, path } = call;
    const branch = body.branch ?? repository.defaultBranch;
    if (!isTreePath(path.path)) throw new ApiError(422, 'path contains a malformed path component');
    const head = await readRef(repository.gitFolder, `refs/heads/${branch}`);
    if (head === undefined && body.branch !== undefined) throw new ApiError(404, `Branch ${branch} not found`);
    const existing = head === undefined ? undefined : await entryAt(repository, head, path.path);
    requireSameBlob(path.path, existing, body.sha);
    const sha = await writeBlob(repository.gitFolder, Buffer.from(body.content, 'base64'));
    const change = { path: path.path, mode: existing?.mode ?? '100644', sha };
    const commit = await commitChange(state, repository, signedIn(call), { branch, head, change }, body);
    const entry = await entryAt(repository, commit.sha, path.path);
    if (entry === undefined) throw new Error(`${path.path} is missing after it was written.`);
    const content = presentContent(state, repository, entry, branch);
    const reply = { content, commit: presentGitCommit(state, repository, commit) };
    return { status: existing === undefined ? 201 : 200, body: reply };
  },

  'repos/delete-file': async (call, repository) => {
    const { state, body, path } = call;
    const branch = body.branch ?? repository.defaultBranch;
    const head = await readRef(repository.gitFolder, `refs/heads/${branch}`);
    const existing = head === undefined ? undefined : await entryAt(repository, head, path.path);
    if (existing === undefined) throw notFound();
    requireSameBlob(path.path, existing, body.sha);
    const change = { path: path.path, sha: null };
    const commit = await commitChange(state, repository, signedIn(call), { branch, head, change }, body);
    return { status: 200, body: { content: null, commit: presentGitCommit(state, repository, commit) } };
  },
};

async function entryAt(repository: Repository, commit: string, path: string): Promise<TreeEntry | undefined> {
  const [entry] = await listTree(repository.gitFolder, commit, { path });
  return entry?.path === path ? entry : undefined;
}

async function fileReply(
  state: GitHubState,
  repository: Repository,
  entry: TreeEntry,
  ref: string,
  format: string,
): Promise<RestReply> {
  const data = entry.type === 'blob' ? await readBlob(repository.gitFolder, entry.sha) : undefined;
  if (format === 'raw' && data !== undefined) {
    return { status: 200, content: { type: 'application/vnd.github.raw+json; charset=utf-8', data } };
  }
  return { status: 200, body: presentContent(state, repository, entry, ref, data) };
}

/** A change of an existing file must name the blob it replaces. */
function requireSameBlob(path: string, existing: TreeEntry | undefined, sha: string | undefined): void {
  if (existing === undefined && sha === undefined) return;
  if (sha === undefined) throw new ApiError(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (existing?.sha !== sha) throw new ApiError(409, `${path} does not match ${sha}`);
}

async function commitChange(
  state: GitHubState,
  repository: Repository,
  grant: Grant,
  { branch, head, change }: { branch: string; head: string | undefined; change: TreeChange },
  body: ChangeBody,
): Promise<Commit> {
  const caller = { name: grant.account.name ?? grant.account.login, email: grant.account.email };
  const signature = (person: ChangeBody['author'], standard: { name: string; email: string }) => ({
    name: person?.name ?? standard.name,
    email: person?.email ?? standard.email,
    date: person?.date === undefined ? state.now() : new Date(person.date),
  });
  const author = signature(body.author ?? body.committer, caller);
  const sha = await createCommit(repository.gitFolder, {
    tree: await buildTree(repository.gitFolder, head, [change]),
    parents: head === undefined ? [] : [head],
    author,
    committer: body.committer === undefined ? { ...author, ...GITHUB_COMMITTER } : signature(body.committer, caller),
    message: body.message,
  });
  await changeRef(state, repository, grant, `refs/heads/${branch}`, sha, 409);
  return readCommit(repository.gitFolder, sha);
}
