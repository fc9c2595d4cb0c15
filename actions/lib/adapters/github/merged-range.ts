import { isDestroyLabel } from '../../deployment/removed-deployments.ts';
import { Failure } from '../../failure.ts';
import { askGitHub, type GitHubConnection } from './connection.ts';
import { type MergedDetails, mergedPullRequestsOf } from './merged-pull-requests.ts';
import { readCommit } from './repository-trees.ts';

/** What a pull request brought to its base: the commit before it, and its own, newest first. */
export type MergedRange = { before: string; commits: string[] };

/**
 * Finds what lies between a pull request and its base before it. A merge commit's first parent is that base; of a squash or
 * a rebase, the commits that GitHub counts to the pull request are followed back.
 */
export async function mergedRange(github: GitHubConnection, pull: MergedDetails): Promise<MergedRange> {
  let { sha, parents } = await readCommit(github, pull.mergeCommit);
  const commits = [sha];
  if (parents.length > 1) return { before: parents[0] ?? '', commits };
  for (;;) {
    const [before] = parents;
    if (before === undefined) throw noBase(pull.number);
    if (commits.length >= pull.commits || !(await belongsTo(github, before, pull.number))) return { before, commits };
    ({ sha, parents } = await readCommit(github, before));
    commits.push(sha);
  }
}

async function belongsTo(github: GitHubConnection, commit: string, number: number): Promise<boolean> {
  return (await mergedPullRequestsOf(github, commit)).includes(number);
}

/** Most entries of a timeline that are read; GitHub lists 100 on a page. */
const longestTimeline = 10_000;

/**
 * Whether a pull request carried the label `destroy` when it was merged, by its timeline: a label put on or taken off
 * afterwards changes nothing (docs.github.com/en/rest/issues/timeline; entries come oldest first).
 * `unclear` when the label is gone although nobody took it off: it was deleted or renamed, and nobody knows when.
 */
export async function labelAtMerge(
  { octokit, owner, repo }: GitHubConnection,
  { number, mergedAt, labels }: Pick<MergedDetails, 'number' | 'mergedAt' | 'labels'>,
): Promise<'yes' | 'no' | 'unclear'> {
  let [atMerge, now, isMerged, seen] = [false, false, false, 0];
  const pages = octokit.paginate.iterator(octokit.rest.issues.listEventsForTimeline, {
    owner,
    repo,
    issue_number: number,
    per_page: 100,
  });
  await askGitHub(`read the timeline of #${number}`, async () => {
    for await (const { data } of pages) {
      seen += data.length;
      if (seen > longestTimeline) throw tooLong(number);
      for (const entry of data) {
        const { event, at, label } = readEvent(entry);
        isMerged ||= event === 'merged' || (at !== undefined && at > mergedAt);
        if ((event !== 'labeled' && event !== 'unlabeled') || !isDestroyLabel(label)) continue;
        now = event === 'labeled';
        if (!isMerged) atMerge = now;
      }
    }
  });
  if (!atMerge) return 'no';
  return now && !labels.some(isDestroyLabel) ? 'unclear' : 'yes';
}

/** What of a timeline's entry counts here; commits have no `created_at`, comments no label. */
function readEvent(entry: object): { event: string; at: Date | undefined; label: string } {
  const member = (value: unknown, key: string): unknown =>
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  const created = member(entry, 'created_at');
  const label = member(member(entry, 'label'), 'name');
  return {
    event: String(member(entry, 'event') ?? ''),
    at: typeof created === 'string' ? new Date(created) : undefined,
    label: typeof label === 'string' ? label : '',
  };
}

/** Commits on a pull request's own branch; GitHub lists 250 at most (docs.github.com/en/rest/pulls/pulls). */
export async function ownCommits({ octokit, owner, repo }: GitHubConnection, number: number): Promise<string[]> {
  const commits = await askGitHub(`list the commits of #${number}`, () =>
    octokit.paginate(octokit.rest.pulls.listCommits, { owner, repo, pull_number: number, per_page: 100 }),
  );
  return commits.map(({ sha }) => sha);
}

/** The newest commit up to a tip that touched a path; undefined when none did. */
export async function lastChangeOf(
  { octokit, owner, repo }: GitHubConnection,
  tip: string,
  path: string,
): Promise<string | undefined> {
  const { data } = await askGitHub('look up the last change of a folder', () =>
    octokit.rest.repos.listCommits({ owner, repo, sha: tip, path, per_page: 1 }),
  );
  return data[0]?.sha;
}

function noBase(number: number): Failure {
  return new Failure({
    code: 'MergeBaseMissing',
    source: 'github',
    message: `#${number} brought the repository's first commit, so there is nothing that it could have removed.`,
  });
}

function tooLong(number: number): Failure {
  return new Failure({
    code: 'TimelineTooLong',
    source: 'user',
    message: `The timeline of #${number} has more than ${longestTimeline} entries, so nobody looked through it.`,
    hint: 'Bring the folder back and ask for the teardown on another pull request.',
  });
}
