import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ToolError, type ToolInput } from '../../tools/run-tool.ts';
import type { NewObject } from '../cluster-state.ts';
import type { ManifestFile } from '../object-operations.ts';

/**
 * Reads manifests: files, folders (not recursively), or `-` for standard input. Lists are taken apart.
 * @throws ToolError in kubectl's words
 */
export async function readManifests(input: ToolInput, names: readonly string[]): Promise<ManifestFile[]> {
  const manifests: ManifestFile[] = [];
  for (const name of names) {
    if (/^https?:/.test(name)) throw new ToolError(`error: the sandbox does not fetch manifests: ${name}`);
    if (name === '-') manifests.push(...parseManifests(await input.stdin(), 'STDIN'));
    else
      for (const file of await filesOf(input, name))
        manifests.push(...parseManifests(await readFile(file, 'utf8'), file));
  }
  if (manifests.length === 0) throw new ToolError('error: no objects passed to apply');
  return manifests;
}

async function filesOf(input: ToolInput, name: string): Promise<string[]> {
  const path = resolve(input.folder, name);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new ToolError(`error: the path "${name}" does not exist`);
  if (!found.isDirectory()) return [path];
  const entries = (await readdir(path)).filter((entry) => /\.(ya?ml|json)$/.test(entry)).sort();
  if (entries.length === 0)
    throw new ToolError(`error: error reading [${name}]: recognized file extensions are [.json .yaml .yml]`);
  return entries.map((entry) => join(path, entry));
}

function parseManifests(text: string, file: string): ManifestFile[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new ToolError(`error: error parsing ${file}: error converting YAML to JSON: ${error.message}`);
    const object = document.toJS() as (NewObject & { items?: NewObject[] }) | null;
    if (object === null || object === undefined) return [];
    const objects = object.kind === 'List' ? (object.items ?? []) : [object];
    return objects.map((each) => ({ file, object: checkManifest(each, file) }));
  });
}

function checkManifest(object: NewObject, file: string): NewObject {
  if (!object.apiVersion)
    throw new ToolError(`error: error validating "${file}": error validating data: apiVersion not set`);
  if (!object.kind) throw new ToolError(`error: error validating "${file}": error validating data: kind not set`);
  if (!object.metadata?.name)
    throw new ToolError(
      `error: error when retrieving current configuration of: from server for: "${file}": resource name may not be empty`,
    );
  return object;
}
