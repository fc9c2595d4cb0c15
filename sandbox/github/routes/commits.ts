import { countCommits, isAncestor, listCommits, mergeBase, readCommit } from '../git/commits.ts';
import { diffFiles, diffText } from '../git/diff.ts';
import { resolveCommit } from '../git/refs.ts';
import { runGit } from '../git/run-git.ts';
import { EMPTY_TREE } from '../git/trees.ts';
import { isPullRequest, type PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { accountOf, presentCommit, presentFile } from '../present/commit.ts';
import { presentPullRequestSimple } from '../present/pull-request.ts';
import { repositoryUrl, repositoryWebUrl } from '../present/repository.ts';
import { ApiError, notFound, notInSandbox } from '../rest/api-error.ts';
import { listReply, page } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/** "up to 300 files" per page (docs.github.com/en/rest/commits/commits). */
const MAXIMUM_FILES = 300;

/** Commits, comparisons, and the pull requests a commit belongs to. */
export const commitHandlers: RepositoryHandlers<
  | 'repos/list-commits'
  | 'repos/get-commit'
  | 'repos/list-pull-requests-associated-with-commit'
  | 'repos/compare-commits-with-basehead'
> = {
  'repos/list-commits': async (call, repository) => {
    const { state, query } = call;
    const sha = await existingCommit(repository, query.sha ?? repository.defaultBranch);
    const commits = await listCommits(repository.gitFolder, [sha], {
      ...(query.path === undefined ? {} : { paths: [`:(literal)${query.path}`] }),
      ...(query.since === undefined ? {} : { since: query.since }),
      ...(query.until === undefined ? {} : { until: query.until }),
    });
    const { author } = query;
    const wanted = commits.filter(
      (commit) =>
        author === undefined ||
        commit.author.email === author ||
        accountOf(state, commit.author.email)?.login === author,
    );
    return listReply(call, wanted, (commit) => presentCommit(state, repository, commit));
  },

  'repos/get-commit': async ({ state, path, format }, repository) => {
    const commit = await readCommit(repository.gitFolder, await existingCommit(repository, path.ref));
    if (format === 'sha') return { status: 200, content: { type: 'application/vnd.github.sha', data: commit.sha } };
    const base = commit.parents[0] ?? EMPTY_TREE;
    if (format === 'diff') return diffReply(repository, base, commit.sha);
    const files = await diffFiles(repository.gitFolder, base, commit.sha, { patches: true });
    const additions = files.reduce((sum, file) => sum + file.additions, 0);
    const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
    const body = {
      ...presentCommit(state, repository, commit),
      stats: { additions, deletions, total: additions + deletions },
      files: files.slice(0, MAXIMUM_FILES).map((file) => presentFile(state, repository, commit.sha, file)),
    };
    return { status: 200, body };
  },

  'repos/list-pull-requests-associated-with-commit': async (call, repository) => {
    const sha = await resolveCommit(repository.gitFolder, call.path.commit_sha);
    if (sha === undefined) throw noCommit(call.path.commit_sha);
    const found = await pullRequestsOfCommit(repository, sha);
    return listReply(call, found, (issue) => presentPullRequestSimple(call.state, repository, issue));
  },

  'repos/compare-commits-with-basehead': async (call, repository) => {
    const [base, head, ...rest] = call.path.basehead.split('...');
    if (!base || !head || rest.length > 0) throw notFound();
    const baseSha = await existingCommit(repository, withoutOwner(repository, base));
    const headSha = await existingCommit(repository, withoutOwner(repository, head));
    const common = await mergeBase(repository.gitFolder, baseSha, headSha);
    if (common === undefined) throw new ApiError(404, `No common ancestor between ${base} and ${head}.`);
    if (call.format === 'diff') return diffReply(repository, common, headSha);
    const commits = await listCommits(repository.gitFolder, [`${baseSha}..${headSha}`], { reverse: true });
    const shown = page(call, commits);
    const body = {
      ...(await comparison(call.state, repository, { baseSha, headSha, common })),
      commits: shown.items.map((commit) => presentCommit(call.state, repository, commit)),
    };
    return { status: 200, body, headers: shown.headers };
  },
};

async function comparison(
  state: GitHubState,
  repository: Repository,
  { baseSha, headSha, common }: { baseSha: string; headSha: string; common: string },
): Promise<Record<string, unknown>> {
  const { gitFolder } = repository;
  const ahead = await countCommits(gitFolder, baseSha, headSha);
  const behind = await countCommits(gitFolder, headSha, baseSha);
  const web = `${repositoryWebUrl(state, repository)}/compare/${baseSha}...${headSha}`;
  const files = await diffFiles(gitFolder, common, headSha, { patches: true });
  const commit = async (sha: string): Promise<unknown> =>
    presentCommit(state, repository, await readCommit(gitFolder, sha));
  return {
    url: `${repositoryUrl(state, repository)}/compare/${baseSha}...${headSha}`,
    html_url: web,
    permalink_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    base_commit: await commit(baseSha),
    merge_base_commit: await commit(common),
    status: ahead > 0 && behind > 0 ? 'diverged' : ahead > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical',
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    files: files.slice(0, MAXIMUM_FILES).map((file) => presentFile(state, repository, headSha, file)),
  };
}

/** The text of `Accept: application/vnd.github.diff`. */
export async function diffReply(
  repository: Repository,
  base: string,
  head: string,
): Promise<{ status: number; content: { type: string; data: string } }> {
  const data = await diffText(repository.gitFolder, base, head);
  return { status: 200, content: { type: 'application/vnd.github.diff; charset=utf-8', data } };
}

/**
 * For a commit of the default branch the merged pull request that brought it; for other commits the pull requests that
 * contain it (docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit).
 */
async function pullRequestsOfCommit(repository: Repository, sha: string): Promise<PullRequestIssue[]> {
  const { gitFolder } = repository;
  const mainline = await resolveCommit(gitFolder, `refs/heads/${repository.defaultBranch}`);
  const onMainline = mainline !== undefined && (await isAncestor(gitFolder, sha, mainline));
  const found: PullRequestIssue[] = [];
  for (const issue of repository.issues.values()) {
    if (!isPullRequest(issue)) continue;
    const { merged, mergedCommits, headSha, baseSha } = issue.pullRequest;
    // "If the commit is not present in the default branch, will return merged and open pull requests".
    if (merged === undefined && (onMainline || issue.state === 'closed')) continue;
    const own = await runGit(gitFolder, ['rev-list', headSha, `^${baseSha}`]);
    const isOwn = own.stdout.toString().split('\n').includes(sha);
    if (isOwn || mergedCommits.includes(sha)) found.push(issue);
  }
  return found;
}

/** A comparison's side may name the repository's own owner: `owner:branch`. */
function withoutOwner(repository: Repository, side: string): string {
  const colon = side.indexOf(':');
  if (colon === -1) return side;
  if (side.slice(0, colon) !== repository.owner.login) throw notInSandbox(`comparisons across forks (${side})`);
  return side.slice(colon + 1);
}

async function existingCommit(repository: Repository, revision: string): Promise<string> {
  const sha = await resolveCommit(repository.gitFolder, revision);
  if (sha === undefined) throw /^[0-9a-f]{7,40}$/.test(revision) ? noCommit(revision) : notFound();
  return sha;
}

function noCommit(revision: string): ApiError {
  return new ApiError(422, `No commit found for SHA: ${revision}`);
}
