import type { Actor } from '../events/actor.ts';
import { emitPullRequestEvent } from '../events/pull-request-event.ts';
import { recordIssueEvent } from '../issues/issue-events.ts';
import type { PullRequestIssue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';

/**
 * "Ready for review" and "Convert to draft", which the REST API has no operation for
 * (docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview).
 */
export async function setDraft(
  state: GitHubState,
  repository: Repository,
  issue: PullRequestIssue,
  draft: boolean,
  actor: Actor,
): Promise<void> {
  if (issue.pullRequest.draft === draft) return;
  issue.pullRequest.draft = draft;
  issue.updatedAt = state.now();
  recordIssueEvent(state, issue, actor, { event: draft ? 'convert_to_draft' : 'ready_for_review' });
  await emitPullRequestEvent(state, repository, issue, draft ? 'converted_to_draft' : 'ready_for_review', actor);
}
