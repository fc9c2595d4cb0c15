import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { DeploymentFolder, Unreadable } from '../deployment/read-deployments.ts';
import { largestFile } from '../deployment/text-findings.ts';
import { Failure } from '../failure.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';

/** Largest text read from a checkout, 2 MiB; declarations have a tighter limit. */
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
  return {
    root: folder,
    text,
    versions: () => text('cluster/versions.yaml'),
    async deploymentFolders() {
      const [places, shared] = await Promise.all([declarations(folder), sharedOffer(folder)]);
      return await Promise.all(
        places.map(async ({ name, ...place }) => {
          const read = 'unreadable' in place ? place : await readDeclaration(folder, name);
          return { ...(await contextOf(folder, name, shared)), ...read };
        }),
      );
    },
    async deploymentFolder(name, content) {
      return { ...(await contextOf(folder, name, await sharedOffer(folder))), text: content };
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

const hookFolder = 'cluster/jupyterhub/singleuser/hooks';

/** Images and hook scripts below a folder: those of all deployments, or of one. */
type Offer = { images: string[]; hooks: string[] };

async function sharedOffer(root: string): Promise<Offer> {
  return { images: await folders(root, 'images'), hooks: await files(root, hookFolder) };
}

/** What one deployment can use beside its declaration: what all can use, and its own. */
async function contextOf(root: string, name: string, shared: Offer): Promise<Omit<DeploymentFolder, 'text'>> {
  const own = `deployments/${name}`;
  // Most deployments have nothing of their own, which one look tells.
  const parts = await folders(root, own);
  const ownImages = parts.includes('container') ? await folders(root, `${own}/container/images`) : [];
  const ownHooks = parts.includes('cluster') ? await files(root, `${own}/${hookFolder}`) : [];
  const images = [...shared.images, ...ownImages];
  const hooks = [...shared.hooks, ...ownHooks];
  return { name, file: `${own}/opensarlab.yaml`, images: [...new Set(images)], hooks: [...new Set(hooks)] };
}

function missing(path: string): Failure {
  return new Failure({
    code: 'FileMissing',
    source: 'user',
    message: `${path} is not in the checkout.`,
    hint: 'Run this from the root of the repository, or give its folder with --root.',
  });
}

type Place = { name: string } | { name: string; file?: string; unreadable: Unreadable };

/**
 * Where declarations are, or seem to be: a folder that was made a link has not disappeared, and a file beside the folders
 * was meant to be one.
 */
async function declarations(root: string): Promise<Place[]> {
  const found = await entries(root, 'deployments');
  const places = await Promise.all(
    found.map(async (entry): Promise<Place[]> => {
      const { name } = entry;
      if (entry.isDirectory()) return [{ name }];
      if (entry.isSymbolicLink()) {
        return (await isLinkToFile(join(root, 'deployments', name)))
          ? []
          : [{ name, file: `deployments/${name}`, unreadable: 'folder is a link' }];
      }
      const [, stem] = /^([^._].*)\.ya?ml$/.exec(name) ?? [];
      return stem === undefined ? [] : [{ name: stem, file: `deployments/${name}`, unreadable: 'not in a folder' }];
    }),
  );
  return places.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isLinkToFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** What reading a declaration can end with, by the error's code. */
const refusals: ReadonlyMap<string, Unreadable> = new Map([
  ['LinkLeavesCheckout', 'link leaves repository'],
  ['FileTooLarge', 'too large'],
  ['NotAFile', 'not a file'],
  ['EACCES', 'not permitted'],
  ['EPERM', 'not permitted'],
]);

/** A declaration that cannot be read is a finding about that deployment, not the end of the run. */
async function readDeclaration(root: string, name: string): Promise<Pick<DeploymentFolder, 'text' | 'unreadable'>> {
  const path = `deployments/${name}/opensarlab.yaml`;
  try {
    const text = await readText(root, path, largestFile);
    if (text !== undefined) return { text };
    const isLink = await lstat(join(root, path)).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    return isLink ? { unreadable: 'link leads nowhere' } : {};
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const unreadable = refusals.get(code);
    if (unreadable !== undefined) return { unreadable };
    throw error;
  }
}

/**
 * Undefined when there is no such file.
 * @throws Failure `LinkLeavesCheckout`, `NotAFile`, `FileTooLarge`
 */
async function readText(root: string, path: string, limit = largestText): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path));
    if (!real.startsWith(root + sep))
      throw refusal('LinkLeavesCheckout', `${path} is a link to something outside the checkout.`);
    const stats = await lstat(real);
    if (!stats.isFile()) throw refusal('NotAFile', `${path} is not a file.`);
    if (stats.size > limit) throw refusal('FileTooLarge', `${path} is larger than ${limit / 1024} KiB.`);
    return await readFile(real, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function refusal(code: string, message: string): Failure {
  return new Failure({ code, source: 'user', message, hint: 'Commit a regular file of sensible size.' });
}

/** What the system says of a path that leads nowhere; `ELOOP` is a link to itself. */
const missingCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && missingCodes.has(String(error.code));
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
