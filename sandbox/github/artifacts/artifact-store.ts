import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { StoredArtifact } from '../model/artifact.ts';
import type { Repository } from '../model/repository.ts';
import type { GitHubState } from '../model/state.ts';
import { zipFiles } from './zip.ts';

/** Artifacts are kept 90 days by default (docs.github.com/en/actions/tutorials/store-and-share-data). */
const RETENTION_MILLISECONDS = 90 * 24 * 3_600_000;

export type ArtifactContent = { folder: string } | { files: ReadonlyMap<string, Uint8Array> };

/**
 * Keeps files as an artifact of a run.
 * @throws Error when the run has one of that name, or there is no file
 */
export async function saveArtifact(
  state: GitHubState,
  repository: Repository,
  { runId, name, content }: { runId: number; name: string; content: ArtifactContent },
): Promise<StoredArtifact> {
  if (artifactsOfRun(repository, runId).some((artifact) => artifact.name === name)) {
    throw new Error(`Conflict: an artifact with this name already exists on the workflow run: ${name}`);
  }
  const files = 'files' in content ? new Map(content.files) : await readFolder(content.folder);
  if (files.size === 0) throw new Error(`The artifact ${name} has no files.`);
  const zip = zipFiles(files);
  const createdAt = state.now();
  const artifact: StoredArtifact = {
    id: state.nextId(),
    runId,
    name,
    files,
    zip,
    digest: `sha256:${createHash('sha256').update(zip).digest('hex')}`,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + RETENTION_MILLISECONDS),
  };
  repository.artifacts.set(artifact.id, artifact);
  return artifact;
}

/** In the order they were saved. */
export function artifactsOfRun(repository: Repository, runId: number): StoredArtifact[] {
  return [...repository.artifacts.values()].filter((artifact) => artifact.runId === runId);
}

async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map<string, Uint8Array>();
  for (const path of paths.sort()) files.set(relative(folder, path).split(sep).join('/'), await readFile(path));
  return files;
}
