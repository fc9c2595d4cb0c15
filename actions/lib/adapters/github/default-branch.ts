import { Failure } from '../../failure.ts';
import type { TreeFile } from '../git/deployment-trees.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';

/** The repository as GitHub knows it now. */
export type CurrentRepository = {
  id: number;
  defaultBranch: string;
  isPrivate: boolean;
  /** Its page. */
  url: string;
};

export async function currentRepository({ octokit, owner, repo }: GitHubConnection): Promise<CurrentRepository> {
  const { data } = await askGitHub('read the repository', () => octokit.rest.repos.get({ owner, repo }));
  return { id: data.id, defaultBranch: data.default_branch, isPrivate: data.private, url: data.html_url };
}

/** The commit that a branch points at now. */
export async function tipOf({ octokit, owner, repo }: GitHubConnection, branch: string): Promise<string> {
  const { data } = await askGitHub(`look up the tip of ${branch}`, () =>
    octokit.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }),
  );
  return data.object.sha;
}

/**
 * Every file of a commit, without a checkout.
 * @throws Failure `TreeTruncated` when GitHub does not list all of them (over 100,000 entries or 7 MB)
 */
export async function filesOf({ octokit, owner, repo }: GitHubConnection, commit: string): Promise<TreeFile[]> {
  const { data } = await askGitHub(`list the files of ${commit.slice(0, 7)}`, () =>
    octokit.rest.git.getTree({ owner, repo, tree_sha: commit, recursive: 'true' }),
  );
  if (data.truncated) {
    throw new Failure({
      code: 'TreeTruncated',
      source: 'github',
      message: `GitHub lists only a part of the files of ${commit.slice(0, 7)}.`,
      hint: 'The repository has more than 100,000 files; take out what does not belong to deployments.',
    });
  }
  return data.tree.flatMap(({ type, mode, sha, path }) =>
    type !== 'tree' && mode !== undefined && sha !== undefined && path !== undefined ? [{ mode, blob: sha, path }] : [],
  );
}

/** The text of a file on a branch; undefined when it is not there. */
export async function fileAtTip(
  { octokit, owner, repo }: GitHubConnection,
  path: string,
  branch: string,
): Promise<string | undefined> {
  return await askGitHub(`read ${path}`, async () => {
    try {
      const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref: branch });
      return !Array.isArray(data) && 'content' in data
        ? Buffer.from(data.content, 'base64').toString('utf8')
        : undefined;
    } catch (error) {
      if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
      throw error;
    }
  });
}
