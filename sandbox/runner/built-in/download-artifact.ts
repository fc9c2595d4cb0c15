import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { SavedArtifact } from '../../github/github-sandbox.ts';
import { matchesName } from '../files/file-pattern.ts';
import { StepFailure } from '../step/activity.ts';
import type { BuiltInAction, BuiltInCall } from './built-in-action.ts';

/** `actions/download-artifact`, of the same run (github.com/actions/download-artifact, README and action.yml). */
export const DOWNLOAD_ARTIFACT: BuiltInAction = {
  inputs: {
    name: '',
    pattern: '',
    path: '',
    'merge-multiple': 'false',
    'artifact-ids': '',
    'digest-mismatch': 'error',
  },
  run: downloadArtifact,
};

async function downloadArtifact(call: BuiltInCall): Promise<void> {
  const { session, recorder, outputs } = call.activity;
  const folder = resolve(session.folders.workspace, call.input('path') || '.');
  const artifacts = chooseArtifacts(call);
  // One artifact by name goes right into the folder; several go into folders of their own, unless they are merged.
  const direct = call.input('name') !== '' || call.flag('merge-multiple');
  for (const artifact of artifacts) {
    await extract(call, artifact, direct ? folder : join(folder, artifact.name));
    recorder.write(`Artifact ${artifact.name} was downloaded.`);
  }
  recorder.write(`Total of ${artifacts.length} artifact(s) downloaded`);
  outputs.set('download-path', folder);
}

function chooseArtifacts(call: BuiltInCall): SavedArtifact[] {
  const { event, id, options } = call.activity.session.run;
  const all = options.github.listArtifacts(event.repository, id);
  const name = call.input('name');
  const pattern = call.input('pattern');
  if (call.input('artifact-ids') !== '') throw new StepFailure("The sandbox does not support 'artifact-ids'.");
  if (name !== '') {
    const found = all.find((artifact) => artifact.name === name);
    if (!found) throw new StepFailure(`Unable to download artifact(s): Artifact not found for name: ${name}`);
    return [found];
  }
  return pattern === '' ? all : all.filter((artifact) => matchesName(pattern, artifact.name));
}

async function extract(call: BuiltInCall, artifact: SavedArtifact, folder: string): Promise<void> {
  const { event, options } = call.activity.session.run;
  await mkdir(folder, { recursive: true });
  for (const [path, content] of options.github.readArtifact(event.repository, artifact.id)) {
    const file = resolve(folder, path);
    if (!file.startsWith(`${folder}/`)) throw new StepFailure(`The artifact's path '${path}' leads out of its folder.`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
