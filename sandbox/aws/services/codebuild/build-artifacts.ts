import { glob, lstat, readFile, readlink } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import type { Buildspec } from './buildspec.ts';
import { writeZip, type ZipEntry } from './zip-archive.ts';

/** No file matched, or a path leads out of the source folder; ends UPLOAD_ARTIFACTS with CLIENT_ERROR. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

/**
 * Collects a build's output files into a ZIP archive, as `artifacts` in the buildspec says: file patterns below
 * `base-directory`, with their folders unless `discard-paths` (build-spec-ref.html, artifacts).
 * @throws ArtifactError
 */
export async function packArtifacts(
  artifacts: NonNullable<Buildspec['artifacts']>,
  sourceFolder: string,
): Promise<Uint8Array> {
  const base = resolve(sourceFolder, artifacts.baseDirectory);
  if (base !== sourceFolder && !base.startsWith(sourceFolder + sep)) {
    throw new ArtifactError(`base-directory ${artifacts.baseDirectory} is outside the source folder`);
  }
  const entries = new Map<string, ZipEntry>();
  for (const pattern of artifacts.files) {
    const found = await filesMatching(base, pattern);
    if (found.length === 0) throw new ArtifactError(`no matching artifact paths found: ${pattern}`);
    for (const file of found) {
      const path = artifacts.discardPaths ? basename(file) : file.split(sep).join('/');
      entries.set(path, await zipEntry(base, file, path));
    }
  }
  return writeZip([...entries.values()]);
}

async function filesMatching(base: string, pattern: string): Promise<string[]> {
  const files: string[] = [];
  for await (const path of glob(pattern, { cwd: base })) {
    const stats = await lstat(join(base, path));
    if (stats.isFile() || stats.isSymbolicLink()) files.push(path);
  }
  return files.sort();
}

async function zipEntry(base: string, file: string, path: string): Promise<ZipEntry> {
  const symbolicLink = (await lstat(join(base, file))).isSymbolicLink();
  const content = symbolicLink ? Buffer.from(await readlink(join(base, file))) : await readFile(join(base, file));
  return { path, content, symbolicLink };
}
