import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { DeploymentFolder } from '../deployment/read-deployments.ts';
import { Failure } from '../failure.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';

/** Largest text read from a checkout, 2 MiB; the readers of each file have tighter limits of their own. */
const largestText = 2 * 1024 * 1024;

/** Read access to one checkout of the repository. Symbolic links that leave it are refused. */
export type Workspace = {
  /** Absolute path of the checkout. */
  readonly root: string;
  /** Every folder below `deployments/`, drafts included, as `readDeployments` takes them. */
  deploymentFolders(): Promise<DeploymentFolder[]>;
  /** The context that checks of one deployment need, around a text that need not be in the checkout any more. */
  deploymentFolder(name: string, text: string): Promise<DeploymentFolder>;
  /** The stack templates of `cluster/cloudformation/`. */
  templates(): Promise<Record<StackKind, string>>;
  /** `cluster/versions.yaml` */
  versions(): Promise<string>;
  /** All files below a folder, as paths from the root. */
  filesBelow(path: string): Promise<string[]>;
  /** A text file by path from the root. @throws Failure `FileMissing` */
  text(path: string): Promise<string>;
};

/** @param root folder of the checkout, absolute or from the current folder */
export async function openWorkspace(root: string): Promise<Workspace> {
  const folder = await realpath(resolve(root));
  const text = async (path: string): Promise<string> => {
    const content = await readText(folder, path);
    if (content === undefined) throw missing(path);
    return content;
  };
  const context = async (name: string) => ({
    name,
    file: `deployments/${name}/opensarlab.yaml`,
    images: [
      ...new Set([
        ...(await folders(folder, 'images')),
        ...(await folders(folder, `deployments/${name}/container/images`)),
      ]),
    ],
    hooks: [
      ...new Set([
        ...(await files(folder, 'cluster/jupyterhub/singleuser/hooks')),
        ...(await files(folder, `deployments/${name}/cluster/jupyterhub/singleuser/hooks`)),
      ]),
    ],
  });
  return {
    root: folder,
    text,
    versions: () => text('cluster/versions.yaml'),
    async deploymentFolders() {
      const names = await folders(folder, 'deployments');
      return await Promise.all(
        names.map(async (name) => {
          return { ...(await context(name)), ...(await readDeclaration(folder, name)) };
        }),
      );
    },
    async deploymentFolder(name, content) {
      return { ...(await context(name)), text: content };
    },
    async filesBelow(path) {
      const found = await readdir(join(folder, path), { recursive: true, withFileTypes: true });
      return found
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort();
    },
    async templates() {
      const entries = stackKinds.map(
        async (kind) => [kind, await text(`cluster/cloudformation/${kind}.yaml`)] as const,
      );
      return Object.fromEntries(await Promise.all(entries)) as Record<StackKind, string>;
    },
  };
}

function missing(path: string): Failure {
  return new Failure({
    code: 'FileMissing',
    source: 'user',
    message: `${path} is not in the checkout.`,
    hint: 'Run this from the root of the repository, or give its folder with --root.',
  });
}

/** A declaration that cannot be read is a finding about that deployment, not the end of the run. */
async function readDeclaration(root: string, name: string): Promise<Pick<DeploymentFolder, 'text' | 'unreadable'>> {
  try {
    const text = await readText(root, `deployments/${name}/opensarlab.yaml`);
    return text === undefined ? {} : { text };
  } catch (error) {
    if (error instanceof Failure && error.code === 'LinkLeavesCheckout')
      return { unreadable: 'link leaves repository' };
    if (error instanceof Failure && error.code === 'FileTooLarge') return { unreadable: 'too large' };
    if (error instanceof Failure && error.code === 'NotAFile') return { unreadable: 'not a file' };
    throw error;
  }
}

/**
 * Undefined when there is no such file.
 * @throws Failure `LinkLeavesCheckout`, `NotAFile`, `FileTooLarge`
 */
async function readText(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path));
    if (!real.startsWith(root + sep))
      throw refusal('LinkLeavesCheckout', `${path} is a link to something outside the checkout.`);
    const stats = await lstat(real);
    if (!stats.isFile()) throw refusal('NotAFile', `${path} is not a file.`);
    if (stats.size > largestText) throw refusal('FileTooLarge', `${path} is larger than 2 MiB.`);
    return await readFile(real, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function refusal(code: string, message: string): Failure {
  return new Failure({ code, source: 'user', message, hint: 'Commit a regular file of sensible size.' });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

async function entries(root: string, path: string) {
  try {
    return await readdir(join(root, path), { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function folders(root: string, path: string): Promise<string[]> {
  return (await entries(root, path))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

async function files(root: string, path: string): Promise<string[]> {
  return (await entries(root, path))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}
