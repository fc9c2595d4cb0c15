import type { Review } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { authorAssociation, simpleUser } from '../present/account.ts';
import { apiDate } from '../present/date.ts';
import { issueWebUrl } from '../present/issue.ts';
import { nodeId } from '../present/node-id.ts';
import { repositoryUrl } from '../present/repository.ts';
import { ApiError, notInSandbox } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import { type RepositoryHandlers, signedIn } from '../rest/rest-call.ts';
import { pullRequestNumbered } from './pulls.ts';

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

/** Reviews of pull requests (docs.github.com/en/rest/pulls/reviews), without comments on lines and without drafts. */
export const reviewHandlers: RepositoryHandlers<'pulls/create-review' | 'pulls/list-reviews'> = {
  'pulls/create-review': (call, repository) => {
    const { state, path, body } = call;
    const issue = pullRequestNumbered(repository, path.pull_number);
    const grant = signedIn(call);
    if (body.comments !== undefined) throw notInSandbox('review comments on lines');
    if (body.event === undefined) throw notInSandbox('pending reviews');
    const { account } = grant;
    if (account.id === issue.author.id && body.event !== 'COMMENT') {
      const what = body.event === 'APPROVE' ? 'approve' : 'request changes on';
      throw new ApiError(422, `Can not ${what} your own pull request`);
    }
    // The setting covers creating and approving alike (managing GitHub Actions settings for a repository).
    if (grant.kind === 'job' && body.event === 'APPROVE' && !repository.actionsMayCreatePullRequests) {
      throw new ApiError(403, 'GitHub Actions is not permitted to create or approve pull requests.');
    }
    const review: Review = {
      id: state.nextId(),
      author: account,
      state: STATES[body.event],
      body: body.body ?? '',
      commitId: body.commit_id ?? issue.pullRequest.headSha,
      submittedAt: state.now(),
    };
    issue.pullRequest.reviews.push(review);
    return { status: 200, body: presentReview(state, repository, issue.number, review) };
  },

  'pulls/list-reviews': (call, repository) => {
    const issue = pullRequestNumbered(repository, call.path.pull_number);
    return listReply(call, issue.pullRequest.reviews, (review) =>
      presentReview(call.state, repository, issue.number, review),
    );
  },
};

function presentReview(
  state: GitHubState,
  repository: Repository,
  number: number,
  review: Review,
): Record<string, unknown> {
  const issue = pullRequestNumbered(repository, number);
  const html = `${issueWebUrl(state, repository, issue)}#pullrequestreview-${review.id}`;
  const pull = `${repositoryUrl(state, repository)}/pulls/${number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: simpleUser(state, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: authorAssociation(repository, review),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: apiDate(review.submittedAt),
    commit_id: review.commitId,
  };
}
