import type { CheckAnnotation, CheckRun } from '../model/check-run.ts';
import { isPullRequest, type PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { presentApp } from './account.ts';
import { encodePath } from './commit.ts';
import { apiDateOrNull } from './date.ts';
import { nodeId } from './node-id.ts';
import { repositoryUrl, repositoryWebUrl } from './repository.ts';

/** `check-run` of GitHub's description. */
export function presentCheckRun(
  state: GitHubState,
  repository: Repository,
  checkRun: CheckRun,
): Record<string, unknown> {
  const url = `${repositoryUrl(state, repository)}/check-runs/${checkRun.id}`;
  const web = `${repositoryWebUrl(state, repository)}/runs/${checkRun.id}`;
  return {
    id: checkRun.id,
    node_id: nodeId('CR', checkRun.id),
    name: checkRun.name,
    head_sha: checkRun.headSha,
    external_id: checkRun.externalId,
    url,
    html_url: web,
    details_url: checkRun.detailsUrl ?? web,
    status: checkRun.status,
    conclusion: checkRun.conclusion ?? null,
    started_at: apiDateOrNull(checkRun.startedAt),
    completed_at: apiDateOrNull(checkRun.completedAt),
    output: {
      title: checkRun.title ?? null,
      summary: checkRun.summary ?? null,
      text: checkRun.text ?? null,
      annotations_count: checkRun.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: repository.checkSuites.get(checkRun.headSha) ?? 0 },
    app: presentApp(state, checkRun.app, repository.owner, repository.createdAt),
    pull_requests: pullRequestsOfHead(repository, checkRun.headSha).map((issue) =>
      presentMinimalPullRequest(state, repository, issue),
    ),
  };
}

/** `check-annotation` of GitHub's description. */
export function presentAnnotation(
  state: GitHubState,
  repository: Repository,
  checkRun: CheckRun,
  annotation: CheckAnnotation,
): Record<string, unknown> {
  const web = repositoryWebUrl(state, repository);
  return {
    path: annotation.path,
    blob_href: `${web}/blob/${checkRun.headSha}/${encodePath(annotation.path)}`,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    start_column: annotation.startColumn ?? null,
    end_column: annotation.endColumn ?? null,
    annotation_level: annotation.level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.rawDetails ?? null,
  };
}

/** `pull-request-minimal` of GitHub's description. */
export function presentMinimalPullRequest(
  state: GitHubState,
  repository: Repository,
  { id, number, pullRequest }: PullRequestIssue,
): Record<string, unknown> {
  const side = (of: Repository, ref: string, sha: string): unknown => ({
    ref,
    sha,
    repo: { id: of.id, url: repositoryUrl(state, of), name: of.name },
  });
  return {
    id,
    number,
    url: `${repositoryUrl(state, repository)}/pulls/${number}`,
    head: side(pullRequest.headRepository, pullRequest.headRef, pullRequest.headSha),
    base: side(repository, pullRequest.baseRef, pullRequest.baseSha),
  };
}

/** Open pull requests of the repository's own branches with this head. */
export function pullRequestsOfHead(repository: Repository, sha: string): PullRequestIssue[] {
  return [...repository.issues.values()]
    .filter(isPullRequest)
    .filter((issue) => issue.state === 'open' && issue.pullRequest.headSha === sha)
    .filter((issue) => issue.pullRequest.headRepository === repository);
}
