import { isAncestor } from '../git/commits.ts';
import { isRefName, listRefs, objectType, readRef } from '../git/refs.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl } from '../present/repository.ts';
import { changeRef } from '../pull-requests/write-ref.ts';
import { ApiError, notFound } from '../rest/api-error.ts';
import { type RepositoryHandlers, signedIn } from '../rest/rest-call.ts';

/** References: `heads/…` and `tags/…` (docs.github.com/en/rest/git/refs). */
export const gitRefHandlers: RepositoryHandlers<
  'git/get-ref' | 'git/list-matching-refs' | 'git/create-ref' | 'git/update-ref' | 'git/delete-ref'
> = {
  'git/get-ref': async ({ state, path }, repository) => {
    const ref = `refs/${path.ref}`;
    const sha = await readRef(repository.gitFolder, ref);
    if (sha === undefined) throw notFound();
    return { status: 200, body: await presentRef(state, repository, ref, sha) };
  },

  'git/list-matching-refs': async ({ state, path }, repository) => {
    const refs = await listRefs(repository.gitFolder, ['refs/heads/', 'refs/tags/']);
    const matching = [...refs].filter(([ref]) => ref.startsWith(`refs/${path.ref}`));
    return {
      status: 200,
      body: await Promise.all(matching.map(([ref, sha]) => presentRef(state, repository, ref, sha))),
    };
  },

  'git/create-ref': async (call, repository) => {
    const { ref, sha } = call.body;
    if (!/^refs\/[^/]+\/./.test(ref) || !(await isRefName(repository.gitFolder, ref))) {
      throw new ApiError(422, `${ref} is not a valid ref name.`);
    }
    requireWritable(ref);
    await requireCommit(repository, ref, sha);
    if ((await readRef(repository.gitFolder, ref)) !== undefined) throw new ApiError(422, 'Reference already exists');
    await changeRef(call.state, repository, signedIn(call), ref, sha);
    return { status: 201, body: await presentRef(call.state, repository, ref, sha) };
  },

  'git/update-ref': async (call, repository) => {
    const ref = `refs/${call.path.ref}`;
    const { sha, force } = call.body;
    requireWritable(ref);
    const before = await readRef(repository.gitFolder, ref);
    if (before === undefined) throw new ApiError(422, 'Reference does not exist');
    await requireCommit(repository, ref, sha);
    if (force !== true && !(await isAncestor(repository.gitFolder, before, sha))) {
      throw new ApiError(422, 'Update is not a fast forward');
    }
    await changeRef(call.state, repository, signedIn(call), ref, sha);
    return { status: 200, body: await presentRef(call.state, repository, ref, sha) };
  },

  'git/delete-ref': async (call, repository) => {
    const ref = `refs/${call.path.ref}`;
    requireWritable(ref);
    if ((await readRef(repository.gitFolder, ref)) === undefined) {
      throw new ApiError(422, 'Reference does not exist');
    }
    if (ref === `refs/heads/${repository.defaultBranch}`) {
      throw new ApiError(422, 'Cannot delete the default branch');
    }
    await changeRef(call.state, repository, signedIn(call), ref, undefined);
    return { status: 204 };
  },
};

/** Branches and tags are people's; `refs/pull/` is GitHub's own. */
function requireWritable(ref: string): void {
  if (!/^refs\/(heads|tags)\//.test(ref)) throw new ApiError(422, 'Reference update failed');
}

async function requireCommit(repository: Repository, ref: string, sha: string): Promise<void> {
  const type = await objectType(repository.gitFolder, sha);
  if (type === undefined) throw new ApiError(422, 'Object does not exist');
  if (ref.startsWith('refs/heads/') && type !== 'commit') {
    throw new ApiError(422, 'Reference cannot be updated: Object is not a commit');
  }
}

async function presentRef(
  state: GitHubState,
  repository: Repository,
  ref: string,
  sha: string,
): Promise<Record<string, unknown>> {
  const type = (await objectType(repository.gitFolder, sha)) ?? 'commit';
  const git = `${repositoryUrl(state, repository)}/git`;
  return {
    ref,
    node_id: nodeId('REF', `${repository.id}:${ref}`),
    url: `${git}/${ref}`,
    object: { type, sha, url: `${git}/${type}s/${sha}` },
  };
}
