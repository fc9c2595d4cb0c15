import type { Workspace } from '../adapters/workspace/workspace.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { readDeployments } from '../deployment/read-deployments.ts';
import { toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';
import { checkVersions, versionsFile } from '../stacks/check-versions.ts';
import { imageFindings } from './image-findings.ts';
import { overlayFindings } from './overlay-findings.ts';
import type { Surroundings } from './surroundings.ts';
import { templateFindings } from './template-findings.ts';

/** What checking takes of its surroundings. */
export type Checking = Pick<Surroundings, 'clock'> & {
  workspace: Pick<Surroundings['workspace'], 'deploymentFolders' | 'versions' | 'files'>;
};

/** Which declarations are looked at, and what they were before a change. */
export type CheckSelection = {
  /** Only these deployments; empty: all, drafts included. All are read in any case, because they are compared. */
  names: readonly string[];
  /** Texts of declarations on the base branch by path, empty for new ones; what is not in it is not compared. */
  bases: ReadonlyMap<string, string>;
  /** Findings about deployments that the change removes; their files are not in the checkout any more. */
  removals?: readonly Diagnostic[];
};

/** What was looked at and what was found. */
export type DeclarationsCheck = {
  /** Folders below `deployments/`, chosen ones only. */
  names: string[];
  /** Chosen names that are no folders. */
  unknown: string[];
  /** Every folder, for a message about unknown names. */
  known: string[];
  diagnostics: Diagnostic[];
  /** Texts of the files by path, for excerpts. */
  sources: ReadonlyMap<string, string>;
};

/**
 * Checks declarations, and once for all of them the versions that the checkout pins. A version that ends soon is for those
 * who look at the whole checkout; somebody who names a deployment hears of one that has ended. Nothing is reported yet.
 */
export async function checkDeclarations(
  { workspace, clock }: Checking,
  { names, bases, removals = [] }: CheckSelection,
): Promise<DeclarationsCheck> {
  const folders = await workspace.deploymentFolders();
  const today = clock.now().toISOString().slice(0, 10);
  const compared = folders.map((folder) => {
    const base = bases.get(folder.file);
    return { ...folder, today, ...(base === undefined ? {} : { base }) };
  });
  const { results, diagnostics } = readDeployments(compared);
  const known = folders.map(({ name }) => name);
  const chosen = folders.filter(({ name }) => names.length === 0 || names.includes(name));
  const files = new Set(chosen.map(({ file }) => file));
  const overlays = await overlayFindings(workspace.files, chosen, names.length === 0);
  const images = await imageFindings(
    workspace.files,
    chosen,
    results.filter(({ file }) => files.has(file)),
  );
  const templates = await templateFindings(
    workspace.files,
    chosen,
    results.filter(({ file }) => files.has(file)),
  );
  const versions = await versionFindings(workspace, clock);
  const ofVersions = versions.diagnostics.filter(({ severity }) => names.length === 0 || severity === 'error');
  const texts = chosen.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text] as const]));
  return {
    names: chosen.map(({ name }) => name),
    unknown: names.filter((name) => !known.includes(name)),
    known,
    diagnostics: [
      ...removals,
      ...diagnostics.filter(({ file }) => files.has(file)),
      ...overlays,
      ...images,
      ...templates,
      ...ofVersions,
    ],
    sources: new Map([...texts, ...versions.sources]),
  };
}

/** What is to be said about the pinned versions, and the file that it is about. */
type VersionFindings = { diagnostics: Diagnostic[]; sources: ReadonlyMap<string, string> };

/** Holds the versions of a checkout against today; a checkout of declarations alone pins none. */
async function versionFindings(
  workspace: Pick<Workspace, 'versions'>,
  clock: Pick<Clock, 'now'>,
): Promise<VersionFindings> {
  let text: string;
  try {
    text = await workspace.versions();
  } catch (error) {
    if (toFailure(error).code === 'FileMissing') return { diagnostics: [], sources: new Map() };
    throw error;
  }
  return { diagnostics: checkVersions(text, clock.now()), sources: new Map([[versionsFile, text]]) };
}
