import type { Workspace } from '../adapters/workspace/workspace.ts';
import type { Diagnostic } from '../deployment/diagnostic.ts';
import { toFailure } from '../failure.ts';
import type { Clock } from '../ports/clock.ts';
import { checkVersions, versionsFile } from '../stacks/check-versions.ts';

/** What is to be said about the pinned versions, and the file that it is about. */
export type VersionFindings = { diagnostics: Diagnostic[]; sources: ReadonlyMap<string, string> };

/** Holds the versions of a checkout against today; a checkout of declarations alone pins none. */
export async function versionFindings(
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
