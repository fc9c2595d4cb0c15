import { bodyText, issueNumbered } from '../issues/issue-fields.ts';
import type { Comment, Issue } from '../model/issue.ts';
import type { Repository } from '../model/repository.ts';
import { presentComment } from '../present/issue.ts';
import { notFound, validationFailed } from '../rest/api-error.ts';
import { listReply } from '../rest/pagination.ts';
import { type RepositoryHandlers, signedIn } from '../rest/rest-call.ts';

/** Comments of issues and pull requests (docs.github.com/en/rest/issues/comments). They start no workflow here. */
export const commentHandlers: RepositoryHandlers<
  | 'issues/list-comments'
  | 'issues/list-comments-for-repo'
  | 'issues/create-comment'
  | 'issues/get-comment'
  | 'issues/update-comment'
  | 'issues/delete-comment'
> = {
  'issues/list-comments': (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    const { since } = call.query;
    const comments = issue.comments.filter((each) => since === undefined || each.updatedAt >= new Date(since));
    return listReply(call, comments, (comment) => presentComment(call.state, repository, issue, comment));
  },

  'issues/list-comments-for-repo': (call, repository) => {
    const { since, sort = 'created', direction = 'asc' } = call.query;
    const key = sort === 'updated' ? 'updatedAt' : 'createdAt';
    const sign = direction === 'asc' ? 1 : -1;
    const all = [...repository.issues.values()]
      .flatMap((issue) => issue.comments.map((comment) => ({ issue, comment })))
      .filter(({ comment }) => since === undefined || comment.updatedAt >= new Date(since))
      .sort((a, b) => sign * (a.comment[key].getTime() - b.comment[key].getTime() || a.comment.id - b.comment.id));
    return listReply(call, all, ({ issue, comment }) => presentComment(call.state, repository, issue, comment));
  },

  'issues/create-comment': (call, repository) => {
    const { state, path, body } = call;
    const issue = issueNumbered(repository, path.issue_number);
    const now = state.now();
    const { account } = signedIn(call);
    const comment = {
      id: state.nextId(),
      body: commentText(body.body),
      author: account,
      createdAt: now,
      updatedAt: now,
    };
    issue.comments.push(comment);
    issue.updatedAt = now;
    return { status: 201, body: presentComment(state, repository, issue, comment) };
  },

  'issues/get-comment': ({ state, path }, repository) => {
    const { issue, comment } = commentWithId(repository, path.comment_id);
    return { status: 200, body: presentComment(state, repository, issue, comment) };
  },

  'issues/update-comment': ({ state, path, body }, repository) => {
    const { issue, comment } = commentWithId(repository, path.comment_id);
    comment.body = commentText(body.body);
    comment.updatedAt = state.now();
    return { status: 200, body: presentComment(state, repository, issue, comment) };
  },

  'issues/delete-comment': ({ path }, repository) => {
    const { issue, comment } = commentWithId(repository, path.comment_id);
    issue.comments.splice(issue.comments.indexOf(comment), 1);
    return { status: 204 };
  },
};

function commentText(body: string): string {
  const text = bodyText(body, 'IssueComment');
  if (text === undefined || text.trim() === '') {
    const message = "body can't be blank";
    throw validationFailed({ resource: 'IssueComment', field: 'body', code: 'unprocessable', message });
  }
  return text;
}

function commentWithId(repository: Repository, id: number): { issue: Issue; comment: Comment } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((each) => each.id === id);
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
}
