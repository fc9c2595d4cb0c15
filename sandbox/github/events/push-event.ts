import { type Commit, isAncestor, listCommits } from '../git/commits.ts';
import { type CommitPaths, pathsOfCommits } from '../git/diff.ts';
import { NO_COMMIT } from '../git/refs.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { simpleUser } from '../present/account.ts';
import { accountOf, commitWebUrl } from '../present/commit.ts';
import { apiDate } from '../present/date.ts';
import { presentRepository, repositoryWebUrl } from '../present/repository.ts';
import type { WorkflowEvent } from '../workflow-event.ts';
import type { Actor } from './actor.ts';

/** A branch or tag before and after a change; `NO_COMMIT` for creation and deletion. */
export type RefUpdate = { ref: string; before: string; after: string };

/** "The maximum value is 2048" commits in a push event (docs.github.com/en/webhooks/webhook-events-and-payloads#push). */
const MAXIMUM_COMMITS = 2048;

/** The `push` event of one ref (docs.github.com/en/webhooks/webhook-events-and-payloads#push). */
export async function pushEvent(
  state: GitHubState,
  repository: Repository,
  update: RefUpdate,
  actor: Actor,
): Promise<WorkflowEvent> {
  const created = update.before === NO_COMMIT;
  const deleted = update.after === NO_COMMIT;
  const range = pushedRange(repository, update);
  const presented = range === undefined ? [] : await payloadCommits(state, repository, range, MAXIMUM_COMMITS);
  const [head] = deleted ? [] : await payloadCommits(state, repository, [update.after], 1);
  const web = repositoryWebUrl(state, repository);
  const payload = {
    ref: update.ref,
    before: update.before,
    after: update.after,
    base_ref: null,
    created,
    deleted,
    forced: !created && !deleted && !(await isAncestor(repository.gitFolder, update.before, update.after)),
    compare: created || deleted ? web : `${web}/compare/${update.before.slice(0, 12)}...${update.after.slice(0, 12)}`,
    commits: presented,
    head_commit: head ?? null,
    pusher: { name: actor.account.login, email: actor.account.email },
    repository: presentRepository(state, repository),
    sender: simpleUser(state, actor.account),
  };
  return {
    name: 'push',
    payload,
    repository: repository.fullName,
    ref: update.ref,
    sha: update.after,
    actor: { login: actor.account.login, id: actor.account.id },
    causedByJobToken: actor.causedByJobToken,
  };
}

/** For a new branch, what the default branch does not have yet. */
function pushedRange(repository: Repository, update: RefUpdate): string[] | undefined {
  if (update.after === NO_COMMIT || update.ref.startsWith('refs/tags/')) return undefined;
  const mainline = `refs/heads/${repository.defaultBranch}`;
  const known = update.before === NO_COMMIT ? (update.ref === mainline ? [] : [`^${mainline}`]) : [`^${update.before}`];
  return [update.after, ...known];
}

/** Oldest first. */
async function payloadCommits(
  state: GitHubState,
  repository: Repository,
  revisions: readonly string[],
  limit: number,
): Promise<Record<string, unknown>[]> {
  const commits = await listCommits(repository.gitFolder, revisions, { limit });
  const paths = await pathsOfCommits(repository.gitFolder, revisions, limit);
  return commits.reverse().map((commit) => payloadCommit(state, repository, commit, paths));
}

function payloadCommit(
  state: GitHubState,
  repository: Repository,
  commit: Commit,
  paths: ReadonlyMap<string, CommitPaths>,
): Record<string, unknown> {
  const person = ({ name, email }: Commit['author']): Record<string, unknown> => {
    const login = accountOf(state, email)?.login;
    return { name, email, ...(login === undefined ? {} : { username: login }) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: apiDate(commit.committer.date),
    url: commitWebUrl(state, repository, commit.sha),
    author: person(commit.author),
    committer: person(commit.committer),
    ...(paths.get(commit.sha) ?? { added: [], removed: [], modified: [] }),
  };
}
