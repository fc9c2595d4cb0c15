import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { runGit } from '../files/git.ts';
import { type Changes, changedFiles } from './changed-files.ts';
import { headCommit } from './event-payload.ts';
import { isTriggered } from './triggers.ts';
import { parseWorkflowFile, type WorkflowFile } from './workflow-file.ts';

/** The workflows an event starts, and the commit their files were read from. */
export type SelectedWorkflows = { commit: string; files: WorkflowFile[] };

/**
 * The workflow files at the event's commit that the event starts: the merge commit of a pull request, the pushed
 * commit, for everything else the event's own ref or the default branch.
 * @param gitFolder the bare repository
 */
export async function selectWorkflows(gitFolder: string, event: WorkflowEvent): Promise<SelectedWorkflows> {
  const commit = workflowCommit(event);
  if (!commit || !startsWorkflows(event) || (await isSkipped(gitFolder, event))) return { commit, files: [] };
  let changes: Promise<Changes> | undefined;
  const changesOnce = (): Promise<Changes> => {
    changes ??= changedFiles(gitFolder, event);
    return changes;
  };
  const files: WorkflowFile[] = [];
  for (const [path, text] of await workflowFilesAt(gitFolder, commit)) {
    const file = readOnce(path, text);
    const triggers = file.kind === 'workflow' ? file.workflow.triggers : file.triggers;
    // A file whose triggers cannot be read fails on every push, so that somebody notices.
    const started = triggers ? await isTriggered(triggers, path, event, changesOnce) : event.name === 'push';
    if (started) files.push(file);
  }
  return { commit, files };
}

/**
 * A job's own token starts no workflows, except by dispatch (see `WorkflowEvent.causedByJobToken`), and those of a pull
 * request that it opened, pushed to or reopened: they wait for an approval
 * (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request).
 */
function startsWorkflows(event: WorkflowEvent): boolean {
  const { causedByJobToken, name } = event;
  return !causedByJobToken || ['workflow_dispatch', 'repository_dispatch'].includes(name) || waitsForApproval(event);
}

/** Whether the runs of an event are created but not started until somebody with write access approves them. */
export function waitsForApproval({ causedByJobToken, name, action = '' }: WorkflowEvent): boolean {
  return causedByJobToken && name === 'pull_request' && ['opened', 'synchronize', 'reopened'].includes(action);
}

const SKIP_INSTRUCTIONS = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]'];

/** The `skip-checks` trailer stands last in the trailers, which two empty lines separate from the message. */
const SKIP_TRAILER = /\n\n\n(?:\S.*\n)*skip-checks: ?true\s*$/;

/** docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
async function isSkipped(gitFolder: string, event: WorkflowEvent): Promise<boolean> {
  if (event.name !== 'push' && event.name !== 'pull_request') return false;
  const message = await commitMessage(gitFolder, headCommit(event));
  return SKIP_INSTRUCTIONS.some((instruction) => message.includes(instruction)) || SKIP_TRAILER.test(message);
}

/** Every event says which commit it is about; a deleted branch has none. */
function workflowCommit(event: WorkflowEvent): string {
  return /^0+$/.test(event.sha) ? '' : event.sha;
}

const parsed = new Map<string, WorkflowFile>();

/** The same text is always the same workflow. */
function readOnce(path: string, text: string): WorkflowFile {
  const key = `${path}\0${text}`;
  const file = parsed.get(key) ?? parseWorkflowFile(path, text);
  parsed.set(key, file);
  return file;
}

/** A file of a commit: its path and the id of its content. */
type TreeFile = { path: string; blob: string };

const WORKFLOW_FOLDER = '.github/workflows/';

/** Text of blobs already read, by id; an id always has the same content. */
const blobTexts = new Map<string, string>();

/**
 * The workflow files of a commit, path to text, in the order of their paths. Files in sub-folders are no workflows.
 * @param gitFolder a bare repository
 */
async function workflowFilesAt(gitFolder: string, commit: string): Promise<Map<string, string>> {
  const listing = await runGit(gitFolder, ['ls-tree', '-z', commit, WORKFLOW_FOLDER]);
  const files = parseTree(listing.toString()).filter(({ path }) => /\.ya?ml$/.test(path));
  const unread = files.filter(({ blob }) => !blobTexts.has(blob)).map(({ blob }) => blob);
  for (const [blob, text] of await readBlobs(gitFolder, unread)) blobTexts.set(blob, text);
  return new Map(files.map(({ path, blob }) => [path, blobTexts.get(blob) ?? '']));
}

/** The message of a commit, with title and body. */
async function commitMessage(gitFolder: string, commit: string): Promise<string> {
  return (await runGit(gitFolder, ['log', '-1', '--format=%B', commit])).toString();
}

function parseTree(listing: string): TreeFile[] {
  return listing.split('\0').flatMap((line) => {
    const entry = /^\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    return entry?.[1] && entry[2] ? [{ blob: entry[1], path: entry[2] }] : [];
  });
}

/** Reads many blobs with one process; the format is that of git-scm.com/docs/git-cat-file#_batch_output. */
async function readBlobs(gitFolder: string, blobs: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (blobs.length === 0) return texts;
  const output = await runGit(gitFolder, ['cat-file', '--batch'], `${blobs.join('\n')}\n`);
  let offset = 0;
  for (const blob of blobs) {
    const headerEnd = output.indexOf('\n', offset);
    const size = Number(output.subarray(offset, headerEnd).toString().split(' ')[2]);
    texts.set(blob, output.subarray(headerEnd + 1, headerEnd + 1 + size).toString());
    offset = headerEnd + 1 + size + 1;
  }
  return texts;
}
