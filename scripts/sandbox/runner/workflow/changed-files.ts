import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { runGit } from '../files/git.ts';
import { payloadText } from './event-payload.ts';

const NO_COMMIT = /^0+$/;

/** The tree of a repository without files, the same in every repository. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * The paths that `paths` filters look at. Pull requests: the three-dot diff of base and head. Pushes: the two-dot diff
 * of before and after; for a new branch, against where it left the default branch
 * (workflow syntax, "Git diff comparisons").
 * @param gitFolder the bare repository of the event
 */
export async function changedFiles(gitFolder: string, event: WorkflowEvent): Promise<string[]> {
  const range = await diffRange(gitFolder, event);
  const output = await runGit(gitFolder, ['diff', '--name-only', '--no-renames', '-z', ...range, '--']);
  return output.toString().split('\0').filter(Boolean);
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
