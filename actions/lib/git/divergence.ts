import { Failure } from '../failure.ts';
import { type GitCredentials, git } from './git-command.ts';
import { changedFiles } from './overlay-commit.ts';
import type { Refs } from './refs.ts';

/** Tags under this name point at every commit of `main` that a mirror wrote; one ref listing shows whether it still is. */
export const mirrorTagPrefix = 'refs/tags/opensarlab/mirror/';

/** True when the head of `main` is not a commit that a mirror wrote: somebody worked in CodeCommit. */
export function hasDiverged(refs: Refs): boolean {
  const head = refs.get('refs/heads/main');
  if (head === undefined) return false;
  return ![...refs].some(([name, commit]) => name.startsWith(mirrorTagPrefix) && commit === head);
}

/**
 * Describes somebody's work in CodeCommit: who, when, which files.
 * @param folder a bare repository to fetch into
 */
export async function describeDivergence(
  folder: string,
  remote: { url: string; name: string; credentials: GitCredentials; refs: Refs },
): Promise<Failure> {
  const head = remote.refs.get('refs/heads/main') ?? '';
  const tags = [...remote.refs].filter(([name]) => name.startsWith(mirrorTagPrefix)).map(([, commit]) => commit);
  const { credentials } = remote;
  await git(['fetch', '--quiet', '--no-tags', '--', remote.url, head, ...tags], { folder, credentials });
  const log = await git(['log', '-1', '--format=%h by %an <%ae> on %cI: %s', head], { folder });
  const files = await filesSinceMirror(folder, head, tags);
  return new Failure({
    code: 'CodeCommitDiverged',
    source: 'user',
    message: `Somebody committed to main of ${remote.name} in CodeCommit: ${log.trim()}${files}.`,
    hint: 'Copy the change into this repository under the deployment’s folder, or put main back, then run again.',
  });
}

async function filesSinceMirror(folder: string, head: string, mirrored: string[]): Promise<string> {
  const written = new Set(mirrored);
  const history = (await git(['rev-list', '--first-parent', '--max-count=1000', head], { folder })).split('\n');
  const base = history.find((commit) => written.has(commit));
  if (base === undefined) return ' (it does not build on a mirrored commit)';
  const { added, changed, deleted } = await changedFiles(folder, base, head);
  const all = [...added, ...changed, ...deleted];
  const shown = all
    .slice(0, 10)
    .map((path) => JSON.stringify(path))
    .join(', ');
  return ` (${all.length} ${all.length === 1 ? 'file' : 'files'}: ${shown}${all.length > 10 ? ', …' : ''})`;
}
