import { listRefs } from '../adapters/git/refs.ts';
import type { Remote } from '../adapters/git/remote.ts';
import { Failure, toFailure } from '../failure.ts';
import { keepBranch } from './kept-branch.ts';
import { pushRefs } from './mirror-push.ts';
import type { MirrorRecord } from './mirror-record.ts';
import { type MirrorState, readState, refUpdates, settledCommit, type WantedCommits } from './mirror-state.ts';
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
    if (failure.code !== 'PushFailed' || !(await arrived(mirror))) throw failure;
    return 'look again';
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
