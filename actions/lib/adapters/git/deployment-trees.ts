import {
  compareDeployments,
  type DeploymentsChange,
  type DeploymentTrees,
  type FolderEntry,
} from '../../deployment/removed-deployments.ts';
import { git } from './git-command.ts';
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
