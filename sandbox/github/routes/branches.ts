import { readCommit } from '../git/commits.ts';
import { listRefs, readRef } from '../git/refs.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { presentCommit } from '../present/commit.ts';
import { repositoryUrl, repositoryWebUrl } from '../present/repository.ts';
import { ApiError } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/** Branches. None is `protected`: that is classic branch protection, which the sandbox does not have; it has rulesets. */
export const branchHandlers: RepositoryHandlers<'repos/list-branches' | 'repos/get-branch'> = {
  'repos/list-branches': async (call, repository) => {
    const refs = await listRefs(repository.gitFolder, ['refs/heads/']);
    const branches = call.query.protected === true ? [] : [...refs];
    return listReply(call, branches, ([ref, sha]) => ({
      name: ref.slice('refs/heads/'.length),
      commit: { sha, url: `${repositoryUrl(call.state, repository)}/commits/${sha}` },
      protected: false,
    }));
  },

  'repos/get-branch': async ({ state, path }, repository) => {
    const sha = await readRef(repository.gitFolder, `refs/heads/${path.branch}`);
    if (sha === undefined) throw new ApiError(404, 'Branch not found');
    return { status: 200, body: await presentBranch(state, repository, path.branch, sha) };
  },
};

async function presentBranch(
  state: GitHubState,
  repository: Repository,
  name: string,
  sha: string,
): Promise<Record<string, unknown>> {
  const url = `${repositoryUrl(state, repository)}/branches/${encodeURIComponent(name)}`;
  return {
    name,
    commit: presentCommit(state, repository, await readCommit(repository.gitFolder, sha)),
    _links: { self: url, html: `${repositoryWebUrl(state, repository)}/tree/${name}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: 'off', contexts: [], checks: [] },
    },
    protection_url: `${url}/protection`,
  };
}
