import { createHash } from 'node:crypto';
import { git } from './git-command.ts';

/** A file of a commit: Git's mode, blob id, path from the root. */
export type TreeFile = { mode: string; blob: string; path: string };

/** What decides one deployment: a digest of every file that goes into it. */
export type Decisions = ReadonlyMap<string, string>;

/** Files that go into every deployment; what is only read by people is none of them. */
const shared = ['images/', 'cluster/', 'actions/dist/'] as const;

const isForPeople = (path: string): boolean => path.endsWith('.md') || path.endsWith('.test.ts');

/** A deployment's own files, by the folder that has its name; `_example` and the like are never deployed. */
const own = /^deployments\/([^/_][^/]*)\/(?:opensarlab\.yaml$|container\/|cluster\/)/;

/** Paths that `decisionsOf` looks at. */
const looked = ['deployments', 'images', 'cluster', 'actions/dist'];

/**
 * Digests of what decides each deployment of a tree, by name. Two trees decide a deployment alike when its digest is the
 * same; a deployment that is not in the map has no declaration there.
 */
export function decisionsOf(files: readonly TreeFile[]): Decisions {
  const common: string[] = [];
  const owned = new Map<string, string[]>();
  for (const { mode, blob, path } of files) {
    const line = `${mode} ${blob} ${path}`;
    const name = own.exec(path)?.[1];
    if (name !== undefined) owned.set(name, [...(owned.get(name) ?? []), line]);
    else if (shared.some((folder) => path.startsWith(folder)) && !isForPeople(path)) common.push(line);
  }
  const declared = [...owned].filter(([name, lines]) => lines.some((line) => line.endsWith(` ${declaration(name)}`)));
  return new Map(declared.map(([name, lines]) => [name, digest([...common, ...lines])]));
}

/** @param treeish a commit or tree of the checkout */
export async function decisionsAt(folder: string, treeish: string): Promise<Decisions> {
  const output = await git(['ls-tree', '-r', '-z', '--full-tree', treeish, '--', ...looked], { folder });
  const files = output.split('\0').flatMap((entry): TreeFile[] => {
    const [, mode, blob, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry) ?? [];
    return mode === undefined || blob === undefined || path === undefined ? [] : [{ mode, blob, path }];
  });
  return decisionsOf(files);
}

function declaration(name: string): string {
  return `deployments/${name}/opensarlab.yaml`;
}

function digest(lines: readonly string[]): string {
  return createHash('sha256')
    .update([...lines].sort().join('\n'))
    .digest('hex');
}
