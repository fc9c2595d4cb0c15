import type { DeploymentFolder, Unreadable } from '../../deployment/read-deployments.ts';
import { largestFile } from '../../deployment/text-findings.ts';
import { Failure, toFailure } from '../../failure.ts';
import { type StackKind, stackKinds } from '../../stacks/stack.ts';
import { inTurns, type NamedEntry, openProposal, type ProposalFiles, unfitPath } from './proposal-files.ts';
import { whyUnfitPath } from './proposal-names.ts';

/** Most that all declarations have together, 4 MiB: a thousand usual ones. All are read, because they are compared. */
const largestTogether = 4 * 1024 * 1024;

/** Read access to one checkout of the repository; nothing that a link leads to is read. */
export type Workspace = {
  /** Absolute path of the checkout. */
  readonly root: string;
  /** Whether sources on this machine and on private networks may be read. */
  readonly localSources: boolean;
  /** Its files, for those who read folders of their own. */
  readonly files: ProposalFiles;
  /** Every folder below `deployments/`, drafts included, as `readDeployments` takes them. */
  deploymentFolders(): Promise<DeploymentFolder[]>;
  /** The context that checks of one deployment need, around a text that need not be in the checkout any more. */
  deploymentFolder(name: string, text: string): Promise<DeploymentFolder>;
  /** The stack templates of `cluster/cloudformation/`. */
  templates(): Promise<Record<StackKind, string>>;
  /** `cluster/versions.yaml` */
  versions(): Promise<string>;
  /** All files below a folder, as paths from the root. @throws Failure of {@link ProposalFiles.filesBelow}, `ProposalPath` */
  filesBelow(path: string): Promise<string[]>;
  /** A text file by path from the root. @throws Failure `FileMissing`, and those of {@link ProposalFiles.read} */
  text(path: string): Promise<string>;
};

/**
 * Who may read sources on this machine and on private networks: a person on a laptop, and a runner whose owner has set this
 * variable on the machine itself, because its upstream is on its own network. No workflow passes it on from a repository
 * variable or an input, which people with less than an administrator's rights could set.
 */
const localSourcesVariable = 'OPENSARLAB_LOCAL_SOURCES';

/**
 * @param root folder of the checkout, absolute or from the current folder
 * @param options.localSources default: what the machine's environment says, usually no
 */
export async function openWorkspace(
  root: string,
  { localSources = process.env[localSourcesVariable] === '1' }: { localSources?: boolean } = {},
): Promise<Workspace> {
  const proposal = await openProposal(root);
  const text = async (path: string): Promise<string> => {
    const content = await proposal.text(path, largestFile);
    if (content === undefined) throw missing(path);
    return content;
  };
  return {
    root: proposal.root,
    localSources,
    files: proposal,
    text,
    versions: () => text('cluster/versions.yaml'),
    async deploymentFolders() {
      const [places, shared] = await Promise.all([declarations(proposal), sharedOffer(proposal)]);
      const texts = await readDeclarations(proposal, places);
      return await inTurns(places, async ({ name, ...place }) => {
        if ('unreadable' in place) return { name, file: declarationOf(name), ...place };
        return { ...(await contextOf(proposal, name, shared)), ...texts.get(name), localSources };
      });
    },
    async deploymentFolder(name, content) {
      return { ...(await contextOf(proposal, name, await sharedOffer(proposal))), text: content, localSources };
    },
    async filesBelow(path) {
      const files = await proposal.filesBelow(path);
      const unfit = files.find((file) => whyUnfitPath(file) !== undefined);
      if (unfit !== undefined) throw unfitPath(unfit, whyUnfitPath(unfit) ?? '');
      return files;
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

async function sharedOffer(proposal: ProposalFiles): Promise<Offer> {
  return { images: await names(proposal, 'images', 'folder'), hooks: await names(proposal, hookFolder, 'file') };
}

/** What one deployment can use beside its declaration: what all can use, and its own. */
async function contextOf(
  proposal: ProposalFiles,
  name: string,
  shared: Offer,
): Promise<Omit<DeploymentFolder, 'text'>> {
  const own = `deployments/${name}`;
  // Most deployments have nothing of their own, which one look tells.
  const parts = await names(proposal, own, 'folder');
  const ownImages = parts.includes('container') ? await names(proposal, `${own}/container/images`, 'folder') : [];
  const ownHooks = parts.includes('cluster') ? await names(proposal, `${own}/${hookFolder}`, 'file') : [];
  const images = [...shared.images, ...ownImages];
  const hooks = [...shared.hooks, ...ownHooks];
  return { name, file: `${own}/opensarlab.yaml`, images: [...new Set(images)], hooks: [...new Set(hooks)] };
}

function missing(path: string): Failure {
  return new Failure({
    code: 'FileMissing',
    source: 'user',
    message: `${path} is not in the checkout.`,
    place: { file: path, line: 1 },
    hint: 'Run this from the root of the repository, or give its folder with --root.',
  });
}

type Place = { name: string } | { name: string; file?: string; unreadable: Unreadable };

/**
 * Where declarations are, or seem to be: a folder that was made a link has not disappeared, and a file beside the folders
 * was meant to be one.
 * @throws Failure when `deployments` itself is a link: that is not a repository without deployments
 */
async function declarations(proposal: ProposalFiles): Promise<Place[]> {
  const found = (await proposal.list('deployments')) ?? [];
  return found.flatMap(({ name, kind }): Place[] => {
    const file = `deployments/${name}`;
    const isUnfit = whyUnfitPath(file) !== undefined;
    if (kind === 'folder') return isUnfit ? [{ name, file, unreadable: 'unfit name' }] : [{ name }];
    const [, stem] = /^([^._].*)\.ya?ml$/.exec(name) ?? [];
    if (stem !== undefined) return [{ name: stem, file, unreadable: 'not in a folder' }];
    // No deployment has a dot in its name, so a link that has one was meant for a file such as README.md.
    return kind === 'link' && !name.includes('.') ? [{ name, file, unreadable: 'folder is a link' }] : [];
  });
}

type Declaration = Pick<DeploymentFolder, 'text' | 'unreadable'>;

/** The texts by folder, as far as all of them together are not too much. */
async function readDeclarations(proposal: ProposalFiles, places: readonly Place[]): Promise<Map<string, Declaration>> {
  const wanted = places.filter((place) => !('unreadable' in place)).map(({ name }) => name);
  const sizes = await inTurns(wanted, (name) => sizeOf(proposal, name));
  let together = 0;
  const fitting = wanted.map((name, index) => {
    together += sizes[index] ?? 0;
    return { name, fits: together <= largestTogether };
  });
  return new Map(
    await inTurns(fitting, async ({ name, fits }): Promise<[string, Declaration]> => {
      return [name, fits ? await readDeclaration(proposal, name) : { unreadable: 'too much together' }];
    }),
  );
}

const declarationOf = (name: string): string => `deployments/${name}/opensarlab.yaml`;

/** Bytes that will be read of a declaration; none of one that is too large by itself. */
async function sizeOf(proposal: ProposalFiles, name: string): Promise<number> {
  const entry = await proposal.look(declarationOf(name));
  return entry?.kind === 'file' && entry.size <= largestFile ? entry.size : 0;
}

/** What reading a declaration can end with, by the failure's code. */
const refusals: ReadonlyMap<string, Unreadable> = new Map([
  ['FileIsLink', 'is a link'],
  ['FileTooLarge', 'too large'],
  ['NotAFile', 'not a file'],
  ['FileForbidden', 'not permitted'],
]);

/** A declaration that cannot be read is a finding about that deployment, not the end of the run. */
async function readDeclaration(proposal: ProposalFiles, name: string): Promise<Declaration> {
  try {
    const text = await proposal.text(declarationOf(name), largestFile);
    return text === undefined ? {} : { text };
  } catch (error) {
    const unreadable = refusals.get(toFailure(error).code);
    if (unreadable !== undefined) return { unreadable };
    throw error;
  }
}

/**
 * Names of one kind in a folder, none when there is no such folder. A link in its place gives none either: that it is one is
 * said by whoever mirrors the folder, and what is looked for in it is missing here.
 */
async function names(proposal: ProposalFiles, path: string, kind: NamedEntry['kind']): Promise<string[]> {
  try {
    return ((await proposal.list(path)) ?? []).filter((entry) => entry.kind === kind).map(({ name }) => name);
  } catch (error) {
    if (toFailure(error).code === 'FolderIsLink') return [];
    throw error;
  }
}
