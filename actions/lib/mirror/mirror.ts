import { listRefs, resolveSourceRef } from '../adapters/git/refs.ts';
import type { Remote } from '../adapters/git/remote.ts';
import type { ScratchRepository } from '../adapters/git/scratch-repository.ts';
import { Failure } from '../failure.ts';
import { type Divergence, MirrorDiverged } from './divergence.ts';
import { type BuiltMirror, buildMirror, digestOf, type OverlayInputs } from './mirror-building.ts';
import type { MirrorRecord, RepositoryKind } from './mirror-record.ts';
import type { MirrorDifference } from './mirror-rows.ts';
import { readState, settledCommit, strayBranches } from './mirror-state.ts';
import { writeMirror } from './mirror-writing.ts';
import { cacheFor, dropCache } from './object-cache.ts';
import { readPresentMain } from './present-main.ts';
import { type Examination, examineStray } from './stray-examination.ts';
import { compareTrees } from './tree.ts';
import type { UpstreamRequest } from './upstream-objects.ts';

/** One repository to bring up to date. */
export type MirrorRequest = OverlayInputs & {
  kind: RepositoryKind;
  /** Name in CodeCommit. */
  repository: string;
  /** The repository in CodeCommit, or undefined when it does not exist yet. */
  target: Remote | undefined;
  /** How to reach the source; default: by its address, wherever that leads. */
  upstream?: Remote;
  /** Nothing will be applied, so that cheaper ways to look are enough. */
  dryRun: boolean;
  /** Folder that keeps upstream objects between runs. */
  cache?: string | undefined;
  now: () => Date;
};

/** A mirror worked out and not yet written. */
export type PreparedMirror = {
  /** What applying it comes to. */
  record: MirrorRecord;
  /** What it changes in CodeCommit; undefined when nothing. */
  difference: MirrorDifference | undefined;
  /** Somebody's work that applying it would take off the branches. */
  divergence: Divergence | undefined;
  /** What was found on branches that are not as the last mirror left them; undefined when all are. */
  examination: Examination | undefined;
  /**
   * Writes it to CodeCommit.
   * @param options.discard put somebody's work aside instead of stopping at it
   * @param options.created the repository, where it did not exist when the mirror was prepared
   * @throws Failure; {@link MirrorDiverged} when there is somebody's work and it is not to be discarded
   */
  apply(options: { discard: boolean; created?: Remote | undefined }): Promise<MirrorRecord>;
  /** Removes what was fetched. */
  close(): Promise<void>;
};

/**
 * Makes CodeCommit hold the upstream ref with its history as `upstream`, and upstream plus overlay as `main`.
 * @throws Failure when upstream or CodeCommit cannot be reached, a ref moved, or somebody committed to a branch
 */
export async function mirrorRepository(request: MirrorRequest): Promise<MirrorRecord> {
  const prepared = await prepareMirror(request);
  try {
    if (!request.dryRun) return await prepared.apply({ discard: false });
    if (prepared.divergence) throw new MirrorDiverged(request.deployment, [prepared.divergence]);
    return prepared.record;
  } finally {
    await prepared.close();
  }
}

/**
 * Works out what a mirror comes to, without writing anything. Unchanged inputs cost one listing of refs at each side and
 * move no object; a changed overlay needs no upstream objects.
 */
export async function prepareMirror(request: MirrorRequest): Promise<PreparedMirror> {
  const { kind, repository, source, target, dryRun } = request;
  const upstream: Remote = request.upstream ?? { name: source.url, url: source.url };
  const [upstreamRefs, refs] = await Promise.all([
    listRefs(upstream),
    target ? listRefs(target) : new Map<string, string>(),
  ]);
  const resolved = resolveSourceRef(source, upstreamRefs);
  const state = readState(refs);
  const about = {
    ...{ kind, repository },
    upstreamUrl: source.url,
    upstreamRef: source.ref,
    upstreamCommit: resolved.commit,
  };
  const inputs = digestOf(request, resolved.commit);
  const settled = settledCommit(state, { upstream: resolved.commit, inputs });
  if (settled !== undefined) return unchangedMirror({ ...about, change: 'unchanged', commit: settled });
  const cache = request.cache === undefined ? undefined : cacheFor(request.cache, source.url);
  return await prepareChange(request, about, { upstream, resolved, target, state, cache, lookOnly: dryRun });
}

function unchangedMirror(record: MirrorRecord): PreparedMirror {
  return {
    record,
    difference: undefined,
    divergence: undefined,
    examination: undefined,
    apply: async () => record,
    close: async () => undefined,
  };
}

async function prepareChange(
  request: MirrorRequest,
  about: Omit<MirrorRecord, 'change' | 'commit'>,
  lookUp: UpstreamRequest,
): Promise<PreparedMirror> {
  const built = await buildMirror(request, lookUp);
  const scratches: ScratchRepository[] = [built.objects.scratch];
  const close = async (): Promise<void> => {
    await Promise.all(scratches.map((scratch) => scratch.close()));
  };
  try {
    const examination = await examine(lookUp, built);
    if (examination !== undefined) scratches.push(examination.scratch);
    const difference = await compareWithPresent(request, lookUp, { built, examination });
    const record: MirrorRecord = {
      ...about,
      change: lookUp.state.main === undefined ? 'created' : 'updated',
      commit: built.wanted.commit,
      files: compareTrees(difference.before, difference.after),
      ...(built.notes.length === 0 ? {} : { notes: built.notes }),
    };
    const divergence = divergenceOf(request, examination);
    const apply: PreparedMirror['apply'] = async ({ discard, created }) => {
      if (divergence !== undefined && !discard) throw new MirrorDiverged(request.deployment, [divergence]);
      const target = lookUp.target ?? created;
      return await write(request, { ...lookUp, target }, { record, built, examination, scratches });
    };
    return { record, difference, divergence, examination, apply, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function examine(lookUp: UpstreamRequest, built: BuiltMirror): Promise<Examination | undefined> {
  const { target, state } = lookUp;
  const { wanted, result, objects } = built;
  const stray = strayBranches(state, wanted);
  if (stray.length === 0 || target === undefined) return undefined;
  return await examineStray(stray, { target, state, wanted, result, upstream: objects.tree.tree });
}

async function compareWithPresent(
  { source, repository, configuration = new Set() }: MirrorRequest,
  { target, state }: UpstreamRequest,
  { built, examination }: Pick<Writing, 'built' | 'examination'>,
): Promise<MirrorDifference> {
  const { url } = source;
  const commit = built.wanted.upstream;
  const present = target && (await readPresentMain({ target, state, built, url, examination, configuration }));
  const stays = present !== undefined && state.upstream === commit && (present.upstreamUrl ?? url) === url;
  return {
    repository,
    ...(stays ? {} : { upstream: { url, commit, tree: built.objects.tree.tree } }),
    before: present?.tree ?? built.objects.tree.tree,
    after: built.result,
    former: present?.former ?? new Map(),
  };
}

type Writing = {
  record: MirrorRecord;
  built: BuiltMirror;
  examination: Examination | undefined;
  /** Repositories to close in the end. */
  scratches: ScratchRepository[];
};

async function write(request: MirrorRequest, lookUp: UpstreamRequest, writing: Writing): Promise<MirrorRecord> {
  const { record, built, examination, scratches } = writing;
  const { target, state, cache } = lookUp;
  if (target === undefined) throw missingTarget(request.repository);
  return await writeMirror({
    ...{ target, record, state, examination, now: request.now },
    wanted: built.wanted,
    folder: built.objects.scratch.folder,
    rebuild: async () => {
      if (built.objects.way === 'history') return undefined;
      const isFromCache = ['cached', 'cache'].includes(built.objects.way);
      if (isFromCache && cache !== undefined) await dropCache(cache);
      const rebuilt = await buildMirror(request, lookUp, ['history']);
      scratches.push(rebuilt.objects.scratch);
      return rebuilt.objects.scratch.folder;
    },
  });
}

function divergenceOf(
  { kind, repository }: MirrorRequest,
  examination: Examination | undefined,
): Divergence | undefined {
  const branches = (examination?.branches ?? []).flatMap((branch) =>
    branch.verdict === 'foreign' ? [branch.diverged] : [],
  );
  return branches.length === 0 ? undefined : { kind, repository, branches };
}

function missingTarget(repository: string): Failure {
  return new Failure({
    code: 'RepositoryMissing',
    source: 'product',
    message: `The repository ${repository} was not created before it was to be written.`,
  });
}
