import type { Diagnostic } from './diagnostic.ts';
import { diagnosticCodes } from './diagnostic-codes.ts';
import { isDraft } from './read-deployment.ts';

/** One entry of a folder as Git keeps it: mode in octal digits (`040000` folder, `120000` link, `160000` submodule), object id. */
export type FolderEntry = { name: string; mode: string; id: string };

/** What a commit says about deployments, from its trees alone; nothing is followed, nothing is read from files. */
export type DeploymentTrees = {
  /** Entries of the repository's root. */
  root: readonly FolderEntry[];
  /** Entries of `deployments`; none when that is no folder. */
  deployments: readonly FolderEntry[];
  /** The entry `opensarlab.yaml` of each folder that was looked into and has one. */
  declarations: ReadonlyMap<string, FolderEntry>;
};

/** A deployment that is no longer declared after a change, and how that came, in words that follow its path. */
export type RemovedDeployment = { name: string; how: string };

/** What a change does to the deployments that there are. */
export type DeploymentsChange = {
  /** Sorted by name. */
  removed: RemovedDeployment[];
  /** The one deployment whose folder is gone whole, when that is all that the change does. */
  wholeRemoval: string | undefined;
  /** True when the proposal conflicts with the default branch, so that it is compared with where it started. */
  conflicts?: boolean;
};

const modes = { folder: '040000', link: '120000', submodule: '160000' } as const;

/** Text of the label that asks for a teardown. GitHub compares labels without regard to case. */
export const destroyLabel = 'destroy';

export function isDestroyLabel(name: string): boolean {
  return name.toLowerCase() === destroyLabel;
}

/** Folders that declare a deployment, by name: drafts do not, and neither does a folder without the file. */
export function declaredNames({ deployments, declarations }: DeploymentTrees): string[] {
  return deployments
    .filter(({ name, mode }) => isFolder(mode) && !isDraft(name) && isBlob(declarations.get(name)?.mode))
    .map(({ name }) => name)
    .sort();
}

/**
 * Compares the default branch with what it would be after a merge.
 * @param after with every declaration of `before` looked up; one whose folder is the same may be left out
 */
export function compareDeployments(before: DeploymentTrees, after: DeploymentTrees): DeploymentsChange {
  const removed = declaredNames(before).flatMap((name): RemovedDeployment[] => {
    const how = removalOf(name, before, after);
    return how === undefined ? [] : [{ name, how }];
  });
  return { removed, wholeRemoval: wholeRemoval(before, after) };
}

function removalOf(name: string, before: DeploymentTrees, after: DeploymentTrees): string | undefined {
  const old = entryOf(before.deployments, name);
  const now = entryOf(after.deployments, name);
  if (old?.id === now?.id && old?.mode === now?.mode) return undefined;
  if (now === undefined) return whereTo(name, before, after);
  if (!isFolder(now.mode)) return `is ${whatIs(now.mode)} in place of a folder`;
  const declaration = after.declarations.get(name);
  if (declaration === undefined) return 'has no opensarlab.yaml any more';
  const oldDeclaration = before.declarations.get(name);
  if (isFile(declaration.mode)) return undefined;
  // A link that was there before is no change; it is a finding of its own.
  if (declaration.mode === oldDeclaration?.mode && declaration.id === oldDeclaration.id) return undefined;
  return `has ${whatIs(declaration.mode)} in place of opensarlab.yaml`;
}

/** Where a folder that is gone went to, as far as its content or its name tells. */
function whereTo(name: string, before: DeploymentTrees, after: DeploymentTrees): string {
  const root = entryOf(after.root, 'deployments');
  if (root !== undefined && !isFolder(root.mode)) return `is gone: deployments is ${whatIs(root.mode)}`;
  const old = entryOf(before.deployments, name);
  const known = new Set(before.deployments.map((entry) => entry.name));
  const added = after.deployments.filter((entry) => !known.has(entry.name));
  const heir =
    added.find((entry) => entry.name.toLowerCase() === name.toLowerCase() || entry.name === `_${name}`) ??
    added.find(({ id }) => id === old?.id);
  return heir === undefined ? 'is removed' : `is renamed to deployments/${heir.name}`;
}

function wholeRemoval(before: DeploymentTrees, after: DeploymentTrees): string | undefined {
  const [gone, ...more] = before.deployments.filter(({ name }) => entryOf(after.deployments, name) === undefined);
  if (gone === undefined || more.length > 0 || !declaredNames(before).includes(gone.name)) return undefined;
  const left = before.deployments.filter(({ name }) => name !== gone.name);
  if (!areSame(left, after.deployments)) return undefined;
  const others = (entries: readonly FolderEntry[]): FolderEntry[] =>
    entries.filter(({ name }) => name !== 'deployments');
  if (!areSame(others(before.root), others(after.root))) return undefined;
  // Git keeps no empty folder: the last deployment takes `deployments` with it.
  const root = entryOf(after.root, 'deployments');
  const isRight = left.length === 0 ? root === undefined : root !== undefined && isFolder(root.mode);
  return isRight ? gone.name : undefined;
}

function areSame(a: readonly FolderEntry[], b: readonly FolderEntry[]): boolean {
  const keys = (entries: readonly FolderEntry[]): string[] =>
    entries.map(({ name, mode, id }) => `${plainMode(mode)} ${id} ${name}`).sort();
  const [left, right] = [keys(a), keys(b)];
  return left.length === right.length && left.every((key, index) => key === right[index]);
}

/**
 * The findings about a proposal that removes deployments. None when it is a teardown that a label asks for: then the
 * teardown plan says what it does.
 * @param labels names that the pull request has now
 */
export function removalDiagnostics(
  { removed, wholeRemoval: only, conflicts = false }: DeploymentsChange,
  labels: readonly string[],
): Diagnostic[] {
  const isLabelled = labels.some(isDestroyLabel);
  if (isLabelled && only !== undefined && removed.length === 1 && !conflicts) return [];
  const { severity, remedy } = diagnosticCodes.OSL307;
  return removed.map(({ name, how }) => ({
    code: 'OSL307',
    severity,
    path: '',
    file: `deployments/${name}/opensarlab.yaml`,
    line: 1,
    column: 1,
    message: `The deployment ${name} would not be declared any more: deployments/${name} ${how}.`,
    hint: conflicts && isLabelled ? conflictHint : (hintOf(only, isLabelled, removed.length) ?? remedy),
  }));
}

const conflictHint =
  'The pull request conflicts with the default branch, so nobody can tell whether it removes the folder whole. Bring its branch up to date.';

function hintOf(only: string | undefined, isLabelled: boolean, count: number): string | undefined {
  if (only !== undefined) {
    return 'To destroy it, put the label destroy on this pull request, wait for the teardown plan, and merge. To keep it, bring the folder back.';
  }
  if (!isLabelled) return undefined;
  const what = count > 1 ? 'removes several deployments' : 'does more than removing the one folder whole';
  return `A teardown removes one folder whole and nothing else; this pull request ${what}. Take the rest out, or bring the folder back.`;
}

function entryOf(entries: readonly FolderEntry[], name: string): FolderEntry | undefined {
  return entries.find((entry) => entry.name === name);
}

/** GitHub writes a folder's mode with six digits, Git's own objects with five. */
function plainMode(mode: string): string {
  return mode.padStart(6, '0');
}

function isFolder(mode: string | undefined): boolean {
  return mode !== undefined && plainMode(mode) === modes.folder;
}

function isFile(mode: string): boolean {
  return plainMode(mode).startsWith('100');
}

function isBlob(mode: string | undefined): boolean {
  return mode !== undefined && (isFile(mode) || mode === modes.link);
}

function whatIs(mode: string): string {
  switch (plainMode(mode)) {
    case modes.folder:
      return 'a folder';
    case modes.link:
      return 'a link';
    case modes.submodule:
      return 'a submodule';
    default:
      return 'a file';
  }
}
