import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { runGit } from '../files/git.ts';
import { payloadText } from './event-payload.ts';

const NO_COMMIT = /^0+$/;

/** The tree of a repository without files, the same in every repository. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** What path filters look at: some paths, or nothing that they could look at. */
export type Changes = { kind: 'paths'; paths: string[] } | { kind: 'unknown' };

/** "Diffs are limited to 300 files": what a filter does not find among the first 300, it does not see. */
const MAXIMUM_FILES = 300;

/** "If you push more than 1,000 commits …, the workflow will always run." */
const MAXIMUM_COMMITS = 1_000;

/**
 * The paths that `paths` filters look at. Pull requests: the three-dot diff of base and head. Pushes: the two-dot diff
 * of before and after; for a new branch, against where it left the default branch
 * (workflow syntax, "Git diff comparisons").
 * @param gitFolder the bare repository of the event
 */
export async function changedFiles(gitFolder: string, event: WorkflowEvent): Promise<Changes> {
  const range = await diffRange(gitFolder, event);
  if ((await commitCount(gitFolder, range)) > MAXIMUM_COMMITS) return { kind: 'unknown' };
  const output = await runGit(gitFolder, ['diff', '--name-only', '--no-renames', '-z', ...range, '--']);
  const paths = output.toString().split('\0').filter(Boolean);
  return { kind: 'paths', paths: paths.slice(0, MAXIMUM_FILES) };
}

async function commitCount(gitFolder: string, range: readonly string[]): Promise<number> {
  const [from = '', to = from] = range.flatMap((revision) => revision.split('...'));
  const limit = from === EMPTY_TREE ? [to] : [`${from}..${to}`];
  const listed = await runGit(gitFolder, ['rev-list', '--count', `--max-count=${MAXIMUM_COMMITS + 1}`, ...limit]);
  return Number(listed.toString());
}

async function diffRange(gitFolder: string, event: WorkflowEvent): Promise<string[]> {
  if (event.name === 'pull_request' || event.name === 'pull_request_target') {
    const base = payloadText(event.payload, 'pull_request', 'base', 'sha');
    const head = payloadText(event.payload, 'pull_request', 'head', 'sha');
    return [`${base}...${head}`];
  }
  const after = payloadText(event.payload, 'after') || event.sha;
  const before = payloadText(event.payload, 'before');
  if (before && !NO_COMMIT.test(before)) return [before, after];
  return [await branchPoint(gitFolder, event, after), after];
}

async function branchPoint(gitFolder: string, event: WorkflowEvent, after: string): Promise<string> {
  const defaultRef = `refs/heads/${payloadText(event.payload, 'repository', 'default_branch')}`;
  if (event.ref === defaultRef) return EMPTY_TREE;
  const listed = await runGit(gitFolder, ['for-each-ref', '--format=%(objectname)', defaultRef]);
  const tip = listed.toString().trim();
  if (!tip) return EMPTY_TREE;
  return (await runGit(gitFolder, ['merge-base', tip, after])).toString().trim();
}
