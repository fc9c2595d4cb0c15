import type { Source } from '../deployment/deployment.ts';
import { Failure } from '../failure.ts';
import { tryGit } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import type { Remote } from './remote.ts';

/** Full ref names with the commit (or tag object) they point to; a peeled tag appears as `refs/tags/x^{}` too. */
export type Refs = ReadonlyMap<string, string>;

const commitId = /^[0-9a-f]{40}$/;

/**
 * Lists the branches and tags of a remote: one request, no objects. Git's protocol version 2 would take two.
 * @throws Failure `RepositoryRefused`, `RepositoryUnreachable` when the server does not let us in or does not answer
 */
export async function listRefs(remote: Remote): Promise<Refs> {
  const result = await tryGit(['ls-remote', '--heads', '--tags', '--', remote.url], {
    credentials: await remote.credentials?.(),
    settings: [['protocol.version', '0']],
  });
  if (result.code !== 0) {
    throw gitFailure(`${remote.name} could not be read`, result.stderr, {
      code: 'RepositoryUnreachable',
      hint: 'Check the URL and whether this machine can reach it. Nothing was changed.',
    });
  }
  const refs = new Map<string, string>();
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [commit, name] = line.split('\t');
    if (commit && name) refs.set(name, commit);
  }
  return refs;
}

/** The commit that a declared ref stands for, and the ref to ask the server for. */
export type ResolvedRef = { commit: string; fetch: string };

/**
 * Resolves a declared ref: a tag (peeled) or a full commit id. Branches are refused, because they move.
 * @throws Failure `RefIsBranch`, `RefNotFound`, or `RefMoved` when it is not the pinned commit any more
 */
export function resolveSourceRef(source: Source, refs: Refs): ResolvedRef {
  const resolved = commitId.test(source.ref) ? { commit: source.ref, fetch: source.ref } : resolveTag(source, refs);
  if (source.commit !== undefined && source.commit !== resolved.commit) throw movedRef(source, resolved.commit);
  return resolved;
}

function resolveTag(source: Source, refs: Refs): ResolvedRef {
  const name = source.ref.replace(/^refs\/tags\//, '');
  const commit = refs.get(`refs/tags/${name}^{}`) ?? refs.get(`refs/tags/${name}`);
  if (commit === undefined) throw missingRef(source, refs);
  return { commit, fetch: `refs/tags/${name}` };
}

function movedRef({ url, ref, commit }: Source, found: string): Failure {
  return new Failure({
    code: 'RefMoved',
    source: 'user',
    message: `${ref} of ${url} is ${found}, but the declaration pins ${commit}.`,
    hint: 'Somebody moved it upstream. Look at the difference, then change `commit` in the declaration if you want it.',
  });
}

function missingRef(source: Source, refs: Refs): Failure {
  const head = refs.get(`refs/heads/${source.ref.replace(/^refs\/heads\//, '')}`);
  if (head !== undefined) {
    return new Failure({
      code: 'RefIsBranch',
      source: 'user',
      message: `${source.ref} is a branch of ${source.url}; a deployment needs a tag or a full commit id.`,
      hint: `Its head is ${head} now; declare that as \`ref\`.`,
    });
  }
  return new Failure({
    code: 'RefNotFound',
    source: 'user',
    message: `${source.url} has no tag ${source.ref}.`,
    hint: 'Declare a tag that exists or a full commit id (40 hex digits) under `sources`.',
  });
}
