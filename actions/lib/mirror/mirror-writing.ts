import { type GitResult, tryGit } from '../adapters/git/git-command.ts';
import { gitFailure } from '../adapters/git/git-failure.ts';
import { listRefs, type Refs } from '../adapters/git/refs.ts';
import { accessTo, type Remote } from '../adapters/git/remote.ts';
import { Failure, toFailure } from '../failure.ts';
import { largeInHistory } from './codecommit-limits.ts';
import type { MirrorRecord } from './mirror-record.ts';
import {
  type MirrorState,
  type RefUpdate,
  readState,
  refUpdates,
  type StrayBranch,
  settledCommit,
  type WantedCommits,
} from './mirror-state.ts';
import type { Examination } from './stray-examination.ts';

/** A mirror whose commits are made and only have to get to CodeCommit. */
export type MirrorWriting = {
  target: Remote;
  record: MirrorRecord;
  wanted: WantedCommits;
  /** What CodeCommit had when the commits were made. */
  state: MirrorState;
  examination: Examination | undefined;
  /** The repository that holds the commits. */
  folder: string;
  /** Makes the same commits with all of upstream’s history in another repository; undefined when it was there already. */
  rebuild(): Promise<string | undefined>;
  now: () => Date;
};

/** Rounds of looking and pushing again when another run moves refs at the same time. */
const mostRounds = 4;

/**
 * Writes a mirror to CodeCommit. Whatever stood on its branches is kept under another name first. A run that another one
 * overtook converges when that one wanted the same, and otherwise says so.
 * @throws Failure `MirrorRaced`, `PushRejected`, `RepositoryRefused`, `RepositoryUnreachable`, `PushFailed`
 */
export async function writeMirror(mirror: MirrorWriting): Promise<MirrorRecord> {
  const kept = await keepStray(mirror);
  const record = kept.length === 0 ? mirror.record : { ...mirror.record, kept };
  let { state, folder } = mirror;
  for (let round = 1; round <= mostRounds; round += 1) {
    const end = await pushOnce(mirror, folder, state);
    if (end === 'pushed') return record;
    if (end === 'rebuild') {
      const rebuilt = await mirror.rebuild();
      if (rebuilt === undefined) throw historyRefused(mirror.target);
      folder = rebuilt;
    }
    state = readState(await listRefs(mirror.target));
    if (settledCommit(state, mirror.wanted) !== undefined) return record;
    checkRace(mirror, state);
  }
  throw racedFailure(mirror.target, 'it does not come to rest');
}

/** `look again` = refs moved, or an answer got lost on the way. */
async function pushOnce(
  mirror: MirrorWriting,
  folder: string,
  state: MirrorState,
): Promise<'pushed' | 'look again' | 'rebuild'> {
  const { target, wanted } = mirror;
  try {
    const end = await pushRefs(folder, target, refUpdates(state, wanted));
    if (end === 'history needed') return 'rebuild';
    return end === 'pushed' ? 'pushed' : 'look again';
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === 'PushFailed' && (await arrived(mirror))) return 'look again';
    const isRefused = failure.code === 'PushFailed' || failure.code === 'PushRejected';
    throw (isRefused ? await largeInHistory(folder, wanted.upstream, target.name) : undefined) ?? failure;
  }
}

/** A connection can break after the server has taken everything. */
async function arrived({ target, wanted }: MirrorWriting): Promise<boolean> {
  return settledCommit(readState(await listRefs(target)), wanted) !== undefined;
}

/** Only what this run saw, or what it wants itself, may be on the branches when it pushes again. */
function checkRace({ target, state: seen, wanted }: MirrorWriting, state: MirrorState): void {
  const [last] = state.marks;
  const fine = (head: string | undefined, ...allowed: (string | undefined)[]): boolean => allowed.includes(head);
  if (fine(state.main, seen.main, wanted.commit) && fine(state.upstream, seen.upstream, wanted.upstream)) return;
  if (last !== undefined && state.main === last.commit) {
    throw racedFailure(target, `another run mirrored other inputs (${last.commit.slice(0, 7)})`);
  }
  throw racedFailure(target, 'somebody moved a branch');
}

function racedFailure({ name }: Remote, what: string): Failure {
  return new Failure({
    code: 'MirrorRaced',
    source: 'git',
    message: `${name} changed in CodeCommit while it was being mirrored: ${what}. Nothing was overwritten.`,
    hint: 'Run again.',
  });
}

function historyRefused({ name }: Remote): Failure {
  return new Failure({
    code: 'PushFailed',
    source: 'git',
    message: `${name} does not take the commits although all of their history is there.`,
    hint: 'Look at the repository in the CodeCommit console; nothing was overwritten.',
  });
}

/** Gives every head that is about to leave its branch a branch of its own, before anything moves. */
async function keepStray({
  target,
  state,
  examination,
  now,
}: MirrorWriting): Promise<{ branch: string; commit: string }[]> {
  if (examination === undefined) return [];
  const kept: { branch: string; commit: string }[] = [];
  for (const { stray, verdict } of examination.branches) {
    if (verdict === 'unfinished') continue;
    const { branch, update } = keepBranch(stray, verdict === 'adopted' ? 'adopted' : 'discarded', state.refs, now());
    if (update !== undefined && (await pushRefs(examination.scratch.folder, target, [update])) !== 'pushed') {
      throw racedFailure(target, `the branch ${branch} appeared`);
    }
    kept.push({ branch, commit: stray.head });
  }
  return kept;
}

/** Why a head that gives way to the mirror's is kept under another name. */
type KeptAs = 'discarded' | 'adopted';

/**
 * The branch that keeps a stray head: `discarded/2026-11-23T06-40-00Z`, or the one that has it already.
 * @param now the moment in the name, UTC
 */
function keepBranch(stray: StrayBranch, as: KeptAs, refs: Refs, now: Date): { branch: string; update?: RefUpdate } {
  const prefix = `refs/heads/${as}/`;
  const existing = [...refs].find(([ref, commit]) => ref.startsWith(prefix) && commit === stray.head);
  if (existing !== undefined) return { branch: existing[0].slice('refs/heads/'.length) };
  const moment = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
  const name = `${as}/${moment}${stray.branch === 'main' ? '' : `-${stray.branch}`}`;
  let free = name;
  for (let copy = 2; refs.has(`refs/heads/${free}`); copy += 1) free = `${name}-${copy}`;
  return { branch: free, update: { ref: `refs/heads/${free}`, from: undefined, to: stray.head } };
}

/**
 * How a push ended: `raced` = somebody moved a ref meanwhile and nothing of theirs was overwritten; `history needed` =
 * what is missing here was needed after all.
 */
type PushEnd = 'pushed' | 'raced' | 'history needed';

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
async function pushRefs(folder: string, remote: Remote, updates: readonly RefUpdate[]): Promise<PushEnd> {
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
