import { type GitResult, tryGit } from '../adapters/git/git-command.ts';
import { gitFailure } from '../adapters/git/git-failure.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { Failure } from '../failure.ts';
import type { RefUpdate } from './mirror-state.ts';

/**
 * How a push ended: `raced` = somebody moved a ref meanwhile and nothing of theirs was overwritten; `history needed` =
 * what is missing here was needed after all.
 */
export type PushEnd = 'pushed' | 'raced' | 'history needed';

/** What Git says when it cannot put the pack together, or the server cannot connect it with what it has. */
const incomplete =
  /bad object|missing|corrupt|could not read|unable to read|did not send all necessary objects|shallow/i;

/** Reasons of `git push` that mean the ref is not what was read before. */
const raced =
  /stale info|fetch first|needs force|non-fast-forward|already exists|failed to update ref|cannot lock ref|incorrect old value/i;

/**
 * Moves refs, each only if it still is what was read. All at once where the server can do that. CodeCommit could not when
 * it was last tried (github.com/ef-labs/stash-hook-mirror/issues/57); then the first ref goes alone and the others follow,
 * in an order that any later run can complete.
 *
 * @param folder the repository that holds the new objects
 * @throws Failure `RepositoryRefused`, `PushRejected`, `DiskFull`, `RepositoryUnreachable`
 */
export async function pushRefs(folder: string, remote: Remote, updates: readonly RefUpdate[]): Promise<PushEnd> {
  if (updates.length > 1) {
    const result = await push(folder, remote, updates, ['--atomic']);
    if (!/does not support --atomic push/.test(result.stderr)) return readEnd(result, remote);
  }
  for (const group of [updates.slice(0, 1), updates.slice(1)]) {
    if (group.length === 0) continue;
    const end = readEnd(await push(folder, remote, group, []), remote);
    if (end !== 'pushed') return end;
  }
  return 'pushed';
}

async function push(
  folder: string,
  remote: Remote,
  updates: readonly RefUpdate[],
  options: readonly string[],
): Promise<GitResult> {
  const leases = updates.map(({ ref, from }) => `--force-with-lease=${ref}:${from ?? ''}`);
  const refspecs = updates.map(({ ref, to }) => `${to}:${ref}`);
  // A thin pack would build on files that are only in CodeCommit; the exact walk knows them as not to be sent.
  return await tryGit(['push', '--porcelain', '--no-thin', ...options, ...leases, '--', remote.url, ...refspecs], {
    folder,
    ...(await accessTo(remote)),
    settings: [['pack.useSparse', 'false']],
  });
}

function readEnd(result: GitResult, remote: Remote): PushEnd {
  if (result.code === 0) return 'pushed';
  const refused = rejections(result.stdout.toString('utf8'));
  const reasons = refused.map(({ reason }) => reason);
  if (reasons.some((reason) => raced.test(reason))) return 'raced';
  if (reasons.some((reason) => incomplete.test(reason))) return 'history needed';
  if (refused.length === 0 && incomplete.test(result.stderr)) return 'history needed';
  const [own] = refused.filter(({ reason }) => !/atomic push failed|atomic transaction/.test(reason));
  if (own !== undefined) {
    throw new Failure({
      code: 'PushRejected',
      source: 'git',
      message: `${remote.name} took no new ${own.ref.replace(/^refs\/(heads|tags)\//, '')}: ${own.reason}`,
      hint: 'The server has a rule against it (for CodeCommit a policy or approval rule). Nothing was overwritten.',
    });
  }
  throw gitFailure(`${remote.name} could not be written`, result.stderr, {
    code: 'PushFailed',
    hint: 'Run again; whatever arrived is taken up from there.',
  });
}

/** What stands between the first bracket and the last. */
function reasonIn(summary: string): string {
  const start = summary.indexOf('(');
  return start >= 0 && summary.endsWith(')') ? summary.slice(start + 1, -1) : summary;
}

/** Refused refs of `git push --porcelain`: `!`, tab, from:to, tab, `[remote rejected] (reason)`. */
function rejections(porcelain: string): { ref: string; reason: string }[] {
  return porcelain.split('\n').flatMap((line) => {
    const [flag, refspec = '', summary = ''] = line.split('\t');
    if (flag !== '!') return [];
    return [{ ref: refspec.slice(refspec.indexOf(':') + 1), reason: reasonIn(summary) }];
  });
}
