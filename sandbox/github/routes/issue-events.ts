import { issueNumbered } from '../issues/issue-fields.ts';
import { presentIssueEvent, presentTimeline } from '../present/issue-event.ts';
import { listReply } from '../rest/pagination.ts';
import type { RepositoryHandlers } from '../rest/rest-call.ts';

/** What happened to an issue or pull request (docs.github.com/en/rest/issues/events and …/timeline). */
export const issueEventHandlers: RepositoryHandlers<'issues/list-events' | 'issues/list-events-for-timeline'> = {
  'issues/list-events': (call, repository) =>
    listReply(call, issueNumbered(repository, call.path.issue_number).events, (event) =>
      presentIssueEvent(call.state, repository, event),
    ),

  'issues/list-events-for-timeline': async (call, repository) => {
    const issue = issueNumbered(repository, call.path.issue_number);
    return listReply(call, await presentTimeline(call.state, repository, issue), (entry) => entry);
  },
};
