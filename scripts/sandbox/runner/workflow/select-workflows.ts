import type { WorkflowEvent } from '../../github/workflow-event.ts';
import { commitMessage, workflowFilesAt } from '../files/commit-files.ts';
import { runGit } from '../files/git.ts';
import { changedFiles } from './changed-files.ts';
import { headCommit, payloadText } from './event-payload.ts';
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
  const commit = await workflowCommit(gitFolder, event);
  if (!commit || !startsWorkflows(event) || (await isSkipped(gitFolder, event))) return { commit, files: [] };
  let changes: Promise<string[]> | undefined;
  const changesOnce = (): Promise<string[]> => {
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

/** A job's own token starts no workflows, except by hand (see `WorkflowEvent.causedByJobToken`). */
function startsWorkflows(event: WorkflowEvent): boolean {
  return !event.causedByJobToken || event.name === 'workflow_dispatch';
}

const SKIP_INSTRUCTIONS = ['[skip ci]', '[ci skip]', '[no ci]', '[skip actions]', '[actions skip]'];

/** docs.github.com/en/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
async function isSkipped(gitFolder: string, event: WorkflowEvent): Promise<boolean> {
  if (event.name !== 'push' && event.name !== 'pull_request') return false;
  const message = await commitMessage(gitFolder, headCommit(event));
  return SKIP_INSTRUCTIONS.some((instruction) => message.includes(instruction));
}

async function workflowCommit(gitFolder: string, event: WorkflowEvent): Promise<string> {
  if (event.name === 'push' || event.name === 'pull_request') return /^0+$/.test(event.sha) ? '' : event.sha;
  if (event.name === 'workflow_dispatch' || event.name === 'merge_group') return event.sha;
  const branch = payloadText(event.payload, 'repository', 'default_branch') || 'main';
  const listed = await runGit(gitFolder, ['for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`]);
  return listed.toString().trim();
}

const parsed = new Map<string, WorkflowFile>();

/** The same text is always the same workflow. */
function readOnce(path: string, text: string): WorkflowFile {
  const key = `${path}\0${text}`;
  const file = parsed.get(key) ?? parseWorkflowFile(path, text);
  parsed.set(key, file);
  return file;
}
