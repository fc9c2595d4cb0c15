import { createHash } from 'node:crypto';
import {
  compareDeployments,
  type DeploymentsChange,
  type DeploymentTrees,
  type FolderEntry,
} from '../../deployment/removed-deployments.ts';
import { git, tryGit } from './git-command.ts';
import { mergeTrees } from './merged-proposal.ts';

/** Folders asked about in one command, so that no list of arguments grows too long. */
const most = 200;

/**
 * What a commit or tree says about deployments.
 * @param names folders to look into; those of the base for what comes after it. Default: all
 * @throws Failure `GitFailed` when there is no such object
 */
export async function deploymentTrees(
  folder: string,
  treeish: string,
  names?: readonly string[],
): Promise<DeploymentTrees> {
  const root = await listing(folder, treeish, []);
  const container = root.find(({ name, mode }) => name === 'deployments' && mode === '040000');
  if (container === undefined) return { root, deployments: [], declarations: new Map() };
  const deployments = await listing(folder, container.id, []);
  const wanted = names === undefined ? undefined : new Set(names);
  const folders = deployments.filter(({ mode, name }) => mode === '040000' && (wanted?.has(name) ?? true));
  const declarations = new Map<string, FolderEntry>();
  for (let start = 0; start < folders.length; start += most) {
    const paths = folders.slice(start, start + most).map(({ name }) => `${name}/opensarlab.yaml`);
    for (const { name, ...entry } of await listing(folder, container.id, paths)) {
      declarations.set(name.slice(0, name.lastIndexOf('/')), { ...entry, name: 'opensarlab.yaml' });
    }
  }
  return { root, deployments, declarations };
}

/** @param paths exact paths; none: the entries of the tree itself */
async function listing(folder: string, treeish: string, paths: readonly string[]): Promise<FolderEntry[]> {
  const output = await git(['ls-tree', '-z', '--full-tree', '--end-of-options', treeish, ...paths], {
    folder,
    environment: { GIT_LITERAL_PATHSPECS: '1' },
  });
  return output.split('\0').flatMap((line) => {
    const tab = line.indexOf('\t');
    const [mode, , id] = line.slice(0, tab).split(' ');
    return tab > 0 && mode && id ? [{ name: line.slice(tab + 1), mode, id }] : [];
  });
}

/**
 * What merging a head into the default branch as it is now would do to the deployments. A proposal from an old base is not
 * taken for one that removes what it never knew.
 * @param base commit of the default branch as it is now
 */
export async function proposedChange(folder: string, base: string, head: string): Promise<DeploymentsChange> {
  const merged = await mergeTrees(folder, base, head);
  if (merged.kind === 'tree') return await changeBetween(folder, base, merged.tree);
  const start = (await git(['merge-base', '--end-of-options', base, head], { folder })).trim();
  return { ...(await changeBetween(folder, start, head)), conflicts: true };
}

/** What lies between two commits or trees of one checkout. */
export async function changeBetween(folder: string, before: string, after: string): Promise<DeploymentsChange> {
  const old = await deploymentTrees(folder, before);
  const names = old.deployments.map(({ name }) => name);
  return compareDeployments(old, await deploymentTrees(folder, after, names));
}

/** Text of a file at a commit of a checkout. @throws Failure `GitFailed` when it is not there */
async function fileAt(folder: string, commit: string, path: string): Promise<string> {
  return await git(['show', `${commit}:${path}`], { folder });
}

/** The same, undefined when the commit or the file is not there. */
export async function textAt(folder: string, commit: string, path: string): Promise<string | undefined> {
  const found = await tryGit(['show', `${commit}:${path}`], { folder });
  return found.code === 0 ? found.stdout.toString('utf8') : undefined;
}

/** A declaration below `deployments/`, drafts left out. */
const declaration = /^deployments\/[^/_][^/]*\/opensarlab\.yaml$/;

/**
 * The texts that declarations had at a commit, of those that are different now, uncommitted changes included; empty for
 * those that are new since.
 * @param commit a commit, tag or branch of the checkout, e.g. `origin/main`
 * @throws Failure `GitFailed` when there is no such commit
 */
export async function baseDeclarations(folder: string, commit: string): Promise<Map<string, string>> {
  // `A` and `M`: files that are there now; a deleted one has nothing to be compared with.
  const options = ['--name-status', '--no-renames', '--diff-filter=AM', '-z', '--end-of-options'];
  const output = (await git(['diff', ...options, commit, '--', 'deployments'], { folder })).split('\0');
  const changed = output.flatMap((status, index) => {
    const path = index % 2 === 0 ? (output[index + 1] ?? '') : '';
    return declaration.test(path) ? [{ path, isNew: status === 'A' }] : [];
  });
  const hash = (await git(['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], { folder })).trim();
  const texts = new Map<string, string>();
  for (const { path, isNew } of changed) texts.set(path, isNew ? '' : await fileAt(folder, hash, path));
  return texts;
}

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
  const declared = [...owned].filter(([name, lines]) =>
    lines.some((line) => line.endsWith(` ${declarationFile(name)}`)),
  );
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

function declarationFile(name: string): string {
  return `deployments/${name}/opensarlab.yaml`;
}

function digest(lines: readonly string[]): string {
  return createHash('sha256')
    .update([...lines].sort().join('\n'))
    .digest('hex');
}
