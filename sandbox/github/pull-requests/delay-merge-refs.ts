import { isPullRequest } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { refreshPullRequest } from './merge-ref.ts';

/**
 * Stops bringing merge refs up to date, or does it for all open pull requests at once. GitHub computes them in the
 * background: a workflow may start while `refs/pull/N/merge` still has an old base or head
 * (docs.github.com/en/rest/guides/using-the-rest-api-to-interact-with-your-git-database#checking-mergeability-of-pull-requests).
 */
export async function delayMergeRefs(repository: Repository, delayed: boolean): Promise<void> {
  repository.delaysMergeRefs = delayed;
  if (delayed) return;
  for (const issue of repository.issues.values()) {
    if (isPullRequest(issue) && issue.state === 'open') await refreshPullRequest(repository, issue);
  }
}
