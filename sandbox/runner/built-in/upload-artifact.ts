import { readFile } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { findFiles } from '../files/file-pattern.ts';
import { StepFailure } from '../step/activity.ts';
import type { BuiltInAction, BuiltInCall } from './built-in-action.ts';

/** `actions/upload-artifact` (github.com/actions/upload-artifact, README and action.yml). */
export const UPLOAD_ARTIFACT: BuiltInAction = {
  inputs: {
    name: 'artifact',
    path: '',
    'if-no-files-found': 'warn',
    'retention-days': '0',
    'compression-level': '6',
    overwrite: 'false',
    'include-hidden-files': 'false',
    archive: 'true',
  },
  run: uploadArtifact,
};

async function uploadArtifact(call: BuiltInCall): Promise<void> {
  const { session, recorder, outputs } = call.activity;
  const name = call.input('name');
  checkInputs(call, name);
  const { files, searchPaths } = findFiles(
    session.folders.workspace,
    call.input('path'),
    call.flag('include-hidden-files'),
  );
  if (files.length === 0) return reportNothingFound(call);
  const root = rootFolder(files, searchPaths);
  const contents = await Promise.all(
    files.map(async (file) => [relative(root, file).split(sep).join('/'), await readFile(file)] as const),
  );
  const { event, id, options } = session.run;
  if (call.flag('overwrite')) await deleteArtifact(call, name);
  const existing = options.github.listArtifacts(event.repository, id).some((artifact) => artifact.name === name);
  if (existing) {
    throw new StepFailure(
      `Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run`,
    );
  }
  const content = { files: new Map(contents) };
  const saved = await options.github.saveArtifact(event.repository, { runId: id, name, content });
  outputs.set('artifact-id', String(saved.id));
  outputs.set(
    'artifact-url',
    `${options.github.serverUrl}/${event.repository}/actions/runs/${id}/artifacts/${saved.id}`,
  );
  recorder.write(
    `Artifact ${name} has been successfully uploaded: ${files.length} file(s), ${saved.sizeInBytes} bytes.`,
  );
}

/** Names and days that GitHub refuses. */
function checkInputs(call: BuiltInCall, name: string): void {
  if (call.input('path').trim() === '') throw new StepFailure('Input required and not supplied: path');
  if (name === '' || /["*<>:|?\r\n\\/]/.test(name)) {
    throw new StepFailure(
      `The artifact name is not valid: '${name}'. It may not contain " : < > | * ? \\ / or line breaks.`,
    );
  }
  const days = Number(call.input('retention-days'));
  if (!Number.isInteger(days) || days < 0 || days > 90) throw new StepFailure('Invalid retention-days');
}

function reportNothingFound(call: BuiltInCall): void {
  const message = `No files were found with the provided path: ${call.input('path')}. No artifacts will be uploaded.`;
  switch (call.input('if-no-files-found')) {
    case 'warn':
      call.activity.recorder.annotate('warning', message);
      break;
    case 'error':
      throw new StepFailure(message);
    case 'ignore':
      call.activity.recorder.write(message);
      break;
    default:
      throw new StepFailure('Unrecognized if-no-files-found input. Available options: warn, error, ignore');
  }
}

/** Paths in the artifact begin below the search path, or below what several have in common; one file is named alone. */
function rootFolder(files: readonly string[], searchPaths: readonly string[]): string {
  const [first = '/'] = searchPaths;
  if (searchPaths.length > 1) return commonFolder(searchPaths);
  return files.length === 1 && files[0] === first ? dirname(first) : first;
}

function commonFolder(paths: readonly string[]): string {
  const split = paths.map((path) => path.split('/'));
  const [first = []] = split;
  const end = first.findIndex((name, index) => split.some((other) => other[index] !== name));
  return first.slice(0, end === -1 ? undefined : end).join('/') || '/';
}

/** By REST, with a token of the runner's own: the job's token may lack `actions: write`, the artifact service does not. */
async function deleteArtifact(call: BuiltInCall, name: string): Promise<void> {
  const { event, id, options } = call.activity.session.run;
  const found = options.github.listArtifacts(event.repository, id).find((artifact) => artifact.name === name);
  if (!found) return;
  const permissions = { actions: 'write', metadata: 'read' } as const;
  const token = options.github.createJobToken({ repository: event.repository, permissions, event });
  try {
    const url = `${options.github.apiUrl}/repos/${event.repository}/actions/artifacts/${found.id}`;
    const response = await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new StepFailure(`The artifact '${name}' cannot be replaced: HTTP ${response.status}`);
  } finally {
    options.github.revokeToken(token);
  }
}
